import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptedEvent, AggregatedMinute, EnrichedEvent } from '@px-platform/protocol';
import { postgresProfileStore, type EventStore, type ProfileStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { metricName, refreshLiveNumbers } from '../src/aggregate/live-numbers.js';
import { conversionNames } from '../src/aggregate/conversions.js';
import { startProcessor, type ProcessorDeps } from '../src/processor.js';
import { acceptedEvent, seededRandom } from './events.js';
import { schemaErrors } from './schemas.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A minute of this hour: the store keeps minutes for eight days, by its own clock. */
const M = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
const quiet = { info() {}, warn() {}, error() {} };
const enrichedErrors = schemaErrors('events-enriched');
const aggregatedErrors = schemaErrors('events-aggregated');

let directory: string;
let eventStore: EventStore;
let profiles: ProfileStore;
let closeSql: () => Promise<void>;
let project = '';
let projects = 0;
/** What is on the topics: of this test, whichever process has put it there. */
let aggregated: AggregatedMinute[] = [];
let enriched: EnrichedEvent[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-aggregates-'));
  eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  const sql = await openPglite({ path: join(directory, 'records') });
  closeSql = () => sql.close();
  profiles = postgresProfileStore(sql);
});
afterAll(async () => {
  await eventStore.close();
  await closeSql();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  project = `project-${(projects += 1)}`;
  aggregated = [];
  enriched = [];
});

async function start(more: Partial<ProcessorDeps> = {}) {
  const eventLog = createDirectEventLog();
  await eventLog.consume('events_aggregated', async (records) => {
    aggregated.push(...records.map(({ value }) => value).filter(isOwn));
  });
  await eventLog.consume('events_enriched', async (records) => {
    enriched.push(...records.map(({ value }) => value));
  });
  const stop = await startProcessor({
    eventLog,
    eventStore,
    profiles,
    streams: createMemoryStreams(),
    counters: createMemoryCounters(),
    log: quiet,
    ...more,
  });
  const send = (...events: readonly AcceptedEvent[]) =>
    eventLog.append(
      'events_raw',
      events.map((value) => ({ key: `t:${project}:${value.event.user_id}`, value })),
    );
  return { send, stop, eventLog };
}

const isOwn = ({ project_id }: { readonly project_id: string }) => project_id === project;
const event = (
  told: Parameters<typeof acceptedEvent>[1],
  more: Partial<AcceptedEvent> = {},
): AcceptedEvent => acceptedEvent(project, told, more);

/** The topic as whoever keeps the highest revision of each cell has it. */
function kept(): Map<string, AggregatedMinute> {
  const cells = new Map<string, AggregatedMinute>();
  for (const record of aggregated) {
    const held = cells.get(nameOf(record));
    if (held === undefined || held.revision < record.revision) cells.set(nameOf(record), record);
  }
  return cells;
}

const nameOf = ({
  minute,
  event: name,
  page,
}: Pick<AggregatedMinute, 'minute' | 'event' | 'page'>) =>
  `${new Date(minute).toISOString().slice(5, 16)} ${name ?? '*'} ${page ?? '*'}`;

/** The same cells, counted the plain way from the rows that questions read. */
async function truth(): Promise<Map<string, Record<string, number>>> {
  const rows = await eventStore.query<{
    at: number;
    event: string;
    page: string;
    person: number;
    session_id: string;
  }>({
    sql: `SELECT toUnixTimestamp64Milli(timestamp) AS at, event_name AS event, page_template AS page, person, session_id
            FROM events FINAL WHERE project_id = {project:String} AND NOT startsWith(event_name, '$')`,
    params: { project },
  });
  const cells = new Map<string, { people: Set<number>; sessions: Set<string>; count: number }>();
  for (const { at, event: name, page, person, session_id } of rows) {
    for (const cell of [
      { event: name, page },
      { event: name, page: null },
      { event: null, page },
      { event: null, page: null },
    ]) {
      const key = nameOf({ minute: at - (at % MINUTE), ...cell });
      const held = cells.get(key) ?? { people: new Set(), sessions: new Set(), count: 0 };
      held.people.add(person);
      if (session_id) held.sessions.add(session_id);
      held.count += 1;
      cells.set(key, held);
    }
  }
  return new Map(
    [...cells].map(([key, { people, sessions, count }]) => [
      key,
      { count, people: people.size, sessions: sessions.size },
    ]),
  );
}

