import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { eventStoreContract } from '../contract/event-store.js';
import { NOON, sampleDead, sampleId, sampleRow } from '../contract/samples.js';
import { openChdbEventStore } from './chdb.js';

const path = mkdtempSync(join(tmpdir(), 'px-chdb-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

eventStoreContract('chdb', (clock) => openChdbEventStore({ path, clock }));

describe('given a directory that was used before', () => {
  it('opens with its rows, and applies no migration twice', async () => {
    const store = await openChdbEventStore({ path });
    const rows = await store.query({
      sql: 'SELECT name, count() AS times FROM migrations GROUP BY name ORDER BY name',
      params: {},
    });
    expect(rows[0]).toEqual({ name: '0001_events', times: 1 });
    const [events] = await store.query<{ n: number }>({
      sql: 'SELECT count() AS n FROM events',
      params: {},
    });
    expect(events?.n).toBeGreaterThan(1_000);
    await store.close();
  });

  it('finds one row after a merge too: the earliest delivery of the event', async () => {
    const store = await openChdbEventStore({ path });
    const project_id = 'merged';
    const early = sampleRow(1, { project_id, timestamp: NOON - 5_000, received_at: NOON });
    const late = { ...early, timestamp: NOON + 86_400_000, received_at: NOON + 86_400_000 };
    for (const row of [late, early, late]) await store.insertEvents([row]);
    await store.query({ sql: 'OPTIMIZE TABLE events FINAL', params: {} });
    const rows = await store.query({
      sql: `SELECT event_id, toUnixTimestamp64Milli(timestamp) AS t FROM events
             WHERE project_id = {project_id:String}`,
      params: { project_id },
    });
    expect(rows).toEqual([{ event_id: sampleId(1), t: NOON - 5_000 }]);
    await store.close();
  });

  it('holds hostile clocks within thirty partitions', async () => {
    const store = await openChdbEventStore({ path });
    const [row] = await store.query<{ partitions: number; first: string; last: string }>({
      sql: `SELECT uniqExact(partition) AS partitions, min(partition) AS first, max(partition) AS last
              FROM system.parts WHERE table = 'events' AND active`,
      params: {},
    });
    expect(row).toEqual({ partitions: 30, first: '2020', last: '2049' });
    await store.close();
  });

  it('reads the granules of one tenant and day, not the table', async () => {
    const store = await openChdbEventStore({ path });
    const plan = await store.query<{ explain: string }>({
      sql: `EXPLAIN indexes = 1 SELECT count() FROM events FINAL
             WHERE tenant_id = 'acme' AND project_id = 'merged' AND event_day = {day:Date}
               AND event_name = 'signup_step'`,
      params: { day: '2026-03-01' },
    });
    const text = plan.map(({ explain }) => explain).join('\n');
    expect(text).toMatch(
      /PrimaryKey[\s\S]*tenant_id[\s\S]*project_id[\s\S]*event_day[\s\S]*event_name/,
    );
    await store.close();
  });

  it('calls what is nobody’s data unavailable: a closed engine, a table that is gone', async () => {
    const store = await openChdbEventStore({ path });
    await store.query({ sql: 'DROP TABLE dead_events', params: {} });
    await expect(store.insertDead([sampleDead(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    await store.close();
    await expect(store.insertEvents([sampleRow(1)])).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(store.ping()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is given back when its migrations do not fit: the reason stays the same the next time', async () => {
    const store = await openChdbEventStore({ path });
    await store.query({
      sql: `ALTER TABLE migrations UPDATE checksum = 'other' WHERE 1 SETTINGS mutations_sync = 1`,
      params: {},
    });
    await store.close();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(openChdbEventStore({ path })).rejects.toThrow(/0001_events was changed/);
    }
  });
});
