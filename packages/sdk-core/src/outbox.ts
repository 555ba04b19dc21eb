import { createClockSkew } from './clock-skew.js';
import { createDelivery } from './delivery.js';
import type { Disposer } from './disposer.js';
import type { DropReason } from './errors.js';
import type { OutboxParts } from './outbox-parts.js';
import { createPartingLease } from './parting-lease.js';
import type { QueueEntry } from './platform.js';
import { createQueueStore } from './queue-store.js';
import { createQueue } from './queue.js';
import { createSender } from './sender.js';
import { createSpill } from './spill.js';

/** All there is between an event that was made and the collector's word on it. */
export interface Outbox {
  /** Takes an event; it is durable within the turn. */
  add(entry: QueueEntry): void;
  /** Sends what waits. Resolves when it is settled, or has to wait for better times. */
  flush(): Promise<void>;
  /** Drops everything, on every page's behalf. */
  purge(reason: DropReason): void;
  /** Tells the origin's other pages to look again: at the queue, and at what the person agreed to. */
  nudge(): void;
  dispose: Disposer;
}

/** Assembles the outbox of a page, and starts it. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { platform, ledger, log } = parts;
  const held = new Map<string, QueueEntry>();
  const spill = createSpill(platform);
  const store = createQueueStore({
    platform,
    spill,
    held,
    onFall(cause) {
      ledger.fall();
      log.warn('storage', cause);
    },
  });
  const queue = createQueue({ ...parts, store, spill, held });
  const { notify, ...delivery } = createDelivery({
    ...parts,
    queue,
    sender: createSender({ ...parts, skew: createClockSkew(platform) }),
    parting: createPartingLease(platform),
  });
  return {
    ...delivery,
    add(entry) {
      queue.add(entry);
      notify(entry);
    },
    purge: (reason) => void queue.purge(reason),
  };
}
