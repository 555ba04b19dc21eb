import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '@px-platform/protocol';
import type { ServerLog } from '../server-log.js';
import { LogUnavailableError, type EventLog } from './port.js';
import { openSpool, type Segment, type SpoolStats } from './spool.js';
import type { SpooledAppend } from './spool-frames.js';

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

/** An event log whose appends survive the log's absence, and what waits for its return. */
export interface SpooledEventLog extends EventLog {
  spooled(): SpoolStats;
}

/** Records that go to the log in one append while the spool is drained. */
const DRAIN_RECORDS = 1_000;
/** With so little left, appends wait for it to be drained instead of going behind it: else it would never be empty. */
const HANDOVER_BYTES = 4 * 1024 * 1024;
/** They wait no longer than this, milliseconds. */
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
  let draining: Promise<void> | null = null;
  let handover: Promise<void> | null = null;
  const closing = new AbortController();
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
      const done = spool.stats().bytes <= HANDOVER_BYTES ? beginHandover() : () => {};
      try {
        const segment = await spool.oldest();
        if (segment && (await deliver(segment))) await segment.remove();
        waitMs = probeMs;
      } catch (error) {
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

  /** How far the oldest file was taken: one that fails half way is not begun again. */
  let taken = 0;
  const deliver = async ({ appends }: Segment): Promise<boolean> => {
    const groups = groupsOf(appends);
    for (const { topic, records } of groups.slice(taken)) {
      if (closing.signal.aborted) return false;
      await deliverGroup(topic, records);
      taken += 1;
    }
    taken = 0;
    return true;
  };
  const deliverGroup = async (topic: Topic, records: SpooledAppend['records']) => {
    const append = (some: SpooledAppend['records']) => inner.append(topic, some);
    try {
      await append(records);
    } catch (error) {
      if (error instanceof LogUnavailableError) throw error;
      // The log will have none of something here: found one by one, and set aside, so that the rest can go on.
      for (const record of records) {
        try {
          await append([record]);
        } catch (refusal) {
          if (refusal instanceof LogUnavailableError) throw refusal;
          log.error(
            { err: refusal, topic, dir },
            'the log refuses a spooled record; it is kept in rejected.jsonl',
          );
          await appendFile(
            join(dir, 'rejected.jsonl'),
            `${JSON.stringify({ topic, ...record })}\n`,
          );
        }
      }
    }
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
    spooled: () => spool.stats(),
    async close() {
      closing.abort();
      await draining;
      await spool.close();
      await inner.close();
    },
  };
}

/** Appends of one topic that follow one another go together. */
function groupsOf(appends: readonly SpooledAppend[]) {
  const groups: { topic: Topic; records: SpooledAppend['records'][number][] }[] = [];
  for (const { topic, records } of appends) {
    const last = groups.at(-1);
    if (last?.topic === topic && last.records.length + records.length <= DRAIN_RECORDS)
      last.records.push(...records);
    else groups.push({ topic, records: [...records] });
  }
  return groups;
}
