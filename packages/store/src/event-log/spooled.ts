import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerLog } from '../server-log.js';
import { LogUnavailableError, type EventLog } from './port.js';
import { createSpoolDelivery } from './spool-delivery.js';
import { openSpool, type SpoolStats } from './spool.js';

export interface SpooledEventLogOptions {
  /** A folder on a disk that outlives the process; for one process at a time. */
  readonly dir: string;
  /** Bytes that may wait there; beyond it appends are refused. @default 1073741824 */
  readonly maxBytes?: number;
  /** Bytes of one file; a file is deleted once all of it was taken. @default 8388608 */
  readonly segmentBytes?: number;
  /** How often a log, or a disk, that failed is tried again, milliseconds. @default 250 */
  readonly probeMs?: number;
  readonly log: ServerLog;
}

/** What waits on the disk, and what will not leave it by itself. */
export interface SpooledStats extends SpoolStats {
  /** Records that the log refused for good, since the start: they are kept on the disk. */
  readonly rejected: number;
}

/** An event log whose appends survive the log's absence, and what waits for its return. */
export interface SpooledEventLog extends EventLog {
  spooled(): SpooledStats;
}

/** With so little left, appends wait for it to be drained instead of going behind it: else it would never be empty. */
const HANDOVER_BYTES = 4 * 1024 * 1024;
/** An append waits no longer than this for a file to be drained, milliseconds; then it goes behind it all the same. */
const HANDOVER_MS = 1_000;
const LONGEST_WAIT_MS = 5_000;

/**
 * Puts a spool on the local disk before a log. While the log takes events the disk is not touched. What it refuses
 * goes to the disk, and everything after it, in order, until the log has taken all of it: an append that resolved
 * is durable, here or there. What was under way when a process died may reach the log twice.
 */
export async function openSpooledEventLog(
  inner: EventLog,
  {
    dir,
    maxBytes = 1024 ** 3,
    segmentBytes = 8 * 1024 * 1024,
    probeMs = 250,
    log,
  }: SpooledEventLogOptions,
): Promise<SpooledEventLog> {
  const spool = await openSpool({ dir, maxBytes, segmentBytes, probeMs, log });
  const closing = new AbortController();
  const delivery = createSpoolDelivery(spool, inner, { dir, log, signal: closing.signal });
  let draining: Promise<void> | null = null;
  let handover: Promise<void> | null = null;
  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal }).catch(() => {});

  const drain = async (): Promise<void> => {
    // Not in the turn that starts it: what it was started for is only just being put.
    await Promise.resolve();
    let waitMs = probeMs;
    while (!closing.signal.aborted && !spool.isEmpty()) {
      if (!inner.isReady()) {
        await pause(probeMs);
        continue;
      }
      const taken = delivery.taken();
      const done = spool.stats().bytes <= HANDOVER_BYTES ? beginHandover() : () => {};
      try {
        await delivery.deliverOldest();
        waitMs = probeMs;
      } catch (error) {
        if (delivery.taken() > taken) waitMs = probeMs;
        log.warn({ err: error, ...spool.stats() }, 'the spool is not drained yet');
        done();
        await pause(waitMs);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      } finally {
        done();
      }
    }
    // In the same turn as the last look: nothing can have been put in between.
    draining = null;
    if (!closing.signal.aborted) log.info({ dir }, 'the spool is empty; the log takes events');
  };

  const beginHandover = () => {
    let done = () => {};
    const over = new Promise<void>((resolve) => (done = resolve));
    const timer = setTimeout(done, HANDOVER_MS);
    const mine = (handover = over.then(() => {
      clearTimeout(timer);
      if (handover === mine) handover = null;
    }));
    return done;
  };

  const startDraining = () => {
    draining ??= drain();
  };
  if (!spool.isEmpty()) {
    log.warn({ dir, ...spool.stats() }, 'an earlier process left events in the spool');
    startDraining();
  }

  return {
    async append(topic, records) {
      while (handover) await handover;
      if (closing.signal.aborted) throw new LogUnavailableError('the event log is closed');
      if (!draining) {
        try {
          return await inner.append(topic, records);
        } catch (error) {
          if (!(error instanceof LogUnavailableError) || closing.signal.aborted) throw error;
          if (!draining)
            log.warn({ err: error, dir }, 'the log takes no events; they go to the spool');
        }
      }
      if (records.length === 0) return;
      const put = spool.put(topic, records);
      startDraining();
      await put;
    },
    consume: (topic, handler) => inner.consume(topic, handler),
    lag: (topic) => inner.lag(topic),
    isReady: () => !closing.signal.aborted && ((!draining && inner.isReady()) || spool.isReady()),
    spooled: () => ({ ...spool.stats(), rejected: delivery.rejected() }),
    async close() {
      closing.abort();
      await draining;
      await spool.close();
      await inner.close();
    },
  };
}