const countsOf = (cells: ReadonlyMap<string, AggregatedMinute>) =>
  new Map(
    [...cells].map(([key, { count, people, sessions }]) => [key, { count, people, sessions }]),
  );

/** Events of three people over two pages and a few minutes, some of them late. */
function traffic(count: number, random: () => number): AcceptedEvent[] {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return Array.from({ length: count }, () =>
    event({
      timestamp: M - Math.floor(random() * 3) * MINUTE + Math.floor(random() * MINUTE),
      event: pick(['page_view', 'click', 'error']),
      user_id: pick(['ana', 'bob', 'eve']),
      session_id: pick(['s1', 's2']),
      path: pick(['/a', '/b']),
    }),
  );
}

describe('given events of some people on some pages', () => {
  it('publishes each minute by event and page, by either, and as a whole', async () => {
    const { send, stop } = await start();
    const ana = { user_id: 'ana', session_id: 's-ana', path: '/signup' };
    const bob = { user_id: 'bob', session_id: 's-bob', path: '/signup' };
    await send(
      event({ timestamp: M, ...ana }),
      event({ timestamp: M + 1, ...ana, path: '/pay' }),
      event({ timestamp: M + 59_999, ...bob }),
      event({ timestamp: M + 2, ...bob, event: 'error' }),
      event({ timestamp: M + 3, ...bob, event: 'rage_click' }),
      event({ timestamp: M + 4, ...bob, event: 'Order Completed' }),
      event({ timestamp: M + 5, user_id: 'server', event: 'signup_completed' }),
      event({ timestamp: M + 6, ...ana, event: '$identify', anonymous_id: 'x' }),
      event({ timestamp: M + MINUTE, ...ana }),
    );
    await stop();

    const cells = kept();
    const cell = (name: string) => {
      const { tenant_id, project_id, minute, revision, schema_version, ...rest } =
        cells.get(`${new Date(M).toISOString().slice(5, 16)} ${name}`) ?? expect.fail(name);
      expect({ tenant_id, project_id, minute, schema_version }).toEqual({
        tenant_id: 't',
        project_id: project,
        minute: M,
        schema_version: 1,
      });
      expect(revision).toBeGreaterThan(1e15);
      return rest;
    };
    const none = { errors: 0, frustrations: 0, conversions: 0 };
    expect(cell('page_view /signup')).toEqual({
      event: 'page_view',
      page: '/signup',
      count: 2,
      people: 2,
      sessions: 2,
      ...none,
    });
    expect(cell('page_view *')).toMatchObject({ count: 3, people: 2, ...none });
    expect(cell('* /signup')).toEqual({
      event: null,
      page: '/signup',
      count: 5,
      people: 2,
      sessions: 2,
      errors: 1,
      frustrations: 1,
      conversions: 1,
    });
    expect(cell('signup_completed ')).toMatchObject({ count: 1, sessions: 0, conversions: 1 });
    // Control events are in none.
    expect(countsOf(cells)).toEqual(await truth());
    expect(cell('* *')).toMatchObject({ count: 7, people: 3, sessions: 2, conversions: 2 });
    expect(aggregated.flatMap(aggregatedErrors)).toEqual([]);
    expect(enriched.flatMap(enrichedErrors)).toEqual([]);
    expect(enriched).toHaveLength(9);
  });

  it('takes for conversions what it is told to, however it is written', async () => {
    const { send, stop } = await start({ conversions: ['Demo Booked'] });
    await send(
      event({ timestamp: M, event: 'demo-booked' }),
      event({ timestamp: M, event: 'DEMO_BOOKED' }),
      event({ timestamp: M, event: 'purchase' }),
    );
    await stop();
    expect([...kept().values()].find((cell) => !cell.event && cell.page === null)).toMatchObject({
      count: 3,
      conversions: 2,
    });
  });

  it('counts one person behind all their ids', async () => {
    const { send, stop } = await start();
    await send(
      event({ timestamp: M, anonymous_id: 'device' }),
      event({ timestamp: M + 1, event: '$identify', anonymous_id: 'device', user_id: 'ana' }),
      event({ timestamp: M + 2, anonymous_id: 'device', user_id: 'ana' }),
      event({ timestamp: M + 3, anonymous_id: 'stranger' }),
    );
    await stop();
    const whole = [...kept().values()].find((cell) => !cell.event && cell.page === null);
    expect(whole).toMatchObject({ count: 3, people: 2 });
  });
});

