import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import type { Disposer } from '../disposer.js';
import { createKafkaCalls, type KafkaCallsOptions } from './kafka-calls.js';

export interface KafkaReaderOptions<T> extends Omit<KafkaCallsOptions<T>, 'commit'> {
  readonly topic: string;
  readonly groupId: string;
  /** How long records wait for others to be read with them, milliseconds. */
  readonly waitMs: number;
  /** Bytes that are read of a partition at once, as they are stored: gzipped. So many are not waited for. */
  readonly fetchBytes: number;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** Partitions of one process: so many are read side by side. */
const MOST_PARTITIONS = 200;

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
  const { topic, groupId, sessionTimeoutMs, waitMs, fetchBytes } = options;
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: sessionTimeoutMs / 10,
    allowAutoTopicCreation: false,
    // By size or by time: few records go together as those of a moment, many as a full reading.
    minBytes: fetchBytes,
    maxWaitTimeInMs: waitMs,
    maxBytesPerPartition: fetchBytes,
    // kafkajs asks for partitions in the same order always: with less, the last would wait for the first.
    maxBytes: fetchBytes * MOST_PARTITIONS,
    retry: {
      retries: 10,
      initialRetryTime: 100,
      maxRetryTime: 5_000,
      // Its own way of starting again forgets that it was told to stop meanwhile, and then never ends.
      restartOnFailure: async () => false,
    },
  });
  const calls = createKafkaCalls<T>({
    ...options,
    commit: (offsets) => consumer.commitOffsets([...offsets]),
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
      partitionsConsumedConcurrently: MOST_PARTITIONS,
      eachBatch: calls.take,
    });
    await joined;
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}
