import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres as openPostgresServer } from '@px-platform/test-services';
import { postgresCatalog } from './catalog/postgres.js';
import { catalogContract } from './contract/catalog.js';
import { flagCatalogContract } from './contract/flags.js';
import { privacyStoreContract } from './contract/privacy.js';
import { profileStoreContract } from './contract/profile-store.js';
import { retentionStoreContract } from './contract/retention.js';
import { schemaRegistryContract } from './contract/schemas.js';
import { segmentMembersContract } from './contract/segments.js';
import { sqlListenContract } from './contract/sql-listen.js';
import { NOON, sampleGroup, sampleId, sampleSighting, sampleTraits } from './contract/samples.js';
import { migratePostgres, openPostgres, type PostgresOptions } from './postgres.js';
import { postgresFlagCatalog } from './flags/postgres.js';
import { postgresPrivacyStore } from './privacy/postgres.js';
import { postgresProfileStore } from './profile-store/postgres.js';
import { postgresRetentionStore } from './retention/postgres.js';
import { postgresSchemaRegistry } from './schemas/postgres.js';
import { postgresSegmentMembers } from './segments/postgres.js';
import type { SqlClient } from './sql-client.js';
import { openDeafProxy } from '../test/deaf-proxy.js';
import { quietLog } from '../test/quiet-log.js';

const server = await openPostgresServer({ isOwn: true });
const options: PostgresOptions = { url: server?.url ?? '', log: quietLog };
const opened: SqlClient[] = [];
const open = (changes: Partial<PostgresOptions> = {}): SqlClient => {
  const sql = openPostgres({ ...options, ...changes });
  opened.push(sql);
  return sql;
};

afterAll(async () => {
  await Promise.all(opened.map((sql) => sql.close()));
  await server?.stop();
});

