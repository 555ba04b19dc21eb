import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openClickHouse,
  openKafka,
  openPostgres as openPostgresServer,
  openRedis,
} from '@px-platform/test-services';
import type {
  Counters,
  EventLog,
  EventStore,
  Limiter,
  SqlClient,
  Streams,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { migrateClickHouse, openClickHouseEventStore } from '@px-platform/store/clickhouse';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createKafkaEventLog, ensureKafkaTopics } from '@px-platform/store/kafka';
import {
  createMemoryCounters,
  createMemoryLimiter,
  createMemoryStreams,
} from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { migratePostgres, openPostgres } from '@px-platform/store/postgres';
import {
  connectRedis,
  openRedisCounters,
  openRedisLimiter,
  openRedisStreams,
} from '@px-platform/store/redis';

/** The adapters of one kind of installation, and how to read all that they hold. */
export interface Stage {
  readonly eventStore: EventStore;
  readonly sql: SqlClient;
  readonly streams: Streams;
  readonly limiter: Limiter;
  readonly counters: Counters;
  readonly eventLog: EventLog;
  /** For whoever else reads what is published: a group of its own. */
  readonly readerLog: EventLog;
  /** Every key of Redis with all that it holds; null where there is no Redis. */
  readonly redisTexts: (() => Promise<readonly string[]>) | null;
  close(): Promise<void>;
}

const log = { info() {}, warn() {}, error() {} };

export async function embeddedStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'px-canary-'));
  const eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  const sql = await openPglite({ path: join(directory, 'records') });
  const streams = createMemoryStreams();
  const eventLog = createDirectEventLog();
  return {
    eventStore,
    sql,
    streams,
    eventLog,
    readerLog: eventLog,
    limiter: createMemoryLimiter(),
    counters: createMemoryCounters(),
    redisTexts: null,
    async close() {
      await eventLog.close();
      await streams.close();
      await eventStore.close();
      await sql.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Null, said aloud, where a server is not to be had; an error under CI. */
export async function serverStage(): Promise<Stage | null> {
  const servers = await Promise.all(
    [openKafka, openClickHouse, openPostgresServer, openRedis].map((open) => open({ isOwn: true })),
  );
  const [kafka, clickhouse, postgres, redis] = servers;
  const stopServers = () => Promise.all(servers.map(async (server) => server?.stop()));
  if (!kafka || !clickhouse || !postgres || !redis) {
    await stopServers();
    return null;
  }
  const connection = { brokers: [kafka.url], log };
  await ensureKafkaTopics(connection, { partitions: 2 });
  await migrateClickHouse({ url: clickhouse.url });
  await migratePostgres({ url: postgres.url, log });
  const eventStore = openClickHouseEventStore({ url: clickhouse.url });
  const sql = openPostgres({ url: postgres.url, log });
  const streams = await openRedisStreams({ url: redis.url, log });
  const limiter = await openRedisLimiter({ url: redis.url, log });
  const counters = await openRedisCounters({ url: redis.url, log });
  const eventLog = createKafkaEventLog({ ...connection, probeMs: 100 });
  const readerLog = createKafkaEventLog({ ...connection, groupId: 'somebody-else', probeMs: 100 });
  const client = connectRedis({ url: redis.url, commandTimeoutMs: 5_000, log });
  return {
    eventStore,
    sql,
    streams,
    limiter,
    counters,
    eventLog,
    readerLog,
    async redisTexts() {
      const keys = await client.keys('*');
      return Promise.all(keys.map(async (key) => key + JSON.stringify(await contents(key))));
    },
    async close() {
      await Promise.all([eventLog.close(), readerLog.close()]);
      await Promise.all([streams, limiter, counters, eventStore, sql].map((each) => each.close()));
      client.disconnect();
      await stopServers();
    },
  };

  async function contents(key: string): Promise<unknown> {
    const type = await client.type(key);
    if (type === 'string') return client.get(key);
    if (type === 'stream') return client.xrange(key, '-', '+');
    if (type === 'hash') return client.hgetall(key);
    if (type === 'list') return client.lrange(key, 0, -1);
    if (type === 'set') return client.smembers(key);
    if (type === 'zset') return client.zrange(key, '0', '-1');
    throw new Error(`nobody knows how to read ${key}, which is a ${type}`);
  }
}
