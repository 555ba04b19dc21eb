import { once } from 'node:events';
import { connectRedis } from '@px-platform/store/redis';
import type { Platform } from './platform.js';

/**
 * Where any of these texts is found on the platform's servers, but for Kafka: names of tables, of keys, of services whose log has
 * it. What is compressed on a disk is read through its server.
 */
export async function placesOf(
  platform: Platform,
  texts: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await Promise.all([
    clickHousePlaces(platform, texts),
    postgresPlaces(platform, texts),
    redisPlaces(platform, texts),
  ]);
  const logs = [...platform.collectors, ...platform.processors, platform.api].flatMap((service) =>
    hasAny(service.output(), texts) ? [`log ${service.url}`] : [],
  );
  return new Set([...found.flat(), ...logs]);
}

async function clickHousePlaces({ eventStore }: Platform, texts: readonly string[]) {
  const tables = await eventStore.query<{ name: string }>({
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`,
    params: {},
  });
  const sources = [
    ...tables.map(({ name }) => [name, `SELECT formatRow('JSONEachRow', *) AS row FROM ${name}`]),
    // What was deleted, in the words that deleted it: the engine keeps them.
    ['mutations', `SELECT command AS row FROM system.mutations`],
  ];
  const found: string[] = [];
  for (const [name, rows] of sources) {
    const [counted] = await eventStore.query<{ rows: number }>({
      sql: `SELECT count() AS rows FROM (${rows}) WHERE arrayExists(text -> position(row, text) > 0, {texts:Array(String)})`,
      params: { texts },
    });
    if (counted?.rows !== 0) found.push(`ClickHouse ${name}`);
  }
  return found;
}

async function postgresPlaces({ sql }: Platform, texts: readonly string[]) {
  const tables = await sql.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await sql.query(
      `SELECT 1 FROM "${name}" t, unnest($1::text[]) AS x (text) WHERE strpos(t::text, x.text) > 0 LIMIT 1`,
      [texts],
    );
    if (row) found.push(`Postgres ${name}`);
  }
  return found;
}

async function redisPlaces({ servers }: Platform, texts: readonly string[]) {
  const quiet = { info() {}, warn() {}, error() {} };
  const redis = connectRedis({ url: servers.redis.url, commandTimeoutMs: 10_000, log: quiet });
  try {
    await once(redis, 'ready');
    const keys = await redis.keys('*');
    const held = keys.map(async (key) => {
      const isStream = (await redis.type(key)) === 'stream';
      const value = isStream ? await redis.xrange(key, '-', '+') : await redis.get(key);
      return hasAny(key + JSON.stringify(value), texts) ? [`Redis ${key}`] : [];
    });
    return (await Promise.all(held)).flat();
  } finally {
    redis.disconnect();
  }
}

const hasAny = (text: string, texts: readonly string[]) =>
  texts.some((each) => text.includes(each));