describe.skipIf(!server)('given a Postgres server', () => {
  let sql: SqlClient;
  beforeAll(async () => {
    sql = open();
    const applied = await Promise.all([migratePostgres(options), migratePostgres(options)]);
    expect(new Set(applied.flat()).has('0001_catalog')).toBe(true);
    expect(await migratePostgres(options)).toEqual([]);
  });

  profileStoreContract('profiles in Postgres', async () => postgresProfileStore(sql));
  privacyStoreContract('requests in Postgres', async () => postgresPrivacyStore(sql));
  retentionStoreContract('retention in Postgres', async () => ({
    retention: postgresRetentionStore(sql),
    catalog: postgresCatalog(sql),
  }));
  schemaRegistryContract('the registry in Postgres', async () => ({
    registry: postgresSchemaRegistry(sql),
    catalog: postgresCatalog(sql),
  }));
  flagCatalogContract('flags in Postgres', async () => ({
    flags: postgresFlagCatalog(sql),
    catalog: postgresCatalog(sql),
  }));
  segmentMembersContract('members in Postgres', async () => ({
    segments: postgresSegmentMembers(sql),
    flags: postgresFlagCatalog(sql),
    profiles: postgresProfileStore(sql),
    catalog: postgresCatalog(sql),
  }));
  sqlListenContract('Postgres', async () => sql);
  catalogContract('the catalog in Postgres', async () => postgresCatalog(sql));

  it('numbers people densely from 1, once each, for several processes at once', async () => {
    const first = postgresProfileStore(sql);
    const stores = Array.from({ length: 4 }, () => postgresProfileStore(open()));
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, call) => {
        const people = Array.from({ length: 25 }, (_each, index) => (call * 13 + index) % 400);
        if (call % 2) people.reverse();
        const sightings = people.map((number) => sampleSighting(number, { project_id: 'crowd' }));
        return (stores[call % stores.length] ?? first).see(sightings);
      }),
    );
    const numbers = new Map<string, number>();
    for (const [key, number] of answers.flatMap((answer) => [...answer])) {
      expect(numbers.get(key) ?? number).toBe(number);
      numbers.set(key, number);
    }
    expect([...numbers.values()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 400 }, (_, index) => index + 1),
    );
  });

  it('gives traits the same end for several processes at once, in any order, however often', async () => {
    const project_id = 'traits';
    const first = postgresProfileStore(sql);
    const stores = Array.from({ length: 3 }, () => postgresProfileStore(open()));
    const people = [1, 2, 3, 4];
    await first.see(people.map((number) => sampleSighting(number, { project_id })));
    const updates = Array.from({ length: 60 }, (_, number) =>
      sampleTraits(number, {
        project_id,
        user_id: sampleId(people[number % people.length] ?? 1),
        timestamp: NOON + ((number * 7) % 60),
        set: { plan: number },
        set_once: { first_plan: number },
        increment: { visits: 1 + (number % 3) },
      }),
    );
    const calls = [...updates, ...updates].map((update, index) => [
      update,
      ...(updates[(index * 31) % updates.length] === update
        ? []
        : [updates[(index * 31) % updates.length] ?? update]),
    ]);
    await Promise.all(
      calls.map((call, index) => (stores[index % stores.length] ?? first).applyTraits(call)),
    );
    for (const [place, person] of people.entries()) {
      const own = updates.filter((_, number) => number % people.length === place);
      const byTime = own.toSorted((a, b) => a.timestamp - b.timestamp);
      const found = await first.find(project_id, sampleId(person));
      expect(found?.traits).toEqual({
        plan: byTime.at(-1)?.set['plan'],
        first_plan: byTime[0]?.set_once['first_plan'],
        visits: own.reduce((sum, { increment }) => sum + (increment['visits'] ?? 0), 0),
      });
    }
  });

  it('gives groups the same end for several processes at once, that name them in any order', async () => {
    const project_id = 'groups';
    const first = postgresProfileStore(sql);
    const stores = Array.from({ length: 3 }, () =>
      postgresProfileStore(open({ maxConnections: 4 })),
    );
    const updates = Array.from({ length: 60 }, (_, number) =>
      sampleGroup(number, {
        project_id,
        group_key: `company-${number % 4}`,
        timestamp: NOON + ((number * 7) % 60),
        set: { plan: number, [`key_${number}`]: number },
      }),
    );
    const calls = Array.from({ length: 60 }, (_, call) =>
      [0, 1, 2, 3].flatMap((step) => updates[(call * 13 + step * (call % 2 ? 1 : 59)) % 60] ?? []),
    );
    await Promise.all(
      calls.map((call, index) => (stores[index % stores.length] ?? first).applyGroupTraits(call)),
    );
    for (const place of [0, 1, 2, 3]) {
      const own = updates.filter((_, number) => number % 4 === place);
      const byTime = own.toSorted((a, b) => a.timestamp - b.timestamp);
      const found = await first.findGroup(project_id, 'company', `company-${place}`);
      expect(found?.traits['plan']).toBe(byTime.at(-1)?.set['plan']);
      expect(Object.keys(found?.traits ?? {})).toHaveLength(1 + own.length);
      expect(found?.first_seen).toBe(byTime[0]?.timestamp);
    }
  });

  it('rolls a failed transaction back, and lends its connection to the next', async () => {
    const one = open({ maxConnections: 1 });
    await one.query('CREATE TABLE notes (n int)');
    const failing = one.transaction(async (transaction) => {
      await transaction.query('INSERT INTO notes VALUES (1)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await expect(
      one.transaction((transaction) => transaction.query('SELECT nonsense')),
    ).rejects.toThrow(/nonsense/);
    expect(await one.query('SELECT * FROM notes')).toEqual([]);
  });

  it('runs a transaction again that lost to another', async () => {
    await sql.query('CREATE TABLE pairs (id int PRIMARY KEY, n int NOT NULL)');
    await sql.query('INSERT INTO pairs VALUES (1, 0), (2, 0)');
    const add = (first: number, second: number) =>
      sql.transaction(async (transaction) => {
        await transaction.query('UPDATE pairs SET n = n + 1 WHERE id = $1', [first]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await transaction.query('UPDATE pairs SET n = n + 1 WHERE id = $1', [second]);
      });
    // Each holds what the other wants: the server ends one of them.
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(await sql.query('SELECT n FROM pairs ORDER BY id')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('answers with the numbers and texts that the engine in this process answers with', async () => {
    const [row] = await sql.query(
      `SELECT count(*) AS n, 9007199254740993::int8 AS large, 1.5::float8 AS half, '{"a": [1]}'::jsonb AS json, NULL AS nothing, true AS yes`,
    );
    expect(row).toEqual({
      n: 1,
      large: 9_007_199_254_740_993n,
      half: 1.5,
      json: { a: [1] },
      nothing: null,
      yes: true,
    });
  });

  it('cuts a statement that takes too long, and stays of use', async () => {
    const hasty = open({ statementTimeoutMs: 100 });
    await expect(hasty.query('SELECT pg_sleep(5)')).rejects.toThrow(/statement timeout/);
    expect(await hasty.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('knows that nothing is heard through a pooler, however well everything else works there', async () => {
    const proxy = await openDeafProxy(options.url);
    const pooled = open({ url: proxy.url });
    expect(await pooled.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const states: boolean[] = [];
    const stop = await pooled.listen('px_deaf', {
      onMessage: () => {},
      onState: (isListening) => states.push(isListening),
    });
    expect(states).toEqual([false]);
    await stop();
    await proxy.close();
  });

  it('listens again once the server is back, and says that there was a gap', async () => {
    const states: boolean[] = [];
    const heard: string[] = [];
    const until = async (test: () => boolean) => {
      while (!test()) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const listening = open({ connectTimeoutMs: 500 });
    const stop = await listening.listen('px_gap', {
      onMessage: (payload) => heard.push(payload),
      onState: (isListening) => states.push(isListening),
    });
    await server?.process?.kill();
    await until(() => states.length === 2);
    // One who begins to listen while nobody is there is told so, and is not held up.
    const late: boolean[] = [];
    const stopLate = await listening.listen('px_gap', {
      onMessage: () => {},
      onState: (isListening) => late.push(isListening),
    });
    expect(late).toEqual([false]);
    await server?.process?.start();
    await until(() => states.length === 3 && late.length === 2);
    expect([states, late]).toEqual([
      [true, false, true],
      [false, true],
    ]);
    await sql.query('SELECT pg_notify($1, $2)', ['px_gap', 'back']);
    await until(() => heard.length > 0);
    expect(heard).toEqual(['back']);
    await stop();
    await stopLate();
    await sql.query('SELECT pg_notify($1, $2)', ['px_gap', 'unheard']);
    expect([heard, states.length]).toEqual([['back'], 3]);
  });

  it('fails within its bounds while the server hangs or is gone, and works once it is back', async () => {
    const hasty = open({ connectTimeoutMs: 500, statementTimeoutMs: 500 });
    await hasty.query('SELECT 1');
    server?.process?.pause();
    const startedAt = performance.now();
    await expect(hasty.query('SELECT 1')).rejects.toThrow(/timeout/i);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    server?.process?.resume();
    expect(await hasty.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const interrupted = hasty.transaction(async (transaction) => {
      await transaction.query('CREATE TABLE IF NOT EXISTS half (n int)');
      await server?.process?.kill();
      await transaction.query('INSERT INTO half VALUES (1)');
    });
    await expect(interrupted).rejects.toThrow(/terminat|connection|ECONNRESET/i);
    await expect(hasty.query('SELECT 1')).rejects.toThrow(/ECONNREFUSED|connect/);
    await server?.process?.start();
    expect(await hasty.query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
  });
});
