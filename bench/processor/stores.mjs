import { migrateClickHouse, openClickHouseEventStore } from '@px-platform/store/clickhouse';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { migratePostgres, openPostgres } from '@px-platform/store/postgres';
import { postgresProfileStore } from '@px-platform/store';
import * as services from '@px-platform/test-services';
import { dropViews } from '../lib/clickhouse.mjs';
import { cpuSecondsOf } from '../lib/cpu.mjs';

/** What the processor writes to: servers of its own, or nothing at all. With `views: 'none'` rows of `events` feed no other table. */
export async function openStores({ kind, views, log }) {
  const memory = { streams: createMemoryStreams(), counters: createMemoryCounters() };
  if (kind === 'none') {
    return {
      ...memory,
      ...nothing(),
      cpuSeconds: () => ({ engine: 0, postgres: 0 }),
      async close() {},
    };
  }
  const [clickhouse, postgres] = await Promise.all([
    services.openClickHouse(),
    services.openPostgres(),
  ]);
  if (!clickhouse || !postgres)
    throw new Error('the bench needs both servers: see above which is missing');
  await migrateClickHouse({ url: clickhouse.url });
  await migratePostgres({ url: postgres.url, log });
  const eventStore = openClickHouseEventStore({ url: clickhouse.url, queryTimeoutMs: 60_000 });
  const sql = openPostgres({ url: postgres.url, log });
  if (views === 'none') await dropViews(clickhouse.url);
  const cpuOf = ({ process }) => (process && cpuSecondsOf(process.pid)) ?? 0;
  return {
    ...memory,
    eventStore,
    clickhouseUrl: clickhouse.url,
    profiles: postgresProfileStore(sql),
    cpuSeconds: () => ({ engine: cpuOf(clickhouse), postgres: cpuOf(postgres) }),
    async close() {
      await eventStore.close();
      await sql.close();
      await Promise.all([clickhouse.stop(), postgres.stop()]);
    },
  };
}

/** Takes all, keeps nothing. */
function nothing() {
  const people = new Map();
  return {
    eventStore: {
      insertEvents: async () => {},
      insertLinks: async () => {},
      insertDead: async () => {},
      sessionlessEvents: async () => [],
      derivedSessions: async () => [],
      writeSessions: async () => {},
      recentIds: async () => [],
      query: async () => [],
    },
    profiles: {
      async see(sightings) {
        const keys = sightings.map(({ project_id, user_id }) => `${project_id}/${user_id}`);
        return new Map(
          keys.map((key) => {
            if (!people.has(key)) people.set(key, people.size + 1);
            return [key, people.get(key)];
          }),
        );
      },
      applyTraits: async () => {},
      applyGroupTraits: async () => {},
      erase: async () => 0,
    },
  };
}
