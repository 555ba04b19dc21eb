import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, KafkaMessage, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { ServerLog } from '../server-log.js';
import { traceBatch } from './trace-headers.js';

/** A message whose value could not be read, and where it stands. */
export interface Unreadable {
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly text: string;
  readonly error: Error;
}

export interface KafkaCallsOptions<T> {
  /** Most records handed over in one call. */
  readonly maxBatch: number;
  /** A process that is silent for longer has its partitions given to others, milliseconds. */
  readonly sessionTimeoutMs: number;
  /** `at`: `topic/partition/offset`. */
  readonly decode: (key: string, text: string, at: string) => T;
  /** Resolving commits the records; rejecting brings them again, after a wait. */
  readonly handle: (records: readonly T[]) => Promise<void>;
  /** Must be safe before it resolves: the message is passed over then. */
  readonly setAside: (messages: readonly Unreadable[]) => Promise<void>;
  readonly commit: (offsets: readonly TopicPartitionOffsetAndMetadata[]) => Promise<void>;
  readonly log: ServerLog;
}

/** What was read of one partition, and how far it is handled. */
interface Share {
  readonly payload: EachBatchPayload;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  next: number;
  /** A call has some of it: what comes after has to wait. */
  isTaken: boolean;
}

/** What one call takes of a share. */
interface Slice {
  readonly share: Share;
  readonly messages: readonly KafkaMessage[];
}

/** While the records of one call wait for a store, another's are worked on (docs/adr/0025). */
const CALLS_AT_ONCE = 2;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** Partitions that were read together come within one turn or two of the event loop. */
const GATHER_MS = 2;

/**
 * Makes calls of the handler from what is read of many partitions: as many records in each as there are, up to
 * `maxBatch`, and of each partition its part, so that a full one does not hold up the others. Two calls are made at a time, of
 * different partitions; within a partition one comes after the other.
 */
export function createKafkaCalls<T>({
  maxBatch,
  sessionTimeoutMs,
  decode,
  handle,
  setAside,
  commit,
  log,
}: KafkaCallsOptions<T>) {
  const shares = new Set<Share>();
  let lines = 0;
  let beat: NodeJS.Timeout | undefined;

  /** One partition's batch, as kafkajs gives it; resolves once it is handled, or is not ours any more. */
  const take = (payload: EachBatchPayload): Promise<void> =>
    new Promise((resolve, reject) => {
      shares.add({ payload, resolve, reject, next: 0, isTaken: false });
      // While the handler works nothing else tells the group that we live. A rebalance is seen at the commit.
      beat ??= setInterval(
        () =>
          void anyShare()
            ?.payload.heartbeat()
            .catch(() => {}),
        sessionTimeoutMs / 5,
      );
      while (lines < CALLS_AT_ONCE) {
        lines += 1;
        void work();
      }
    });

  const anyShare = () => shares.values().next().value;

  /** A line of calls, as long as there is something that no other line has. */
  async function work(): Promise<void> {
    await sleep(GATHER_MS);
    let waitMs = FIRST_WAIT_MS;
    for (let slices = nextSlices(); slices.length > 0; slices = nextSlices()) {
      const taken = slices.map(({ share }) => share);
      for (const share of taken) share.isTaken = true;
      try {
        if (await call(slices)) {
          waitMs = FIRST_WAIT_MS;
        } else {
          await waitWhile(() => taken.some(isOurs), waitMs);
          waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
        }
      } catch (error) {
        // kafkajs knows what to do about it, and brings again what was not committed.
        for (const share of taken) settle(share, () => share.reject(error));
      }
      for (const share of taken) share.isTaken = false;
    }
    // In the same turn as the last look at the shares: one that came in between would wait for ever.
    lines -= 1;
    if (shares.size > 0) return;
    clearInterval(beat);
    beat = undefined;
  }

  /** What the next call takes: nothing where all is done, or another line has it. */
  function nextSlices(): readonly Slice[] {
    for (const share of shares) if (!share.isTaken && isDone(share)) settle(share, share.resolve);
    const free = [...shares].filter((share) => !share.isTaken);
    const isShared = free.length === shares.size && sumOf(free) > maxBatch;
    // Of much, half is for the other line.
    return slicesOf(isShared ? everyOther(free) : free, maxBatch);
  }

  function settle(share: Share, tell: () => void): void {
    if (shares.delete(share)) tell();
  }

  /** False where the handler could not do it now. */
  async function call(slices: readonly Slice[]): Promise<boolean> {
    const topic = slices[0]?.share.payload.batch.topic ?? '';
    const { records, unreadable } = decodeAll(slices, decode);
    try {
      if (records.length > 0) {
        const carriers = slices.flatMap(({ messages }) => messages.map(({ headers }) => headers));
        await traceBatch({ topic, carriers }, () => handle(records));
      }
      if (unreadable.length > 0) await setAside(unreadable);
    } catch (error) {
      const partitions = slices.map(({ share }) => share.payload.batch.partition);
      log.error(
        { err: error, topic, partitions, records: records.length + unreadable.length },
        'a batch failed; it comes again',
      );
      return false;
    }
    await commit(slices.map(offsetAfter));
    for (const { share, messages } of slices) {
      share.next += messages.length;
      share.payload.resolveOffset((messages.at(-1) as KafkaMessage).offset);
    }
    return true;
  }

  return { take };
}

const isOurs = ({ payload }: Share) => payload.isRunning() && !payload.isStale();
const leftOf = ({ payload, next }: Share) => payload.batch.messages.length - next;
const isDone = (share: Share) => !isOurs(share) || leftOf(share) === 0;
const sumOf = (shares: readonly Share[]) => shares.reduce((sum, share) => sum + leftOf(share), 0);
const byLeft = (shares: readonly Share[]) => [...shares].sort((a, b) => leftOf(a) - leftOf(b));
/** One of two, the fullest among them. */
const everyOther = (shares: readonly Share[]) =>
  byLeft(shares).filter((_, index) => (shares.length - index) % 2 === 1);

/** Of each share its part of `most` records; what one does not need is for the others. */
function slicesOf(shares: readonly Share[], most: number): readonly Slice[] {
  let room = most;
  return byLeft(shares).flatMap((share, index) => {
    const count = Math.min(leftOf(share), Math.ceil(room / (shares.length - index)));
    room -= count;
    const messages = share.payload.batch.messages.slice(share.next, share.next + count);
    return count > 0 ? [{ share, messages }] : [];
  });
}

function offsetAfter({ share, messages }: Slice): TopicPartitionOffsetAndMetadata {
  const { topic, partition } = share.payload.batch;
  const last = messages.at(-1) as KafkaMessage;
  return { topic, partition, offset: String(BigInt(last.offset) + 1n) };
}

function decodeAll<T>(slices: readonly Slice[], decode: KafkaCallsOptions<T>['decode']) {
  const records: T[] = [];
  const unreadable: Unreadable[] = [];
  for (const { share, messages } of slices) {
    const { topic, partition } = share.payload.batch;
    for (const { key, value, offset } of messages) {
      const name = key?.toString() ?? '';
      const text = value?.toString() ?? '';
      try {
        records.push(decode(name, text, `${topic}/${partition}/${offset}`));
      } catch (error) {
        unreadable.push({ key: name, topic, partition, offset, text, error: error as Error });
      }
    }
  }
  return { records, unreadable };
}

/** Waits in small steps, so that a process that stops or loses the partition need not wait to the end. */
async function waitWhile(isSo: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end && isSo()) await sleep(50);
}
