import {
  createPace,
  type Answer,
  type Disposer,
  type Ledger,
  type Logger,
} from '@px-platform/sdk-core';
import type { ClientSettings } from './client-options.js';
import { NODE_DROP_REASONS } from './errors.js';
import type { EventQueue, Waiting } from './event-queue.js';
import type { EventSender } from './event-sender.js';
import { clock, createMemoryStorage, keepAlive, nodePlatform } from './node-platform.js';

/** Empties the queue into the collector. */
export interface EventDelivery {
  /** An event was added. */
  notify(): void;
  /** Sends what waits now. Nobody waits for it. */
  send(): void;
  /** The same. Resolves when that is settled, or has to wait for better times. */
  flush(): Promise<void>;
  /** As `flush`, and tries again for so long. True if nothing is left. */
  settleWithin(ms: number): Promise<boolean>;
  /** Ends timers and connections; what is left, and not on disk, is dropped and counted. */
  close(): void;
}

/** However much in a hurry a collector is, a burst still leaves together. */
const QUICKEST_FLUSH_MS = 100;
const BATCH_BYTES = 1_024 * 1_024;
/** Time mends none of these soon: the collector lacks what it would need. */
const LASTING = [501, 505, 511];
/** Jitter may come out at nothing: no collector is asked in a tight loop. */
const LEAST_WAIT_MS = 50;