describe('given events that come late', () => {
  it('publishes the new totals of their minutes, which replace the old ones', async () => {
    const { send, stop } = await start();
    const early = M - 20 * HOUR;
    await send(event({ timestamp: early, user_id: 'ana', path: '/a' }));
    await stop();
    const before = kept();
    const again = await start();
    await again.send(
      event({ timestamp: early + 30_000, user_id: 'bob', path: '/a' }, { received_at: M }),
    );
    await again.stop();
    const name = nameOf({ minute: early, event: 'page_view', page: '/a' });
    expect(before.get(name)).toMatchObject({ count: 1, people: 1 });
    expect(kept().get(name)).toMatchObject({ count: 2, people: 2 });
    expect(kept().get(name)?.revision).toBeGreaterThan(before.get(name)?.revision ?? 0);
  });

  it('leaves out what is more than a week late, and counts it', async () => {
    const registry = new Registry();
    const { send, stop } = await start({ registry });
    await send(event({ timestamp: M - 7 * 24 * HOUR - HOUR }, { received_at: M }));
    await stop();
    expect(aggregated).toEqual([]);
    expect(await registry.metrics()).toContain(
      'px_processor_unpublished_total{what="aggregates"} 1',
    );
  });
});

describe('given duplicates, replays and kills', () => {
  it('ends with the totals of what is stored, whatever came how often and in whatever order', async () => {
    const random = seededRandom(5);
    const forgetful = { ...eventStore, recentIds: async () => [] };
    const events = traffic(120, random);
    for (let process = 0; process < 3; process += 1) {
      const { send, stop } = await start({ eventStore: forgetful });
      const shuffled = [...events, ...events.slice(0, 40)]
        .map((value) => ({ value, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ value }) => value);
      for (let first = 0; first < shuffled.length; first += 25)
        await send(...shuffled.slice(first, first + 25));
      await stop();
    }
    expect(countsOf(kept())).toEqual(await truth());
    expect([...kept().values()].every(({ count }) => count <= 120)).toBe(true);
  });

  it('publishes what a killed processor had stored and committed, and never told of', async () => {
    const dead = createDirectEventLog();
    const log = {
      ...dead,
      append: ((topic, records) =>
        topic === 'events_aggregated'
          ? Promise.reject(new Error('killed'))
          : dead.append(topic, records)) as typeof dead.append,
    };
    const stop = await startProcessor({
      eventLog: log,
      eventStore,
      profiles,
      streams: createMemoryStreams(),
      counters: createMemoryCounters(),
      log: quiet,
    });
    const events = traffic(20, seededRandom(6));
    await dead.append(
      'events_raw',
      events.map((value) => ({ key: 'k', value })),
    );
    await stop();
    expect(aggregated).toEqual([]);
    const next = await start();
    await next.stop();
    expect(countsOf(kept())).toEqual(await truth());
    expect(kept().size).toBeGreaterThan(8);
  });

  it('puts on the topic what a processor was killed over between its row and that', async () => {
    const dead = createDirectEventLog();
    const log = {
      ...dead,
      append: ((topic, records) =>
        topic === 'events_enriched'
          ? Promise.reject(new Error('killed'))
          : dead.append(topic, records)) as typeof dead.append,
    };
    const killed = await start({ eventLog: log });
    const events = traffic(5, seededRandom(9));
    const records = events.map((value) => ({ key: 'k', value }));
    await expect(dead.append('events_raw', records)).rejects.toThrow('killed');
    await killed.stop();
    const next = await start();
    await next.send(...events);
    await next.send(...events);
    await next.stop();
    const ids = events.map(({ event: { event_id } }) => event_id);
    expect(enriched.map(({ event: { event_id } }) => event_id).sort()).toEqual(ids.sort());
    const rows = await eventStore.query<{ rows: number }>({
      sql: 'SELECT count() AS rows FROM events FINAL WHERE project_id = {project:String}',
      params: { project },
    });
    expect(rows).toEqual([{ rows: 5 }]);
  });

  it('ends right when several processors share a project and read past each other', async () => {
    const random = seededRandom(7);
    // The engine answers late now and then, so that readings overtake one another.
    const slow: EventStore = {
      ...eventStore,
      async query(question) {
        const rows = await eventStore.query<never>(question);
        if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 400));
        return rows;
      },
    };
    const all = await Promise.all([1, 2, 3].map(() => start({ eventStore: slow })));
    const events = traffic(300, random);
    await Promise.all(
      all.map(async ({ send }, own) => {
        for (let first = 0; first < 100; first += 10) {
          await send(...events.slice(own * 100 + first, own * 100 + first + 10));
          await new Promise((resolve) => setTimeout(resolve, random() * 500));
        }
      }),
    );
    await Promise.all(all.map(async ({ stop }) => stop()));
    expect(countsOf(kept())).toEqual(await truth());
  });
});

