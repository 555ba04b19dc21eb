import { LIMITS, type DeadEvent, type Topic, type TopicRecords } from '@px-platform/protocol';
import { createKafkaAppender } from './kafka-appender.js';
import { createKafkaClient, type KafkaConnection } from './kafka-client.js';
import { kafkaLag } from './kafka-lag.js';
import type { Unreadable } from './kafka-calls.js';
import { lanePartitioner } from './kafka-partitioner.js';
import { readKafka } from './kafka-reader.js';
import type { EventLog, LogRecord } from './port.js';
import { traceHeaders } from './trace-headers.js';

export { ensureKafkaTopics } from './kafka-topics.js';
export type { EnsuredTopic, KafkaTopicsOptions } from './kafka-topics.js';
export type { KafkaConnection } from './kafka-client.js';

export interface KafkaEventLogOptions extends KafkaConnection {
  /** Stands before each topic's name, for a cluster that is shared. @default '' */
  readonly topicPrefix?: string;
  /** Consumers of one group share the partitions. Each topic has a group of its own: `<groupId>.<topic>`. @default 'px-processor' */
  readonly groupId?: string;
  /** How long an append waits for others to go with it, milliseconds. @default 5 */
  readonly lingerMs?: number;
  /** Bytes of JSON that go in one request, before gzip. A larger append goes in several. @default 1048576 */
  readonly maxBatchBytes?: number;
  /** Bytes of JSON that may be unanswered; appends beyond it are refused at once. @default 67108864 */
  readonly maxPendingBytes?: number;
  /** How long an append may stay unanswered before it is refused, milliseconds. @default 8000 */
  readonly appendTimeoutMs?: number;
  /** How often brokers that do not answer, or were not asked lately, are tried, milliseconds. @default 1000 */
  readonly probeMs?: number;
  /** Most records given to a consumer in one call, of all its partitions. @default 10000 */
  readonly maxBatch?: number;
  /** How long records wait for others to be read with them, where there is no full reading of them, milliseconds. @default 250 */
  readonly readWaitMs?: number;
  /** Bytes that are read of a partition at once, as they are stored: gzipped. @default 262144 */
  readonly readBytes?: number;
  /**
   * Events of a project that this process appends within a minute, beyond which the rest goes to the slow lane, a quarter of the
   * partitions of `events_raw`; where other projects append, too. 0: never. @default 30000
   */
  readonly fairPerMinute?: number;
  /** A consumer that is silent for longer has its partitions given to others, milliseconds. @default 10000 */
  readonly sessionTimeoutMs?: number;
}

const TOPICS = [
  'events_raw',
  'events_enriched',
  'events_aggregated',
  'events_dead',
] as const satisfies readonly Topic[];

/** The event log on Apache Kafka. Its topics must be there: see `ensureKafkaTopics`. Connects by itself, and again. */
export function createKafkaEventLog({
  topicPrefix = '',
  groupId = 'px-processor',
  lingerMs = 5,
  maxBatchBytes = 1024 * 1024,
  maxPendingBytes = 64 * 1024 * 1024,
  appendTimeoutMs = 8_000,
  probeMs = 1_000,
  maxBatch = 10_000,
  readWaitMs = 250,
  readBytes = 256 * 1024,
  fairPerMinute = 30_000,
  sessionTimeoutMs = 10_000,
  ...connection
}: KafkaEventLogOptions): EventLog {
  const { log } = connection;
  const kafka = createKafkaClient(connection);
  const nameOf = (topic: Topic) => topicPrefix + topic;
  const appender = createKafkaAppender(kafka, {
    lingerMs,
    maxBatchBytes,
    maxPendingBytes,
    appendTimeoutMs,
    probeMs,
    topics: TOPICS.map(nameOf),
    partitioner: lanePartitioner({
      topics: new Set([nameOf('events_raw')]),
      fairPerMinute,
      onSlow: (project) =>
        log.warn(
          { project, more_than: fairPerMinute },
          'a project brings more than its share of a minute; the rest goes to the slow lane',
        ),
    }),
    log,
  });
  const readers = new Map<Topic, () => Promise<void>>();
  let isClosed = false;

  const groupOf = (topic: Topic) => `${groupId}.${topic}`;

  const append: EventLog['append'] = (topic, records) => {
    const headers = traceHeaders();
    return appender.append(
      nameOf(topic),
      records.map(({ key, value }) => ({ key, value: JSON.stringify(value), headers })),
    );
  };

  return {
    append,
    async consume<T extends Topic>(
      topic: T,
      handler: (records: readonly LogRecord<T>[]) => Promise<void>,
    ) {
      if (isClosed) throw new Error('the event log is closed');
      if (readers.has(topic)) throw new Error(`${topic} has a consumer already`);
      readers.set(topic, async () => {});
      const stop = await readKafka<LogRecord<T>>(kafka, {
        topic: nameOf(topic),
        groupId: groupOf(topic),
        maxBatch,
        waitMs: readWaitMs,
        fetchBytes: readBytes,
        sessionTimeoutMs,
        decode: (key, text, at) => ({ key, value: parseRecord<T>(text), at }),
        handle: handler,
        setAside: (messages) =>
          append(
            'events_dead',
            messages.map((message) => ({ key: message.key, value: toDead(message) })),
          ),
        log,
      });
      let stopped: Promise<void> | null = null;
      const dispose = () =>
        (stopped ??= Promise.resolve(stop()).then(() => void readers.delete(topic)));
      readers.set(topic, dispose);
      return dispose;
    },
    isReady: appender.isReady,
    lag: (topic) => kafkaLag(kafka, { topic: nameOf(topic), groupId: groupOf(topic) }),
    async close() {
      isClosed = true;
      await Promise.all([...readers.values()].map((dispose) => dispose()));
      await appender.close();
    },
  };
}

function parseRecord<T extends Topic>(text: string): TopicRecords[T] {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null) return value as TopicRecords[T];
  throw new TypeError('not a record');
}

/** Something else has written into the topic, or a disk has rotted. Where it stands is said for whoever looks. */
function toDead({ key, topic, partition, offset, text, error }: Unreadable): DeadEvent {
  const [tenant_id = '', project_id = ''] = key.split(':');
  return {
    tenant_id,
    project_id,
    event_id: null,
    event_name: '',
    stage: 'processor',
    code: 'not_storable',
    message: `the record at ${topic}/${partition}/${offset} cannot be read: ${error.message}`,
    body: text.slice(0, LIMITS.eventBytes),
    attempts: 1,
    at: Date.now(),
  };
}
