import { CONTROL_EVENTS, LIMITS, type PxEvent } from '@px-platform/protocol';
import type { Consent } from './consent.js';
import type { Delivery } from './delivery.js';
import { DROP_REASONS } from './errors.js';
import type { Ledger } from './ledger.js';
import type { Logger } from './logger.js';
import type { Priority, QueueEntry } from './platform.js';
import type { Queue } from './queue.js';
import { utf8Length } from './utf8-length.js';

/** The door of the queue: what a stamped event passes before it counts as waiting. */
export interface Intake {
  take(event: PxEvent, details: { readonly priority: Priority }): void;
  /** Consent was given: what was held goes on its way. */
  release(): void;
  /** Consent was refused: what was held is gone, and counted. */
  discard(): void;
}

/** Creates the door. While consent is pending, events are held in memory and nowhere else. */
export function createIntake({
  beforeSend,
  onEvent,
  queue,
  delivery,
  consent,
  ledger,
  log,
  maxHeld,
}: {
  readonly beforeSend: (event: PxEvent) => PxEvent | null;
  /** Told of each event as it will be sent. */
  readonly onEvent: (event: PxEvent) => void;
  readonly queue: Pick<Queue, 'add'>;
  readonly delivery: Pick<Delivery, 'notify'>;
  readonly consent: Pick<Consent, 'get'>;
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly maxHeld: number;
}): Intake {
  let held: QueueEntry[] = [];

  const toEntry = (event: PxEvent, priority: Priority): QueueEntry | null => {
    const edited = beforeSend(event);
    if (edited === null) {
      ledger.drop(event.event_id, DROP_REASONS.beforeSend);
      return null;
    }
    const json = JSON.stringify(edited);
    const bytes = utf8Length(json);
    if (bytes > LIMITS.eventBytes) {
      ledger.drop(event.event_id, DROP_REASONS.tooLarge);
      log.warn(
        `size:${event.event}`,
        `${event.event} is ${bytes} bytes and was dropped; the limit is ${LIMITS.eventBytes}.`,
      );
      return null;
    }
    onEvent(edited);
    return { key: event.event_id, session: event.session_id ?? '', json, bytes, priority };
  };

  /** A plugin may have put in what JSON cannot say. */
  const makeEntry = (event: PxEvent, priority: Priority): QueueEntry | null => {
    try {
      return toEntry(event, priority);
    } catch (cause) {
      ledger.drop(event.event_id, DROP_REASONS.internal);
      log.error(`write:${event.event}`, `${event.event} is not JSON and was dropped.`, cause);
      return null;
    }
  };

  const enqueue = (entry: QueueEntry) => {
    queue.add(entry);
    delivery.notify(entry);
  };

  const release = () => {
    for (const entry of held.splice(0)) enqueue(entry);
  };

  return {
    take(event, { priority }) {
      ledger.accept(event.event_id);
      if (event.event === CONTROL_EVENTS.delivery) ledger.hush(event.event_id);
      const entry = makeEntry(event, priority);
      if (!entry) return;
      log.debug(`${event.event} taken`, event);
      if (consent.get() === 'granted') {
        // What was held before another tab said so goes first.
        release();
        return enqueue(entry);
      }
      held.push(entry);
      const oldest = held.length > maxHeld ? held.shift() : undefined;
      if (oldest) ledger.drop(oldest.key, DROP_REASONS.queueFull);
    },
    release,
    discard() {
      for (const { key } of held) ledger.drop(key, DROP_REASONS.consent);
      held = [];
    },
  };
}
