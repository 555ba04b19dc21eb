import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Disposer } from '../disposer.js';
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

export interface KafkaReaderOptions<T> {
  readonly topic: string;
  readonly groupId: string;
  /** Most records handed over in one call. */
  readonly maxBatch: number;
  /** A process that is silent for longer has its partitions given to others, milliseconds. */
  readonly sessionTimeoutMs: number;
  /** `at`: `topic/partition/offset`. */
  readonly decode: (key: string, text: string, at: string) => T;
  /** Resolving commits the records; rejecting brings them again, after a wait. Called for several partitions at a time, in order for each. */
  readonly handle: (records: readonly T[]) => Promise<void>;
  /** Must be safe before it resolves: the message is passed over then. */
  readonly setAside: (messages: readonly Unreadable[]) => Promise<void>;
  readonly log: ServerLog;
}

/** While one partition's records wait for a store, another's are worked on. More would only hold more in memory. */
const PARTITIONS_AT_ONCE = 2;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Starts reading a topic as a member of a group. Resolves once it has joined, however long that takes. Offsets are
 * committed after the handler has resolved, and only then: what was under way when this process died or
 * lost the partition comes again. The disposer finishes the call under way, and leaves the group.
 */
export async function readKafka<T>(
  kafka: Kafka,
  options: KafkaReaderOptions<T>,
): Promise<Disposer> {
  const { topic, log } = options;
  let isStopped = false;
  let stopCurrent: Disposer = () => {};

  const join = async (): Promise<void> => {
    for (let wait = FIRST_WAIT_MS; !isStopped; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        stopCurrent = await start(kafka, options, () => void (isStopped || rejoin()));
        if (isStopped) await stopCurrent();
        return;
      } catch (error) {
        log.error({ err: error, topic }, 'the topic cannot be read; trying again');
        await sleep(wait);
      }
    }
  };
  /** kafkajs ends a consumer at a fault, and says so in an event alone. */
  const rejoin = async (): Promise<void> => {
    log.warn({ topic }, 'the reader has ended; a new one joins');
    await stopCurrent();
    await join();
  };

  await join();
  return async () => {
    isStopped = true;
    await stopCurrent();
  };
}

async function start<T>(
  kafka: Kafka,
  options: KafkaReaderOptions<T>,
  onEnd: () => void,
): Promise<Disposer> {
  const { topic, groupId, sessionTimeoutMs } = options;
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: sessionTimeoutMs / 10,
    allowAutoTopicCreation: false,
    // Answers come as soon as there is anything.
    minBytes: 1,
    maxWaitTimeInMs: 500,
    retry: {
      retries: 10,
      initialRetryTime: 100,
      maxRetryTime: 5_000,
      // Its own way of starting again forgets that it was told to stop meanwhile, and then never ends.
      restartOnFailure: async () => false,
    },
  });
  let isEnding = false;
  let hasJoined = false;
  const end = async () => {
    isEnding = true;
    await consumer.disconnect().catch(() => {});
  };
  try {
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        hasJoined = true;
        resolve();
      });
      consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
        reject(error);
        if (hasJoined && !isEnding) onEnd();
      });
    });
    // Whoever fails below is told by its own error.
    joined.catch(() => {});
    await consumer.connect();
    // Of a group that has read nothing yet, all there is.
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => readBatch(consumer, payload, options),
    });
    await joined;
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

async function readBatch<T>(
  consumer: Consumer,
  { batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload,
  { maxBatch, sessionTimeoutMs, decode, handle, setAside, log }: KafkaReaderOptions<T>,
): Promise<void> {
  const { topic, partition, messages } = batch;
  const isOurs = () => isRunning() && !isStale();
  // While the handler works nothing else tells the group that we live. A rebalance is seen at the commit.
  const beat = setInterval(() => void heartbeat().catch(() => {}), sessionTimeoutMs / 5);
  try {
    for (let from = 0; from < messages.length && isOurs(); from += maxBatch) {
      const chunk = messages.slice(from, from + maxBatch);
      const { records, unreadable } = decodeAll(chunk, { topic, partition, decode });
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
        try {
          if (records.length > 0) {
            const carriers = chunk.map(({ headers }) => headers);
            await traceBatch({ topic, carriers }, () => handle(records));
          }
          if (unreadable.length > 0) await setAside(unreadable);
          break;
        } catch (error) {
          log.error(
            { err: error, topic, partition, records: chunk.length },
            'a batch failed; it comes again',
          );
          if (!(await waitWhile(isOurs, wait))) return;
        }
      }
      const last = chunk.at(-1) as KafkaMessage;
      const next = String(BigInt(last.offset) + 1n);
      await consumer.commitOffsets([{ topic, partition, offset: next }]);
      resolveOffset(last.offset);
    }
  } finally {
    clearInterval(beat);
  }
}

function decodeAll<T>(
  messages: readonly KafkaMessage[],
  {
    topic,
    partition,
    decode,
  }: { topic: string; partition: number; decode: KafkaReaderOptions<T>['decode'] },
) {
  const records: T[] = [];
  const unreadable: Unreadable[] = [];
  for (const { key, value, offset } of messages) {
    const name = key?.toString() ?? '';
    const text = value?.toString() ?? '';
    try {
      records.push(decode(name, text, `${topic}/${partition}/${offset}`));
    } catch (error) {
      unreadable.push({ key: name, topic, partition, offset, text, error: error as Error });
    }
  }
  return { records, unreadable };
}

/** Waits in small steps, so that a process that stops or loses the partition need not wait to the end. */
async function waitWhile(isOurs: () => boolean, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (performance.now() < end && isOurs()) await sleep(50);
  return isOurs();
}
