import { LIMITS } from '@px-platform/protocol';
import type { Answer } from './answer.js';
import { combineDisposers, type Disposer } from './disposer.js';
import type { OutboxParts } from './outbox-parts.js';
import { createPace } from './pace.js';
import { PARTING_LEASE_MS, type PartingLease } from './parting-lease.js';
import type { QueueEntry } from './platform.js';
import type { Queue } from './queue.js';
import type { Sender } from './sender.js';

/** Empties the queue into the collector, one request at a time for the whole origin. */
export interface Delivery {
  /** An event was added. */
  notify(entry: QueueEntry): void;
  /** Sends what waits. Resolves when it is settled, or has to wait for better times. */
  flush(): Promise<void>;
  /** Tells the origin's other pages to look again: at the queue, and at what the person agreed to. */
  nudge(): void;
  dispose: Disposer;
}

/** A page's first events are the likeliest to be lost with it. */
const FIRST_FLUSH_MS = 500;
/** However much in a hurry a collector is, a burst still leaves together. */
const QUICKEST_FLUSH_MS = 100;
const BATCH_BYTES = 256 * 1024;
/** Waiting events should still fit into one parting request. */
const FLUSH_BYTES = 48 * 1024;
const USUAL_BATCH_EVENTS = 100;
/** Losses are told together, once in so long. */
const REPORT_MS = 60_000;
/** Time mends none of these soon: the collector lacks what it would need. */
const LASTING = [501, 505, 511];

