import { once } from 'node:events';
import { connectRedis } from '@px-platform/store/redis';
import type { Platform } from './platform.js';

/** Tables, keys and logs, and which of the texts that were looked for each of them has. */
export type Places = ReadonlyMap<string, readonly string[]>;

/**
 * Where any of these texts is found on the platform's servers, but for Kafka, and in what its services print. What is compressed
 * on a disk is read through its server.
 */
export async function placesOf(platform: Platform, texts: readonly string[]): Promise<Places> {
  const found = await Promise.all([
    clickHousePlaces(platform, texts),
    postgresPlaces(platform, texts),
    redisPlaces(platform, texts),
  ]);
  const logs = [...platform.collectors, ...platform.processors, platform.api].map(
    (service) => [`log of ${service.url}`, textsIn(service.output(), texts)] as const,
  );
  return new Map([...found.flat(), ...logs].filter(([, each]) => each.length > 0));
}

async function clickHousePlaces({ eventStore }: Platform, texts: readonly string[]) {
  const tables = await eventStore.query<{ name: string }>({
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`,
    params: {},
  });
  const sources = [
    ...tables.map(({ name }) => [name, `SELECT formatRow('JSONEachRow', *) AS row FROM ${name}`]),
    // The words by which rows were deleted: the engine keeps them.
    ['mutations', `SELECT command AS row FROM system.mutations`],
  ];
  const found: (readonly [string, readonly string[]])[] = [];
  for (const [name, rows] of sources) {
    const [told] = await eventStore.query<{ found: string[] }>({
      sql: `SELECT groupUniqArrayArray(arrayFilter(text -> position(row, text) > 0, {texts:Array(String)})) AS found FROM (${rows})`,
      params: { texts },
    });
    found.push([`ClickHouse ${name}`, told?.found ?? []]);
  }
  return found;
}

async function postgresPlaces({ sql }: Platform, texts: readonly string[]) {
  const tables = await sql.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: (readonly [string, readonly string[]])[] = [];
  for (const { name } of tables) {
    const rows = await sql.query<{ text: string }>(
      `SELECT DISTINCT x.text FROM "${name}" t, unnest($1::text[]) AS x (text) WHERE strpos(t::text, x.text) > 0`,
      [texts],
    );
    found.push([`Postgres ${name}`, rows.map(({ text }) => text)]);
  }
  return found;
}

async function redisPlaces({ servers }: Platform, texts: readonly string[]) {
  const quiet = { info() {}, warn() {}, error() {} };
  const redis = connectRedis({ url: servers.redis.url, commandTimeoutMs: 10_000, log: quiet });
  try {
    await once(redis, 'ready');
    const keys = await redis.keys('*');
    return await Promise.all(
      keys.map(async (key) => {
        const isStream = (await redis.type(key)) === 'stream';
        const value = isStream ? await redis.xrange(key, '-', '+') : await redis.get(key);
        return [`Redis ${key}`, textsIn(key + JSON.stringify(value), texts)] as const;
      }),
    );
  } finally {
    redis.disconnect();
  }
}

const textsIn = (held: string, texts: readonly string[]) =>
  texts.filter((text) => held.includes(text));
