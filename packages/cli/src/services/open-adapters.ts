import { openClickHouseEventStore } from '@px-platform/store/clickhouse';
import { createKafkaEventLog, type KafkaConnection } from '@px-platform/store/kafka';
import { openPostgres } from '@px-platform/store/postgres';
import { openSpooledEventLog, type SpooledEventLog } from '@px-platform/store/spooled';
import { openRedisCounters, openRedisLimiter, openRedisStreams } from '@px-platform/store/redis';
import type {
  Counters,
  EventLog,
  EventStore,
  Limiter,
  ServerLog,
  SqlClient,
  Streams,
} from '@px-platform/store';
import type { Cleanup } from '../cleanup.js';
import type { KafkaConfig, ServiceConfig } from './config.js';

/** The servers that a service works with: each opened when asked for, and closed in reverse order. */
export interface Adapters {
  readonly eventLog: () => EventLog;
  /** The same, behind a spool on the local disk. */
  readonly spooledEventLog: (
    spool: NonNullable<ServiceConfig['spool']>,
  ) => Promise<SpooledEventLog>;
  readonly eventStore: () => EventStore;
  readonly sql: () => SqlClient;
  readonly streams: () => Promise<Streams>;
  readonly limiter: () => Promise<Limiter>;
  readonly counters: () => Promise<Counters>;
}

/** `name` is what the servers know this process by. */
export function createAdapters(
  { kafka, clickhouse, postgresUrl, redisUrl, fairEventsPerMinute }: ServiceConfig,
  {
    name,
    log,
    onStop,
  }: { readonly name: string; readonly log: ServerLog; readonly onStop: Cleanup['add'] },
): Adapters {
  const opened = <T extends { close(): Promise<void> }>(adapter: T): T => {
    onStop(() => adapter.close());
    return adapter;
  };
  const kafkaEventLog = () =>
    createKafkaEventLog({
      ...kafkaConnection(kafka, { name, log }),
      topicPrefix: kafka.topicPrefix,
      groupId: kafka.groupId,
      fairPerMinute: fairEventsPerMinute,
    });
  return {
    eventLog: () => opened(kafkaEventLog()),
    spooledEventLog: async (spool) =>
      opened(await openSpooledEventLog(kafkaEventLog(), { ...spool, log })),
    eventStore: () =>
      opened(openClickHouseEventStore({ ...clickhouse, clusterName: clickhouse.cluster })),
    sql: () => opened(openPostgres({ url: postgresUrl, applicationName: name, log })),
    limiter: async () => opened(await openRedisLimiter({ url: redisUrl, clientName: name, log })),
    counters: async () => opened(await openRedisCounters({ url: redisUrl, clientName: name, log })),
    streams: async () => opened(await openRedisStreams({ url: redisUrl, clientName: name, log })),
  };
}

export function kafkaConnection(
  { brokers, ssl, sasl }: KafkaConfig,
  { name, log }: { readonly name: string; readonly log: ServerLog },
): KafkaConnection {
  return { brokers, clientId: name, ssl, ...(sasl && { sasl }), log };
}
