import { LIMITS } from '@px-platform/protocol';
import type { Answer } from './answer.js';
import { createBackoff } from './backoff.js';
import { ENVELOPE_BYTES } from './batch-body.js';
import type { ClockSkew } from './clock-skew.js';
import { combineDisposers, type Disposer } from './disposer.js';
import { createFlushTimer } from './flush-timer.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import { PARTING_LEASE_MS } from './parting-leases.js';
import type { Platform, QueueEntry } from './platform.js';
import type { Queue } from './queue.js';
import { createSender } from './sender.js';

/** Empties the queue into the collector, one request at a time for the whole origin. */
export interface Delivery {
  /** An event was added. */
  notify(): void;
  /** Sends what waits. Resolves when it is settled, or has to wait for better times. */
  flush(): Promise<void>;
  dispose: Disposer;
}

/** A page's first events are the likeliest to be lost with it. */
const FIRST_FLUSH_MS = 500;
/** However much in a hurry a collector is, a burst still leaves together. */
const QUICKEST_FLUSH_MS = 100;
const BATCH_BYTES = 256 * 1024;
/** Of the 64 KiB browsers grant to requests that outlive a page, some is left to the page itself. */
const PARTING_BYTES = 60_000;
/** Waiting events should still fit into one parting request. */
const FLUSH_BYTES = 48 * 1024;
const USUAL_BATCH_EVENTS = 100;

