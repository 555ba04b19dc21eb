import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import type { AcceptedEvent, PxEvent } from '@px-platform/protocol';
import {
  canonicalUserId,
  postgresCatalog,
  postgresProfileStore,
  postgresRetentionStore,
  type EventStore,
  type ProfileStore,
  type RetentionStore,
  type SqlClient,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleDead } from '@px-platform/store/contract';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { acceptedEvent } from '../../test/events.js';
import { createMetrics } from '../metrics.js';
import { startProcessor } from '../processor.js';
import { createSweeper, type SweeperDeps } from './sweeper.js';

const DAY_MS = 86_400_000;
const quiet = { info() {}, warn() {}, error() {} };
const SHOP = { tenant_id: 't', project_id: 'shop' };
const BLOG = { tenant_id: 't', project_id: 'blog' };
const VAULT = { tenant_id: 'rival', project_id: 'vault' };
/** Now, to these tests: noon, so that none begins on one day and ends on the next, and past, as all that is stored. */
const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
const daysAgo = (days: number) => noon - days * DAY_MS;

let directory: string;
let eventStore: EventStore;
let sql: SqlClient;
let retention: RetentionStore;
let profiles: ProfileStore;
const registry = new Registry();
const metrics = createMetrics(registry, async () => []);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-retention-'));
  eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  sql = await openPglite({ path: join(directory, 'records') });
  retention = postgresRetentionStore(sql);
  profiles = postgresProfileStore(sql);
  for (const { tenant_id, project_id } of [SHOP, BLOG, VAULT])
    await postgresCatalog(sql).ensureProject({ id: project_id, tenant_id, name: 'any' }, 'any');
});
afterAll(async () => {
  await eventStore.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

async function start() {
  const eventLog = createDirectEventLog();
  const [streams, counters] = [createMemoryStreams(), createMemoryCounters()];
  const deps = { eventStore, profiles, streams, counters, log: quiet, clock: () => noon };
  const stop = await startProcessor({ eventLog, ...deps });
  return {
    stop,
    send: (events: readonly AcceptedEvent[]) =>
      eventLog.append(
        'events_raw',
        events.map((value) => ({ key: 'any', value })),
      ),
    bury: (where: typeof SHOP, at: number, number: number) =>
      eventLog.append('events_dead', [
        { key: 'any', value: sampleDead(number, { ...where, at, body: `{"event":"x${number}"}` }) },
      ]),
  };
}

/** What one person does on one day, on a page and through a server, before and after they are known. */
function aDayOf(name: string, days: number, where = SHOP): AcceptedEvent[] {
  const event = (seconds: number, more: Partial<PxEvent>) => ({
    ...acceptedEvent(
      where.project_id,
      { event: 'visit', ...more, timestamp: daysAgo(days) + seconds * 1_000 },
      { received_at: daysAgo(days) + seconds * 1_000 },
    ),
    ...where,
  });
  const session = { anonymous_id: `phone of ${name}`, session_id: `visit of ${name}` };
  return [
    event(0, session),
    event(1, { ...session, user_id: name, event: '$identify', properties: { $set: { name } } }),
    event(2, { ...session, user_id: name, event: 'bought' }),
    event(2, { ...session, user_id: name, event: '$exposure', properties: EXPOSED }),
    event(3, { user_id: name, event: 'paid' }),
  ];
}

const EXPOSED = { experiment: 'checkout', variant: 'new', unit_type: 'user_id', unit_id: 'x' };

/** How many rows each table of both databases has of a project. */
async function rowsOf({ project_id }: typeof SHOP): Promise<Record<string, number>> {
  const tables = await eventStore.query<{ named: string }>({
    sql: `SELECT DISTINCT table AS named FROM system.columns WHERE database = currentDatabase() AND name = 'project_id'
            AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')
            ORDER BY named`,
    params: {},
  });
  const counts: Record<string, number> = {};
  for (const { named } of tables) {
    const [found] = await eventStore.query<{ rows: number }>({
      sql: `SELECT count() AS rows FROM ${named} WHERE project_id = {project_id:String}`,
      params: { project_id },
    });
    counts[named] = found!.rows;
  }
  const users = await sql.query('SELECT 1 FROM users WHERE project_id = $1', [project_id]);
  return { ...counts, users: users.length };
}
const OF_A_DAY: Readonly<Record<string, number>> = {
  client_sessions: 1,
  dead_events: 1,
  dead_replays: 0,
  derived_sessions: 1,
  event_hours: 0,
  event_minutes: 3,
  events: 5,
  exposures: 1,
  hour_marks: 1,
  person_links: 1,
  sessionless_events: 1,
  steps: 3,
  timeline: 5,
  users: 2,
};
const times = (factor: number) =>
  Object.fromEntries(Object.entries(OF_A_DAY).map(([table, rows]) => [table, rows * factor]));

const sweepAt = (at = noon, more: Partial<SweeperDeps> = {}) =>
  createSweeper({
    retention,
    eventStore,
    profiles,
    metrics,
    log: quiet,
    clock: () => at,
    ...more,
  })();

describe('given projects of which one keeps what it was told for three days', () => {
  it('has nothing older left anywhere, and the other projects have all', async () => {
    const { send, bury, stop } = await start();
    for (const [index, where] of [SHOP, BLOG, VAULT].entries())
      for (const days of [5, 2, 0]) {
        await send(aDayOf(`ana ${days}`, days, where));
        await bury(where, daysAgo(days), index * 10 + days);
      }
    expect(await rowsOf(SHOP)).toEqual(times(3));
    expect(await sweepAt()).toBe(false);

    await retention.set(SHOP, 3);
    expect(await sweepAt()).toBe(true);
    expect(await sweepAt()).toBe(false);
    expect(await rowsOf(SHOP)).toEqual(times(2));
    for (const where of [BLOG, VAULT]) expect(await rowsOf(where)).toEqual(times(3));
    const deleted = Object.fromEntries(Object.entries(OF_A_DAY).filter(([, rows]) => rows > 0));
    expect(await retention.find(SHOP)).toMatchObject({ events_days: 3, deleted });
    expect(await registry.metrics()).toContain('px_processor_expired_rows_total{table="events"} 5');
    const known = (name: string) => profiles.find('shop', canonicalUserId('shop', 'known', name));
    expect(await known('ana 5')).toBeNull();
    expect(await known('ana 2')).toMatchObject({ traits: { name: 'ana 2' } });
    await stop();
  }, 60_000);

  it('keeps less at once where the days are shortened, and is due again after midnight alone', async () => {
    await retention.set(SHOP, 1);
    expect(await sweepAt()).toBe(true);
    expect(await rowsOf(SHOP)).toEqual(times(1));
    const [row] = await sql.query<{ seconds: number }>(
      `SELECT extract(epoch FROM due_at - swept_at)::float8 AS seconds FROM retention WHERE project_id = 'shop'`,
    );
    expect(row!.seconds).toBe(DAY_MS / 2 / 1_000);
    await sql.query(`UPDATE retention SET due_at = now()`);
    expect(await sweepAt(noon + DAY_MS / 2)).toBe(true);
    expect(await rowsOf(SHOP)).toEqual(times(1));
    await sql.query(`UPDATE retention SET due_at = now()`);
    expect(await sweepAt(noon + 1.5 * DAY_MS)).toBe(true);
    expect(new Set(Object.values(await rowsOf(SHOP)))).toEqual(new Set([0]));
    for (const where of [BLOG, VAULT]) expect(await rowsOf(where)).toEqual(times(3));
  }, 60_000);

  it('stores what comes late of somebody who is gone, and deletes it by the next midnight', async () => {
    const { send, stop } = await start();
    await retention.set(SHOP, 1);
    await send(aDayOf('bea', 4));
    expect(await sweepAt()).toBe(true);
    expect((await rowsOf(SHOP))['users']).toBe(0);
    // The processor has known their number, which is nobody's any more.
    await send(aDayOf('bea', 4));
    expect(await rowsOf(SHOP)).toMatchObject({ events: 5, users: 2 });
    await retention.set(SHOP, 1);
    expect(await sweepAt()).toBe(true);
    expect(await rowsOf(SHOP)).toMatchObject({ events: 0, users: 0 });
    await stop();
  }, 60_000);
});

describe('the sweeper', () => {
  it('tries again later where a store is away, and says so', async () => {
    await retention.set(BLOG, 3);
    const said: unknown[] = [];
    const eventStoreAway = { expire: () => Promise.reject(new Error('the store is away')) };
    const log = { ...quiet, error: (...told: unknown[]) => said.push(told) };
    expect(await sweepAt(noon, { eventStore: eventStoreAway, log })).toBe(true);
    expect(JSON.stringify(said)).toContain('trying again in half an hour');
    expect(await sweepAt()).toBe(false);
    expect(await rowsOf(BLOG)).toEqual(times(3));
    await sql.query(`UPDATE retention SET due_at = now()`);
    expect(await sweepAt()).toBe(true);
    expect(await rowsOf(BLOG)).toEqual(times(2));
  }, 60_000);

  it('is left to one of several processors', async () => {
    await retention.set(VAULT, 3);
    const sweeps = await Promise.all([sweepAt(), sweepAt(), sweepAt()]);
    expect(sweeps.filter(Boolean)).toHaveLength(1);
    expect(await rowsOf(VAULT)).toEqual(times(2));
  }, 60_000);
});