describe('given a log that takes no aggregates', () => {
  it('stores events all the same, and publishes once it takes them', async () => {
    let isAway = true;
    let tries = 0;
    const inner = createDirectEventLog();
    await inner.consume('events_aggregated', async (records) => {
      aggregated.push(...records.map(({ value }) => value).filter(isOwn));
    });
    const eventLog = {
      ...inner,
      append: ((topic, records) => {
        if (topic === 'events_aggregated') tries += 1;
        return topic === 'events_aggregated' && isAway
          ? Promise.reject(new Error('no broker'))
          : inner.append(topic, records);
      }) as typeof inner.append,
    };
    const { stop } = await start({ eventLog });
    const startedAt = performance.now();
    await inner.append(
      'events_raw',
      traffic(10, seededRandom(8)).map((value) => ({ key: 'k', value })),
    );
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    for (const end = Date.now() + 10_000; tries === 0 && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(aggregated).toEqual([]);
    isAway = false;
    await stop();
    expect(countsOf(kept())).toEqual(await truth());
  });
});

describe('given what goes on right now', () => {
  it('keeps the numbers of each project for whoever asks, and lets them fade', async () => {
    const { send, stop } = await start();
    const own = (told: Partial<Parameters<typeof acceptedEvent>[1]>, secondsAgo: number) =>
      event({ timestamp: M - secondsAgo * 1_000, ...told });
    await send(
      own({ user_id: 'ana' }, 10),
      own({ user_id: 'ana', event: 'error' }, 20),
      own({ user_id: 'bob', event: 'purchase' }, 200),
      own({ user_id: 'eve', event: 'dead_click' }, 250),
      own({ user_id: 'old' }, 320),
    );
    await stop();
    const counters = createMemoryCounters();
    const numbersAt = async (now: number) => {
      const fresh = createMemoryCounters();
      await refreshLiveNumbers({
        eventStore,
        counters: fresh,
        conversions: conversionNames(),
        clock: () => now,
      });
      const names = [
        'events:1m',
        'events:5m',
        'people:5m',
        'errors:5m',
        'error_rate:5m',
        'frustrations:5m',
        'conversions:5m',
      ] as const;
      const values = await fresh.read(names.map((name) => metricName(project, name)));
      return Object.fromEntries(names.map((name, index) => [name, values[index]]));
    };
    expect(await numbersAt(M)).toEqual({
      'events:1m': 2,
      'events:5m': 4,
      'people:5m': 3,
      'errors:5m': 1,
      'error_rate:5m': 0.25,
      'frustrations:5m': 1,
      'conversions:5m': 1,
    });
    expect(await numbersAt(M + 5 * MINUTE)).toMatchObject({ 'events:5m': 0, 'error_rate:5m': 0 });
    expect(await numbersAt(M + 10 * MINUTE)).toMatchObject({ 'events:5m': null });
    expect(metricName('shop', 'events:1m')).toBe('metrics:shop:events:1m');
    await counters.close();
  });
});
