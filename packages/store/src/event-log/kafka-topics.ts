import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';
import type { Topic } from '@px-platform/protocol';
import { createKafkaClient, type KafkaConnection } from './kafka-client.js';

/** Room for the largest event with all that is said beside it, and for a batch of them uncompressed. */
export const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

const DAY_MS = 86_400_000;

/** How long a topic that was just made may be unknown. */
const KNOWN_WITHIN_MS = 10_000;

/** How the topics are laid out. */
export interface KafkaTopicsOptions {
  /** Stands before each topic's name, for a cluster that is shared. @default '' */
  readonly topicPrefix?: string;
  /** Partitions of `events_raw`, `events_enriched` and `events_aggregated`: as many processors can share the work, a quarter of them what is too much. @default 12 */
  readonly partitions?: number;
  /** Copies of each partition. @default 3, or as many as there are brokers */
  readonly replicationFactor?: number;
  /** How long events stay readable, days. @default 7 */
  readonly retentionDays?: number;
  /** How long dead letters stay readable, days. @default 30 */
  readonly deadRetentionDays?: number;
}

/** One topic, and what had to be done. */
export interface EnsuredTopic {
  readonly topic: string;
  /** `grown`: partitions were added. There are never fewer afterwards. */
  readonly outcome: 'created' | 'grown' | 'unchanged';
  readonly partitions: number;
}

interface Layout {
  readonly partitions: number;
  readonly retentionDays: number;
  /** @default 'delete' */
  readonly cleanup?: string;
}

/**
 * Creates the topics that are missing, and adds partitions where more are asked for. Safe to repeat. Once
 * partitions are added, a person's later events may be in another one: their order is kept by time and `seq`.
 */
export async function ensureKafkaTopics(
  connection: KafkaConnection,
  {
    topicPrefix = '',
    partitions = 12,
    replicationFactor,
    retentionDays = 7,
    deadRetentionDays = 30,
  }: KafkaTopicsOptions = {},
): Promise<readonly EnsuredTopic[]> {
  const wanted: Readonly<Record<Topic, Layout>> = {
    events_raw: { partitions, retentionDays },
    events_enriched: { partitions, retentionDays },
    // Totals by key, of which only the last counts.
    events_aggregated: { partitions, retentionDays, cleanup: 'compact,delete' },
    events_dead: { partitions: Math.min(partitions, 3), retentionDays: deadRetentionDays },
  };
  const admin = createKafkaClient(connection).admin();
  await admin.connect();
  try {
    const { brokers } = await admin.describeCluster();
    const copies = replicationFactor ?? Math.min(3, brokers.length);
    const ensured: EnsuredTopic[] = [];
    for (const [name, { partitions, retentionDays, cleanup = 'delete' }] of Object.entries(
      wanted,
    )) {
      const topic = topicPrefix + name;
      const configEntries = Object.entries({
        'cleanup.policy': cleanup,
        'retention.ms': retentionDays * DAY_MS,
        'max.message.bytes': MAX_MESSAGE_BYTES,
        'min.insync.replicas': Math.max(1, copies - 1),
        'compression.type': 'producer',
      }).map(([name, value]) => ({ name, value: String(value) }));
      const isNew = await create(admin, {
        topic,
        numPartitions: partitions,
        replicationFactor: copies,
        configEntries,
      });
      ensured.push(
        isNew ? { topic, outcome: 'created', partitions } : await grow(admin, topic, partitions),
      );
    }
    return ensured;
  } finally {
    await admin.disconnect();
  }
}

/** A topic just made is not known to each broker at once: those that are asked too early say that there is none. */
async function create(admin: Admin, topic: ITopicConfig): Promise<boolean> {
  try {
    return await admin.createTopics({ waitForLeaders: true, topics: [topic] });
  } catch (error) {
    if (!isUnknownTopic(error)) throw error;
    for (const end = Date.now() + KNOWN_WITHIN_MS; ; await sleep(100)) {
      try {
        await admin.fetchTopicMetadata({ topics: [topic.topic] });
        return true;
      } catch (still) {
        if (!isUnknownTopic(still) || Date.now() > end) throw still;
      }
    }
  }
}

function isUnknownTopic(error: unknown): boolean {
  return (error as { readonly type?: unknown }).type === 'UNKNOWN_TOPIC_OR_PARTITION';
}

async function grow(admin: Admin, topic: string, wanted: number): Promise<EnsuredTopic> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const present = topics[0]?.partitions.length ?? 0;
  if (present >= wanted) return { topic, outcome: 'unchanged', partitions: present };
  await admin.createPartitions({ topicPartitions: [{ topic, count: wanted }] });
  return { topic, outcome: 'grown', partitions: wanted };
}