/** Creates and starts the delivery. */
export function createDelivery({
  queue,
  skew,
  platform,
  options,
  log,
}: {
  readonly queue: Queue;
  readonly skew: ClockSkew;
  readonly platform: Pick<
    Platform,
    'clock' | 'timers' | 'transport' | 'locks' | 'lifecycle' | 'randomBytes' | 'sdk'
  >;
  readonly options: ClientOptions;
  readonly log: Logger;
}): Delivery {
  const { clock, lifecycle, locks, timers } = platform;
  const { apiKey, bufferSize, endpoint, flushIntervalMs, projectId } = options;
  const sender = createSender({ platform, options, skew, log });
  const backoff = createBackoff({ random: () => (platform.randomBytes(1)[0] ?? 0) / 255 });
  const mostEvents = Math.min(LIMITS.batchEvents, Math.max(bufferSize, USUAL_BATCH_EVENTS));
  let batchEvents = mostEvents;
  let flushWithinMs = flushIntervalMs;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  /** Browsers count all such requests against one allowance. */
  let isParting = false;
  /** Out of sight: the page may end with any turn. */
  let isAway = false;
  let isSpilling = false;
  let isDisposed = false;

  /** Does what the answer says; true if more can be sent at once. */
  const settle = async (entries: readonly QueueEntry[], answer: Answer): Promise<boolean> => {
    const keys = entries.map(({ key }) => key);
    switch (answer.kind) {
      case 'settled': {
        await queue.ack(answer.delivered);
        for (const { code, message, keys } of answer.dropped) {
          log.warn(`drop:${code}`, `the collector refused events (${code}): ${message}`);
          await queue.drop(keys, code);
        }
        queue.release(answer.kept);
        if (answer.kept.length > 0) return waitFor(backoff.next());
        backoff.reset();
        timer.relent();
        flushWithinMs = Math.min(
          flushIntervalMs,
          Math.max(QUICKEST_FLUSH_MS, answer.flushWithinMs ?? flushIntervalMs),
        );
        batchEvents = Math.min(mostEvents, batchEvents + 1);
        return true;
      }
      case 'split': {
        if (entries.length === 1) {
          log.warn('drop:413', 'an event too large for the collector, or a proxy, was dropped.');
          await queue.drop(keys, 'body_too_large');
          return true;
        }
        queue.release(keys);
        batchEvents = Math.max(1, Math.floor(entries.length / 2));
        return true;
      }
      case 'refused': {
        queue.release(keys);
        log.error(
          'refused',
          `the collector refused the key ${apiKey.slice(0, 8)}… of project ${projectId} (HTTP ${answer.status}: ${answer.message}). Check apiKey, projectId and endpoint (${endpoint}). Events are kept.`,
        );
        return waitFor(backoff.longest());
      }
      case 'failed': {
        queue.release(keys);
        if (answer.waitAtLeastMs > 0) timer.hold(answer.waitAtLeastMs, true);
        log.warn(
          'failed',
          `no proper answer from ${endpoint} (HTTP ${answer.status}). Events are kept.`,
        );
        return waitFor(backoff.next());
      }
    }
  };

  /** Sends and settles; whatever goes wrong, no event stays leased. True if more can be sent at once. */
  const deliver = async (
    entries: readonly QueueEntry[],
    answering: Promise<Answer>,
  ): Promise<boolean> => {
    try {
      return await settle(entries, await answering);
    } catch (cause) {
      queue.release(entries.map(({ key }) => key));
      return fail(cause);
    }
  };

  const fail = (cause: unknown): false => {
    log.error('delivery', 'delivery failed; it will be tried again.', cause);
    return waitFor(backoff.next());
  };

  const waitFor = (ms: number): false => {
    timer.hold(ms);
    timer.wish(0);
    return false;
  };

  /** Sends batch after batch; true when nothing is left, false when it must wait. */
  const drain = async (): Promise<boolean> => {
    for (;;) {
      const { entries, isWithheld } = await queue.lease({
        limit: batchEvents,
        maxBytes: BATCH_BYTES,
      });
      if (entries.length === 0) {
        if (isWithheld) timer.wish(PARTING_LEASE_MS);
        return true;
      }
      if (!(await deliver(entries, sender.send(entries)))) return false;
    }
  };

  const drainWhileAsked = async () => {
    try {
      while (isAskedAgain) {
        isAskedAgain = false;
        await locks.exclusive('drain', async () => {
          if (!(await drain())) isAskedAgain = false;
        });
      }
    } catch (cause) {
      fail(cause);
    } finally {
      // In the same turn as the last look at `isAskedAgain`: no request to flush falls between.
      running = null;
      if (queue.size() > 0 && !isDisposed) timer.wish(flushWithinMs);
    }
  };

  const run = (): Promise<void> => {
    isAskedAgain = true;
    running ??= drainWhileAsked();
    return running;
  };

  const timer = createFlushTimer({ timers, clock, run: () => void run() });

  /** Waiting events must be safe before the listener returns; sending them is a second chance. */
  const part = () => {
    isAway = true;
    queue.spill();
    if (isParting || timer.remaining() > 0) return;
    const entries = queue.leaseParting({
      limit: mostEvents,
      maxBytes: PARTING_BYTES - ENVELOPE_BYTES,
    });
    if (entries.length === 0) return;
    const answering = sender.part(entries);
    if (!answering) return queue.release(entries.map(({ key }) => key));
    isParting = true;
    void deliver(entries, answering).finally(() => (isParting = false));
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

  const dispose = combineDisposers([
    timer.dispose,
    lifecycle.onHidden(part),
    lifecycle.onVisible(() => {
      isAway = false;
      timer.wish(0);
    }),
    lifecycle.onOnline(() => {
      timer.relent();
      timer.wish(0);
    }),
  ]);
  // Also finds what earlier pages left.
  timer.wish(FIRST_FLUSH_MS);

  return {
    notify() {
      if (isDisposed) return;
      if (isAway) spillThisTurn();
      const isFull = queue.size() >= bufferSize || queue.bytes() >= FLUSH_BYTES;
      timer.wish(isFull ? 0 : flushWithinMs);
    },
    async flush() {
      if (isDisposed || timer.remaining('firm') > 0) return queue.journaled();
      return run();
    },
    dispose() {
      isDisposed = true;
      dispose();
    },
  };
}
