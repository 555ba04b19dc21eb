import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '@clickhouse/client';
import { openClickHouse } from '@px-platform/test-services';
import { eventStoreContract } from '../contract/event-store.js';
import { sampleId, sampleRow } from '../contract/samples.js';
import {
  migrateClickHouse,
  openClickHouseEventStore,
  type ClickHouseOptions,
} from './clickhouse-server.js';
import { clickHousePeopleTables } from './clickhouse-people.js';
import { createDeleteRows } from './clickhouse-tables.js';
import type { EventStore, SqlQuestion } from './port.js';

const server = await openClickHouse();
const options: ClickHouseOptions = { url: server?.url ?? '', database: 'px_test' };
const opened: EventStore[] = [];
const open = (changes: Partial<ClickHouseOptions> = {}): EventStore => {
  const store = openClickHouseEventStore({ ...options, ...changes });
  opened.push(store);
  return store;
};
const idsOf = (store: EventStore, project_id: string) =>
  store.query<{ event_id: string; times: number }>({
    sql: 'SELECT event_id, count() AS times FROM events FINAL WHERE project_id = {project_id:String} GROUP BY event_id ORDER BY event_id',
    params: { project_id },
  });
const rowsOf = (project_id: string, count: number) =>
  Array.from({ length: count }, (_, number) => sampleRow(number, { project_id }));

afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await server?.stop();
});

describe.skipIf(!server)('given a ClickHouse server', () => {
  beforeAll(async () => {
    const applied = await Promise.all([migrateClickHouse(options), migrateClickHouse(options)]);
    expect(applied.flat()).toContain('0001_events');
    expect(await migrateClickHouse(options)).toEqual([]);
  });

  eventStoreContract('ClickHouse over HTTP', async (clock) => open({ clock }));

  it('takes fifty thousand rows in one insert', async () => {
    const store = open();
    await store.insertEvents(rowsOf('many', 50_000));
    const [row] = await store.query<{ n: number }>({
      sql: `SELECT count() AS n FROM events FINAL WHERE project_id = 'many'`,
      params: {},
    });
    expect(row?.n).toBe(50_000);
  });

  it('takes questions about more people than an address has room for', async () => {
    const store = open();
    await store.insertEvents([sampleRow(1, { project_id: 'asked', session_id: '' })]);
    const owners = Array.from({ length: 5_000 }, (_, number) => `a:${'x'.repeat(240)}${number}`);
    const found = await store.sessionlessEvents({
      tenants: ['acme'],
      projects: ['asked'],
      owners: [...owners, 'a:device-1'],
      since: 0,
      until: Date.now(),
      limit: 10,
    });
    expect(found).toHaveLength(1);
  });

  it('leaves what is stored while a person is deleted to the next deletion, with all that hangs on it', async () => {
    // A database of its own: a deletion looks at every part there is.
    const database = 'px_meanwhile';
    await migrateClickHouse({ ...options, database });
    const store = open({ database });
    const project_id = 'meanwhile';
    const of = (number: number, session_id: string) =>
      sampleRow(number, { project_id, session_id, user_id, person: number });
    const user_id = sampleId(77);
    const before = of(1, 'before');
    await store.insertEvents([before]);
    // One in a visit of its own, and one in the visit that is just being deleted.
    const meanwhile = [of(2, 'meanwhile'), { ...of(3, 'before'), person: before.person }];
    const client = createClient({ url: options.url, database });
    const deleteRows = createDeleteRows({ writer: client });
    const people = clickHousePeopleTables({
      query: (sql, params) => store.query({ sql, params: params as SqlQuestion['params'] }),
      markHours: async () => {},
      async deleteRows(...args) {
        await deleteRows(...args);
        // A batch that began before: its table of events is yet to be deleted from.
        await store.insertEvents(meanwhile.splice(0));
      },
    });
    const whose = { tenant_id: 'acme', project_id, user_ids: [user_id], ids: ['x'] };
    expect(await people.erase(whose)).toMatchObject({ events: 1, sessions: 1 });
    expect(meanwhile).toEqual([]);
    expect(await idsOf(store, project_id)).toMatchObject([{ event_id: sampleId(2) }]);
    expect(await people.erase(whose)).toMatchObject({ events: 1, sessions: 1 });
    for (const table of ['events', 'client_sessions', 'event_minutes']) {
      const sql = `SELECT 1 FROM ${table} WHERE project_id = {project_id:String}`;
      expect(await store.query({ sql, params: { project_id } }), table).toEqual([]);
    }
    await client.close();
  });

  it('says what to do about a wrong password, and that it is not the data’s fault', async () => {
    const store = open({ url: options.url.replace('secret', 'wrong') });
    await expect(store.insertEvents(rowsOf('wrong', 1))).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('password is incorrect'),
    });
  });

  it('refuses a name of a database that is more than a name', async () => {
    await expect(migrateClickHouse({ ...options, database: 'px; DROP' })).rejects.toThrow(
      /is not a name/,
    );
  });
});

describe.skipIf(!server?.process)('given a ClickHouse server in trouble', () => {
  const fault = (kind: string, count = 1) =>
    fetch(`${new URL(options.url).origin}/fault?kind=${kind}&count=${count}`, { method: 'POST' });

  it('calls too many parts, a lost answer and a broken one unavailable; the rows are there once after another try', async () => {
    const store = open();
    const rows = rowsOf('lossy', 20);
    for (const kind of ['fail', 'lose', 'lose']) {
      await fault(kind);
      await expect(store.insertEvents(rows), kind).rejects.toMatchObject({ kind: 'unavailable' });
    }
    await store.insertEvents(rows);
    const found = await idsOf(store, 'lossy');
    expect(found).toHaveLength(20);
    expect(new Set(found.map(({ times }) => times))).toEqual(new Set([1]));
    await fault('garble');
    await expect(idsOf(store, 'lossy')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('gives up on a server that hangs, within its bound, while inserts go on', async () => {
    const store = open({ queryTimeoutMs: 500 });
    await fault('hang');
    const startedAt = performance.now();
    await expect(store.query({ sql: 'SELECT 1', params: {} })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await store.insertEvents(rowsOf('beside', 5));
    expect(await idsOf(store, 'beside')).toHaveLength(5);
  });

  it('cuts a question that takes too long, and says so', async () => {
    const store = open({ queryTimeoutMs: 500 });
    const long = store.query({
      sql: 'SELECT count() FROM numbers(200000000000) WHERE NOT ignore(sipHash64(number))',
      params: {},
    });
    await expect(long).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await store.query({ sql: 'SELECT 1 AS one', params: {} })).toEqual([{ one: 1 }]);
  });

  it('has every answered row after the server was killed in mid-stream, and works once it is back', async () => {
    const store = open({ insertTimeoutMs: 2_000 });
    let answered = 0;
    let isKilled = false;
    const inserting = (async () => {
      for (let number = 0; ; number += 10) {
        const rows = Array.from({ length: 10 }, (_, index) =>
          sampleRow(number + index, { project_id: 'killed' }),
        );
        try {
          await store.insertEvents(rows);
          answered = number + 10;
        } catch (error) {
          expect(error).toMatchObject({ kind: 'unavailable' });
          if (isKilled) return;
        }
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 500));
    isKilled = true;
    await server?.process?.kill();
    await inserting;
    await expect(store.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    await server?.process?.start();
    await expect(store.ping()).resolves.toBeUndefined();
    expect(answered).toBeGreaterThan(0);
    expect((await idsOf(store, 'killed')).length).toBeGreaterThanOrEqual(answered);
  });
});