/** Creates the delivery: up to `maxRequests` at once while the collector is well, one by one while it is not. */
export function createEventDelivery({
  queue,
  sender,
  ledger,
  log,
  settings,
}: {
  readonly queue: EventQueue;
  readonly sender: EventSender;
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly settings: ClientSettings;
}): EventDelivery {
  const { apiKey, endpoint, flushIntervalMs, maxRequests, projectId } = settings;
  let batchEvents = settings.batchEvents;
  let flushWithinMs = flushIntervalMs;
  /** How many of those that wait may leave now: what comes meanwhile makes a batch of its own. */
  let due = 0;
  const underWay = new Set<readonly Waiting[]>();
  let isWell = true;
  /** Requests that were under way together fail together: that is one failure. */
  let failures = 0;
  let isClosed = false;
  let isRunWished = false;
  /** Who waits for a flush, and up to which place. */
  const waiters = new Set<{ readonly upTo: number; readonly done: () => void }>();

  const pace = createPace(
    {
      ...nodePlatform,
      clock,
      storage: createMemoryStorage(),
      channel: { post() {}, listen: () => () => {} },
    },
    () => send(),
  );
  const run = () => {
    while (
      !isClosed &&
      due > 0 &&
      underWay.size < (isWell ? maxRequests : 1) &&
      pace.remaining() === 0
    ) {
      const limit = Math.min(batchEvents, due);
      const entries = queue.lease({ limit, maxBytes: BATCH_BYTES });
      if (entries.length === 0) {
        // What is under way may make room in memory for what is on disk.
        if (underWay.size === 0) due = 0;
        break;
      }
      due -= entries.length;
      void deliver(entries);
    }
    if (waiters.size > 0) {
      const isBlocked = underWay.size === 0 && (due === 0 || pace.remaining() > 0);
      const settled = queue.oldest();
      for (const { upTo, done } of waiters) if (isClosed || isBlocked || settled > upTo) done();
    }
    if (!isClosed && queue.waiting() > 0) pace.wish(flushWithinMs);
  };

  /** Whatever goes wrong, no event stays leased. */
  const deliver = async (entries: readonly Waiting[]): Promise<void> => {
    const begunAfter = failures;
    underWay.add(entries);
    try {
      settle(entries, await sender.send(entries), begunAfter);
    } catch (cause) {
      queue.giveBack(entries);
      log.error('delivery', cause);
      fail({}, begunAfter);
    }
    underWay.delete(entries);
    run();
  };

  const settle = (entries: readonly Waiting[], answer: Answer, begunAfter: number) => {
    // They have been counted by then.
    if (isClosed) return queue.settle(entries);
    const { outcome, status, message, waitAtLeastMs } = answer;
    for (const reason of new Set(outcome.values())) if (reason) log.warn(`drop:${reason}`, message);
    const left: Waiting[] = [];
    for (const entry of entries) {
      const end = outcome.get(entry.key);
      if (end === undefined) left.push(entry);
      else if (end === null) ledger.deliver(entry.key);
      else ledger.drop(entry.key, end);
    }
    queue.settle(entries.filter((entry) => outcome.has(entry.key)));
    queue.giveBack(left);
    if (left.length === 0) {
      pace.succeed();
      isWell = true;
      const { flushWithinMs: wanted = flushIntervalMs } = answer;
      flushWithinMs = Math.min(flushIntervalMs, Math.max(QUICKEST_FLUSH_MS, wanted));
      batchEvents = Math.min(settings.batchEvents, batchEvents + 1);
      return;
    }
    if (status === 413) {
      batchEvents = Math.max(1, Math.min(batchEvents, entries.length >> 1));
      due += left.length;
      return;
    }
    const isRefused = status === 401 || status === 403;
    if (isRefused) {
      log.error('refused', status, message, apiKey.slice(0, 8), projectId ?? '(any)', endpoint);
    } else if (outcome.size === 0) {
      log.warn('failed', status, endpoint);
    }
    const isLong = isRefused || LASTING.includes(status);
    fail({ waitAtLeastMs, isSilent: status === 0, isLong }, begunAfter);
  };

  const fail = (failure: Parameters<typeof pace.fail>[0], begunAfter: number) => {
    isWell = false;
    due = 0;
    // The collector's own word counts in any case.
    if (begunAfter !== failures && !failure.waitAtLeastMs) return;
    failures += 1;
    pace.fail(failure);
  };

  /** After the call that tracked: making a request takes as long as a hundred of those. */
  const runSoon = () => {
    if (isRunWished) return;
    isRunWished = true;
    setImmediate(() => {
      isRunWished = false;
      run();
    });
  };
  const send = () => {
    due = queue.waiting();
    run();
  };
  /** Sends what waits. Whoever waits for it keeps the process alive until they know, or let go. */
  const push = () => {
    const letGo = keepAlive();
    let done = () => {};
    const settled = new Promise<void>((resolve) => {
      const waiter = {
        upTo: queue.newest(),
        done() {
          waiters.delete(waiter);
          letGo();
          resolve();
        },
      };
      done = waiter.done;
      waiters.add(waiter);
    });
    send();
    return { settled, done };
  };

  return {
    notify() {
      const waiting = queue.waiting();
      const isMuch = waiting >= batchEvents || queue.waitingBytes() >= BATCH_BYTES;
      if (!isMuch) return pace.wish(flushWithinMs);
      due = Math.max(due, waiting - (waiting % batchEvents) || waiting);
      runSoon();
    },
    send,
    flush: () => (queue.whenReady ? queue.whenReady.then(() => push().settled) : push().settled),
    async settleWithin(ms) {
      const endAt = clock.elapsed() + ms;
      if (queue.whenReady) await within(queue.whenReady, ms);
      // One more attempt, whatever was drawn by lot: only the collector's own word is held to.
      pace.relent();
      while (queue.oldest() !== Infinity && !isClosed) {
        const left = endAt - clock.elapsed();
        if (left <= 0) return false;
        const { settled, done } = push();
        await within(settled, left);
        done();
        const waitMs = Math.max(LEAST_WAIT_MS, pace.remaining());
        if (queue.oldest() === Infinity) break;
        if (clock.elapsed() + waitMs > endAt) return false;
        await within(new Promise(() => {}), waitMs);
      }
      return true;
    },
    close() {
      isClosed = true;
      pace.dispose();
      for (const { key } of queue.close()) ledger.drop(key, NODE_DROP_REASONS.shutdown);
      sender.close();
      run();
    },
  };
}

/** Resolves with it, or after so long; the process lives until then. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let stop: Disposer = () => {};
  const late = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop = () => clearTimeout(timer);
  });
  await Promise.race([promise, late]);
  stop();
}