/** Creates and starts the delivery. */
export function createDelivery({
  queue,
  sender,
  parting,
  ledger,
  platform,
  options,
  log,
  report,
  onNudge,
  isAllowed,
}: OutboxParts & {
  readonly queue: Queue;
  readonly sender: Sender;
  readonly parting: PartingLease;
}): Delivery {
  const { channel, lifecycle, locks } = platform;
  const { apiKey, bufferSize, endpoint, flushIntervalMs, projectId } = options;
  const mostEvents = Math.min(LIMITS.batchEvents, Math.max(bufferSize, USUAL_BATCH_EVENTS));
  let batchEvents = mostEvents;
  let flushWithinMs = flushIntervalMs;
  /** Since the last run. */
  let addedEvents = 0;
  let addedBytes = 0;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  /** Somebody waits for it, and not only the clock. */
  let isForced = false;
  /** Requests that may outlive the page, until all are answered. */
  let parted: Promise<unknown> | null = null;
  /** Takes back what the browser was to send for a page that lives on after all. */
  let returns: Disposer[] = [];
  /** Out of sight: the page may end with any turn. */
  let isAway = false;
  let isSpilling = false;
  let isDisposed = false;

  const pace = createPace(platform, () => void run());
  const nudge = () => channel.post('');

  /** Does what the answer says; true if more can be sent at once. */
  const settle = async (entries: readonly QueueEntry[], answer: Answer): Promise<boolean> => {
    const { outcome, status, message, waitAtLeastMs } = answer;
    for (const reason of new Set(outcome.values())) {
      if (reason) log.warn(`drop:${reason}`, message);
    }
    if (outcome.size > 0) await queue.settle(outcome);
    queue.release(entries);
    if (outcome.size === entries.length) {
      if (pace.succeed()) nudge();
      const { flushWithinMs: wanted = flushIntervalMs } = answer;
      flushWithinMs = Math.min(flushIntervalMs, Math.max(QUICKEST_FLUSH_MS, wanted));
      batchEvents = Math.min(mostEvents, batchEvents + 1);
      return true;
    }
    if (status === 413) {
      batchEvents = entries.length >> 1;
      return true;
    }
    const isRefused = status === 401 || status === 403;
    if (isRefused) {
      log.error('refused', status, message, apiKey.slice(0, 8), projectId, endpoint);
    } else if (outcome.size === 0) {
      log.warn('failed', status, endpoint);
    }
    pace.fail({
      waitAtLeastMs,
      isSilent: status === 0 && lifecycle.isOnline(),
      isLong: isRefused || LASTING.includes(status),
      // The next page may have the right key.
      isOwn: isRefused,
    });
    return false;
  };

  /** Settles; whatever goes wrong, no event stays leased. True if more can be sent at once. */
  const deliver = async (
    entries: readonly QueueEntry[],
    answering: Promise<Answer>,
  ): Promise<boolean> => {
    try {
      return await settle(entries, await answering);
    } catch (cause) {
      queue.release(entries);
      return fail(cause);
    }
  };
  const fail = (cause: unknown): false => {
    log.error('delivery', cause);
    pace.fail({ isOwn: true });
    return false;
  };

  /** Sends batch after batch, until nothing is left or it must wait. */
  const drain = async (isHeld: () => boolean): Promise<void> => {
    for (;;) {
      // Their answers are waited for without the lock, which other pages need.
      if (!isHeld() || parted) return void (isAskedAgain = true);
      // Asked here, under the lock: another page may have failed meanwhile.
      if (!lifecycle.isOnline() || pace.remaining(isForced) > 0) break;
      const after = parting.heldUpTo();
      if (after) pace.wish(PARTING_LEASE_MS);
      const entries = await queue.lease({ limit: batchEvents, maxBytes: BATCH_BYTES, after });
      if (entries.length === 0) return;
      // And once more: the word of a page that failed just now comes while the storage is read.
      if (pace.remaining(isForced) > 0) {
        queue.release(entries);
        break;
      }
      if (!(await deliver(entries, sender.send(entries)))) break;
    }
    isAskedAgain = false;
  };

  const drainWhileAsked = async () => {
    try {
      while (isAskedAgain) {
        isAskedAgain = false;
        await parted;
        await locks.exclusive('drain', drain);
      }
    } catch (cause) {
      fail(cause);
    } finally {
      // In the same turn as the last look at `isAskedAgain`: no request to flush falls between.
      running = null;
      isForced = false;
      if (!isDisposed && lifecycle.isOnline()) {
        if (queue.isWaiting()) pace.wish(flushWithinMs);
        else if (ledger.lossAge() >= 0) pace.wish(REPORT_MS);
      }
    }
  };

  const run = (): Promise<void> => {
    if (!isAllowed() && !queue.isWaiting()) return Promise.resolve();
    addedEvents = addedBytes = 0;
    takeBack();
    if (ledger.lossAge() >= REPORT_MS) report();
    isAskedAgain = true;
    running ??= drainWhileAsked();
    return running;
  };

  const takeBack = () => {
    for (const back of returns) back();
    returns = [];
  };

  /** Waiting events must be safe before the listener returns; sending them is a second chance. */
  const part = () => {
    isAway = true;
    takeBack();
    if (ledger.lossAge() >= 0) report();
    queue.spill();
    if (!lifecycle.isOnline() || pace.remaining() > 0) return;
    let newest = '';
    /** All that is held, in as few requests as find room; the first is halved until it does. */
    const handOver = <T>(
      send: (entries: readonly QueueEntry[]) => T | null,
      onSent: (entries: readonly QueueEntry[], sent: T) => void,
    ) => {
      let limit: number = LIMITS.batchEvents;
      for (let isFirst = true; ;) {
        const entries = queue.leaseHeld({ limit, maxBytes: BATCH_BYTES });
        if (entries.length === 0) return;
        const sent = send(entries);
        if (sent) {
          isFirst = false;
          onSent(entries, sent);
          for (const { key } of entries) if (key > newest) newest = key;
        } else {
          queue.release(entries);
          limit = entries.length >> 1;
          if (!isFirst || limit === 0) return;
        }
      }
    };
    const answers: Promise<unknown>[] = [];
    handOver(sender.part, (entries, answering) => answers.push(deliver(entries, answering)));
    handOver(sender.later, (entries, back) =>
      returns.push(() => {
        back();
        queue.release(entries);
      }),
    );
    if (newest) parting.hold(newest);
    nudge();
    const all: Promise<unknown> = Promise.all([parted, ...answers]).then(() => {
      if (parted !== all) return;
      parted = null;
      parting.release();
      nudge();
    });
    parted = all;
  };

  /** Once for all events of a turn: pages track in their own farewell listeners, after ours ran. */
  const spillThisTurn = () => {
    if (isSpilling) return;
    isSpilling = true;
    void Promise.resolve().then(() => {
      isSpilling = false;
      queue.spill();
    });
  };

  const resume = () => {
    takeBack();
    pace.relent();
    pace.wish(0);
  };
  const dispose = combineDisposers([
    pace.dispose,
    takeBack,
    channel.listen((message) => {
      if (message.includes(' ')) return pace.hear(message);
      if (message) return queue.handOver(message.split(','));
      onNudge();
      pace.wish(flushWithinMs);
    }),
    lifecycle.onHidden(part),
    lifecycle.onVisible(() => {
      isAway = false;
      resume();
    }),
    lifecycle.onOnline(resume),
  ]);
  // Also finds what earlier pages left, once the wait they were in is over.
  pace.wish(FIRST_FLUSH_MS);

  return {
    notify({ bytes }) {
      if (isDisposed) return;
      if (isAway) spillThisTurn();
      addedEvents += 1;
      addedBytes += bytes;
      const isMuch = addedEvents >= bufferSize || addedBytes >= FLUSH_BYTES;
      pace.wish(isMuch ? 0 : flushWithinMs);
    },
    async flush() {
      if (isDisposed || !lifecycle.isOnline() || pace.remaining(true) > 0) {
        return queue.journaled();
      }
      isForced = true;
      return run();
    },
    nudge,
    dispose() {
      isDisposed = true;
      dispose();
    },
  };
}
