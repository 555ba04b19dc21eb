import type { Topic } from '@px-platform/protocol';
import type { LogHandler, LogRecord } from './port.js';
import { LogUnavailableError } from './port.js';

/** One topic's queue: appends wait here while a handler call is under way, then go together. */
export interface Lane<T extends Topic> {
  append(records: readonly LogRecord<T>[]): Promise<void>;
  attach(handler: LogHandler<T>): void;
  /** Refuses new appends, waits for those taken, then lets the handler go. */
  detach(): Promise<void>;
  /** Resolves once nothing taken is unanswered. */
  drained(): Promise<void>;
  isAttached(): boolean;
  hasRoom(): boolean;
  /** Records taken and not answered. */
  pending(): number;
}

export interface LaneOptions {
  readonly maxBatch: number;
  readonly maxPending: number;
  /** Whether appends succeed while nobody consumes the topic. */
  readonly isOptional: boolean;
}

interface Append<T extends Topic> {
  readonly records: readonly LogRecord<T>[];
  readonly resolve: () => void;
  readonly reject: (error: LogUnavailableError) => void;
}

/**
 * After this many failures in a row the fault is plainly the handler's and not one append's, and
 * trying every other append too would only keep their senders waiting for the same answer.
 */
const MAX_FAILURES_IN_A_ROW = 3;

/** Makes the lane of one topic. */
export function createLane<T extends Topic>(
  topic: T,
  { maxBatch, maxPending, isOptional }: LaneOptions,
): Lane<T> {
  let handler: LogHandler<T> | null = null;
  let isDetaching = false;
  let running: Promise<void> | null = null;
  let pending = 0;
  let waiting: Append<T>[] = [];

  function append(records: readonly LogRecord<T>[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    if (handler === null || isDetaching) {
      if (isOptional) return Promise.resolve();
      return Promise.reject(new LogUnavailableError(`nothing is consuming ${topic}`));
    }
    // An empty lane takes an append of any size: refusing it would refuse it for ever.
    if (pending > 0 && pending + records.length > maxPending) {
      return Promise.reject(
        new LogUnavailableError(
          `${pending} records are waiting in ${topic} and ${records.length} more would pass the limit of ${maxPending}`,
        ),
      );
    }
    pending += records.length;
    return new Promise<void>((resolve, reject) => {
      waiting.push({ records, resolve, reject });
      running ??= run(handler as LogHandler<T>);
    });
  }

  async function run(handle: LogHandler<T>): Promise<void> {
    // One turn of the microtask queue, so that appends made together start together.
    await Promise.resolve();
    while (waiting.length > 0) await commit(handle, nextGroup());
    // In the same turn as the last look at the queue: later, and an append made in between would
    // take this run for a living one and wait for ever.
    running = null;
  }

  /** Whole appends, oldest first, up to `maxBatch` records; always at least one append. */
  function nextGroup(): Append<T>[] {
    let size = 0;
    let count = 0;
    for (const { records } of waiting) {
      if (count > 0 && size + records.length > maxBatch) break;
      size += records.length;
      count += 1;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  }

  async function commit(handle: LogHandler<T>, group: readonly Append<T>[]): Promise<void> {
    const failure = await attempt(
      handle,
      group.flatMap(({ records }) => records),
    );
    const [only] = group;
    if (failure === null) {
      for (const each of group) settle(each, null);
    } else if (group.length === 1 && only !== undefined) {
      settle(only, failure);
    } else {
      await commitOneByOne(handle, group, failure);
    }
  }

  /** A shared call failed: each append is tried alone, so that it gets its own answer. */
  async function commitOneByOne(
    handle: LogHandler<T>,
    group: readonly Append<T>[],
    sharedFailure: LogUnavailableError,
  ): Promise<void> {
    let failuresInARow = 0;
    let lastFailure = sharedFailure;
    for (const each of group) {
      if (failuresInARow >= MAX_FAILURES_IN_A_ROW) {
        settle(each, lastFailure);
        continue;
      }
      const failure = await attempt(handle, each.records);
      failuresInARow = failure === null ? 0 : failuresInARow + 1;
      lastFailure = failure ?? lastFailure;
      settle(each, failure);
    }
  }

  /** An append larger than `maxBatch` is cut: the handler is never given more than that. */
  async function attempt(
    handle: LogHandler<T>,
    records: readonly LogRecord<T>[],
  ): Promise<LogUnavailableError | null> {
    try {
      for (let start = 0; start < records.length; start += maxBatch) {
        await handle(records.slice(start, start + maxBatch));
      }
      return null;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return new LogUnavailableError(`the consumer of ${topic} failed: ${reason}`, { cause });
    }
  }

  function settle(each: Append<T>, failure: LogUnavailableError | null): void {
    pending -= each.records.length;
    if (failure === null) each.resolve();
    else each.reject(failure);
  }

  return {
    append,
    attach(next) {
      if (handler !== null) {
        throw new Error(`${topic} has a consumer already: dispose it before attaching another`);
      }
      handler = next;
    },
    async detach() {
      isDetaching = true;
      await running;
      handler = null;
      isDetaching = false;
    },
    async drained() {
      await running;
    },
    isAttached: () => handler !== null && !isDetaching,
    hasRoom: () => pending < maxPending,
    pending: () => pending,
  };
}
