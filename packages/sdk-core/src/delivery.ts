import { LIMITS } from '@px-platform/protocol';
import type { Answer } from './answer.js';
import { combineDisposers, type Disposer } from './disposer.js';
import type { DropReason } from './errors.js';
import type { Ledger } from './ledger.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import { createPace } from './pace.js';
import { PARTING_LEASE_MS, type PartingLease } from './parting-lease.js';
import type { Platform, QueueEntry } from './platform.js';
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
}: {
  readonly queue: Queue;
  readonly sender: Sender;
  readonly parting: PartingLease;
  readonly ledger: Pick<Ledger, 'lossAge'>;
  readonly platform: Pick<
    Platform,
    'channel' | 'clock' | 'timers' | 'storage' | 'locks' | 'lifecycle' | 'randomBytes'
  >;
  readonly options: ClientOptions;
  readonly log: Logger;
  /** Makes an event of the losses. */
  readonly report: () => void;
  /** Another page says that something has changed. */
  readonly onNudge: () => void;
  /** Whether the person agreed to anything: until then even the database stays shut. */
  readonly isAllowed: () => boolean;
}): Delivery {
  const { channel, lifecycle, locks } = platform;
  const { apiKey, bufferSize, endpoint, flushIntervalMs, projectId } = options;
  const mostEvents = Math.min(LIMITS.batchEvents, Math.max(bufferSize, USUAL_BATCH_EVENTS));
  let batchEvents = mostEvents;
  let flushWithinMs = flushIntervalMs;
  /** Added since the last run. */
  let added = { events: 0, bytes: 0 };
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  /** Somebody waits for it, and not only the clock. */
  let isForced = false;
  /** Requests that may outlive the page, until they are answered. */
  let partings: readonly Promise<unknown>[] = [];
  /** Takes back what the browser was to send for a page that lives on after all. */
  let returns: Disposer[] = [];
  /** Out of sight: the page may end with any turn. */
  let isAway = false;
  let isSpilling = false;
  let isDisposed = false;

  const pace = createPace({
    ...platform,
    random: () => (platform.randomBytes(1)[0] ?? 0) / 255,
    run: () => void run(),
  });
  const nudge = () => channel.post('');

  /** Does what the answer says; true if more can be sent at once. */
  const settle = async (entries: readonly QueueEntry[], answer: Answer): Promise<boolean> => {
    const { status, verdicts, message, waitAtLeastMs } = answer;
    if (verdicts) {
      const outcome = new Map<string, DropReason | null>();
      for (const { key } of entries) {
        const verdict = verdicts.get(key);
        if (verdict?.status === 'retry') continue;
        const { code = 'unknown', message = '' } = verdict ?? {};
        const isDropped = verdict?.status === 'drop';
        outcome.set(key, isDropped ? code : null);
        if (isDropped) log.warn(`drop:${code}`, `events were refused (${code}): ${message}`);
      }
      await queue.settle(outcome);
    }
    queue.release(entries);
    if (verdicts && !entries.some(({ key }) => verdicts.get(key)?.status === 'retry')) {
      if (pace.succeed()) nudge();
      const { flushWithinMs: wanted = flushIntervalMs } = answer;
      flushWithinMs = Math.min(flushIntervalMs, Math.max(QUICKEST_FLUSH_MS, wanted));
      batchEvents = Math.min(mostEvents, batchEvents + 1);
      return true;
    }
    if (status === 413) {
      batchEvents = Math.max(1, entries.length >> 1);
      return true;
    }
    if (status === 401 || status === 403) {
      log.error(
        'refused',
        `the collector refused the key ${apiKey.slice(0, 8)}… of project ${projectId} (HTTP ${status}: ${message}). Check apiKey, projectId and endpoint (${endpoint}). Events are kept.`,
      );
      pace.rest();
      return false;
    }
    if (!verdicts)
      log.warn('failed', `no proper answer from ${endpoint} (HTTP ${status}). Events are kept.`);
    pace.fail({
      waitAtLeastMs,
      isSilent: status === 0 && lifecycle.isOnline(),
      isLong: LASTING.includes(status),
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
    log.error('delivery', 'delivery failed; it will be tried again.', cause);
    pace.fail({ isOwn: true });
    return false;
  };

  /** Sends batch after batch, until nothing is left or it must wait. */
  const drain = async (): Promise<void> => {
    for (;;) {
      // Their answers are waited for without the lock, which other pages need.
      if (partings.length > 0) return void (isAskedAgain = true);
      // Asked here, under the lock: another page may have failed meanwhile.
      if (!lifecycle.isOnline() || pace.remaining(isForced) > 0) break;
      const after = parting.heldUpTo();
      if (after) pace.wish(PARTING_LEASE_MS);
      const entries = await queue.lease({ limit: batchEvents, maxBytes: BATCH_BYTES, after });
      if (entries.length === 0) return;
      if (!(await deliver(entries, sender.send(entries)))) break;
    }
    isAskedAgain = false;
  };

  const drainWhileAsked = async () => {
    try {
      while (isAskedAgain) {
        isAskedAgain = false;
        await Promise.all(partings);
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
    if (!isAllowed()) return Promise.resolve();
    added = { events: 0, bytes: 0 };
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

  /** Hands over all that is held, in as few requests as find room; halves the first until it does. */
  const handOver = <T>(
    send: (entries: readonly QueueEntry[]) => T | null,
    onSent: (entries: readonly QueueEntry[], sent: T) => void,
  ) => {
    let limit: number = LIMITS.batchEvents;
    for (let isAnySent = false; ;) {
      const after = parting.heldUpTo();
      const entries = queue.leaseHeld({ limit, maxBytes: BATCH_BYTES, after });
      if (entries.length === 0) return;
      const sent = send(entries);
      if (sent) {
        isAnySent = true;
        onSent(entries, sent);
        continue;
      }
      queue.release(entries);
      if (isAnySent || entries.length === 1) return;
      limit = entries.length >> 1;
    }
  };

  /** Waiting events must be safe before the listener returns; sending them is a second chance. */
  const part = () => {
    isAway = true;
    takeBack();
    if (ledger.lossAge() >= 0) report();
    queue.spill();
    if (!lifecycle.isOnline() || pace.remaining() > 0) return;
    let newest = '';
    const sentNow: Promise<unknown>[] = [];
    const note = (entries: readonly QueueEntry[]) => {
      for (const { key } of entries) if (key > newest) newest = key;
    };
    handOver(sender.part, (entries, answering) => {
      note(entries);
      sentNow.push(deliver(entries, answering));
    });
    handOver(sender.later, (entries, back) => {
      note(entries);
      returns.push(() => {
        back();
        queue.release(entries);
      });
    });
    if (!newest) return;
    parting.hold(newest);
    partings = [...partings, ...sentNow];
    const all = partings;
    void Promise.all(all).then(() => {
      if (partings !== all) return;
      partings = [];
      parting.release();
      nudge();
    });
    nudge();
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
    channel.listen((keys) => {
      if (keys) return queue.handOver(keys.split(','));
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
  pace.wish(Math.max(FIRST_FLUSH_MS, pace.remaining()));

  return {
    notify({ bytes }) {
      if (isDisposed) return;
      if (isAway) spillThisTurn();
      added.events += 1;
      added.bytes += bytes;
      const isMuch = added.events >= bufferSize || added.bytes >= FLUSH_BYTES;
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
