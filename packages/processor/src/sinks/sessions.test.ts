import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_ENRICHMENT, type EnrichedEvent } from '@px-platform/protocol';
import type { EventStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sessionize } from '../sessions/sessionize.js';
import { toSessionless } from '../sessions/sessionless.js';
import { summarize, toVisit } from '../sessions/summarize.js';
import { createSinks } from './index.js';

const T = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let directory: string;
let eventStore: EventStore;
const warnings: object[] = [];
let now = T;
let projects = 0;
let ids = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-sessions-'));
  eventStore = await openChdbEventStore({ path: directory });
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

interface Telling {
  readonly id?: string;
  readonly name?: string;
  readonly who?: string;
  readonly session?: string;
  readonly path?: string;
  readonly campaign?: string;
  readonly seq?: number;
  readonly device?: string;
  readonly country?: string;
  readonly isKnown?: boolean;
}

function eventAt(project_id: string, timestamp: number, telling: Telling = {}): EnrichedEvent {
  const { name = 'page_view', who = 'ana', isKnown = false, seq = 0 } = telling;
  return {
    schema_version: 1,
    tenant_id: 't',
    project_id,
    event: {
      event_id: telling.id ?? idOf((ids += 1)),
      event: name,
      anonymous_id: who,
      timestamp,
      seq,
      ...(telling.session && { session_id: telling.session }),
    },
    client_timestamp: timestamp,
    timestamp,
    clock: 'client',
    received_at: T,
    ip: null,
    user_agent: null,
    hints: {},
    sdk: null,
    person: isKnown ? 2 : 1,
    enrichment: {
      ...EMPTY_ENRICHMENT,
      user_id: idOf(isKnown ? 900_002 : 900_001),
      is_identified: isKnown,
      page_path: telling.path ?? '',
      device_type: telling.device ?? '',
      geo_country: telling.country ?? '',
      utm_source: telling.campaign ?? '',
    },
  };
}

function idOf(number: number): string {
  return `01912d68-783e-7a03-8467-${String(number).padStart(12, '0')}`;
}

/** The sinks that write rows and sessions, as a processor has them. */
function openSinks(more: Partial<EventStore> = {}) {
  const sinks = createSinks({
    eventStore: { ...eventStore, ...more },
    profiles: { applyTraits: async () => {}, applyGroupTraits: async () => {} },
    eventLog: { append: async () => {} },
    log: { info() {}, error() {}, warn: (facts: object) => void warnings.push(facts) },
    clock: () => (now += 1),
  });
  return async (events: readonly EnrichedEvent[]) => {
    const processed = events.map((event) => ({ event, reports: [], anonymous: null }));
    for (const sink of sinks) expect(await sink.write(processed)).toEqual([]);
  };
}

const COLUMNS = `session_id, user_id::String AS user_id, person,
  toUnixTimestamp64Milli(started_at) AS started_at, toUnixTimestamp64Milli(ended_at) AS ended_at,
  events, page_views, errors, frustrations, is_bounce, entry_path, exit_path, device_type, browser, os,
  geo_country, referrer_host, utm_source, utm_medium, utm_campaign`;

interface SessionRow {
  readonly session_id: string;
  readonly started_at: number;
  readonly ended_at: number;
  readonly events: number;
}

const sessionsOf = (project: string) =>
  eventStore.query<SessionRow & Record<string, unknown>>({
    sql: `SELECT ${COLUMNS} FROM sessions WHERE project_id = {project:String} ORDER BY sessions.started_at, session_id`,
    params: { project },
  });
const spansOf = async (project: string) =>
  (await sessionsOf(project)).map(({ started_at, ended_at, events }) => [
    (started_at - T) / MINUTE,
    (ended_at - T) / MINUTE,
    events,
  ]);
const nextProject = () => `project-${(projects += 1)}`;

describe('given events of senders that know of no sessions', () => {
  it('gives them sessions, and joins two that a late event lies between', async () => {
    const project = nextProject();
    const write = openSinks();
    await write([eventAt(project, T), eventAt(project, T + 50 * MINUTE)]);
    expect(await spansOf(project)).toEqual([
      [0, 0, 1],
      [50, 50, 1],
    ]);
    await write([eventAt(project, T + 25 * MINUTE)]);
    expect(await spansOf(project)).toEqual([[0, 50, 3]]);
  });

  it('joins what two batches tell of one person, though both are written at a time', async () => {
    const project = nextProject();
    let [readings, inserts] = [0, 0];
    let second: Promise<void> | undefined;
    const write = openSinks({
      async insertEvents(rows) {
        await eventStore.insertEvents(rows);
        inserts += 1;
      },
      async sessionlessEvents(question) {
        readings += 1;
        const found = await eventStore.sessionlessEvents(question);
        if (second) return found;
        // What the first batch has read is old from here on.
        second = write([eventAt(project, T + 10 * MINUTE)]);
        while (inserts < 2) await setImmediate();
        // The sinks between rows and sessions have nothing to wait for.
        await setImmediate();
        if (readings > 1) await second;
        return found;
      },
    });
    await write([eventAt(project, T)]);
    await second;
    expect(await spansOf(project)).toEqual([[0, 10, 2]]);
  });

  it('finds another session before an event that began one', async () => {
    const project = nextProject();
    const write = openSinks();
    await write([eventAt(project, T)]);
    await write([eventAt(project, T - 10 * MINUTE), eventAt(project, T - 60 * MINUTE)]);
    expect(await spansOf(project)).toEqual([
      [-60, -60, 1],
      [-10, 0, 2],
    ]);
  });

  it('keeps people and projects apart', async () => {
    const [one, other] = [nextProject(), nextProject()];
    const write = openSinks();
    await write([
      eventAt(one, T, { who: 'ana' }),
      eventAt(one, T + 1, { who: 'bea' }),
      eventAt(other, T + 2, { who: 'ana' }),
    ]);
    await write([eventAt(one, T + MINUTE, { who: 'ana' })]);
    expect(await spansOf(one)).toEqual([
      [0, 1, 2],
      [1 / MINUTE, 1 / MINUTE, 1],
    ]);
    expect(await spansOf(other)).toEqual([[2 / MINUTE, 2 / MINUTE, 1]]);
  });

  it('gives a service none', async () => {
    const project = nextProject();
    const write = openSinks();
    await write([
      eventAt(project, T, { who: 'service:billing' }),
      eventAt(project, T + MINUTE, { who: 'ana' }),
    ]);
    await write([eventAt(project, T + 2 * MINUTE, { who: 'service:billing' })]);
    expect(await spansOf(project)).toEqual([[1, 1, 1]]);
  });

  it('goes on with a visit over a login, as the known person’s', async () => {
    const project = nextProject();
    await openSinks()([
      eventAt(project, T),
      eventAt(project, T + MINUTE, { isKnown: true }),
      eventAt(project, T + 2 * MINUTE, { name: '$identify', isKnown: true }),
    ]);
    expect(await sessionsOf(project)).toMatchObject([{ events: 2, person: 2 }]);
  });

  it('finds where a visit of days began, and where a day of it ends', async () => {
    const project = nextProject();
    const write = openSinks();
    const ticks = Array.from({ length: 300 }, (_, index) => T + index * 20 * MINUTE);
    for (let from = 0; from < ticks.length; from += 50)
      await write(ticks.slice(from, from + 50).map((tick) => eventAt(project, tick)));
    // An hour is missing on the second day; then its events come.
    await write([eventAt(project, T + 30 * HOUR + 1)]);
    const all = await spansOf(project);
    expect(all.map(([, , events]) => events)).toEqual([73, 74, 73, 73, 8]);
  });

  it('leaves alone who has more than a person makes', async () => {
    const project = nextProject();
    const write = openSinks();
    const robot = Array.from({ length: 10_001 }, (_, index) =>
      eventAt(project, T + index * 1_000, { who: 'robot' }),
    );
    warnings.length = 0;
    await write([...robot, eventAt(project, T)]);
    expect(await spansOf(project)).toEqual([[0, 0, 1]]);
    expect(warnings).toEqual([{ more_than: 10_000 }]);
    await write([eventAt(project, T + 5, { who: 'robot' })]);
    expect(warnings).toHaveLength(1);
  });

  it('comes to the same as all of them at once, in whatever order and however often they come', async () => {
    const telling = fc.record({
      minute: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: -3_000, max: 3_000 })),
      who: fc.constantFrom('ana', 'bea'),
      campaign: fc.constantFrom('', '', 'mail', 'ad'),
      name: fc.constantFrom('page_view', 'click', 'error', 'rage_click', '$identify'),
      batch: fc.integer({ min: 0, max: 5 }),
      again: fc.integer({ min: 0, max: 11 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(telling, { minLength: 1, maxLength: 30 }), async (tellings) => {
        const project = nextProject();
        const write = openSinks();
        const events = tellings.map(({ minute, ...rest }) =>
          eventAt(project, T + minute * MINUTE, rest),
        );
        for (let batch = 0; batch < 12; batch += 1) {
          const some = events.filter((_, index) => {
            const { batch: first, again } = tellings[index]!;
            return first === batch || again === batch;
          });
          if (some.length > 0) await write(some);
        }
        const found = await sessionsOf(project);
        const loose = events.flatMap(toSessionless).map(toVisit);
        const expected = ['a:ana', 'a:bea']
          .flatMap((who) => sessionize(loose.filter(({ owner }) => owner === who)))
          .map(summarize)
          .sort((a, b) => a.started_at - b.started_at || (a.session_id < b.session_id ? -1 : 1));
        expect(found.map(({ session_id, events: count }) => [session_id, count])).toEqual(
          expected.map(({ session_id, events: count }) => [session_id, count]),
        );
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

describe('given events that name their session', () => {
  const SESSION = '019cb000-0000-7000-8000-000000000001';
  const visit = (project: string, session?: string) => {
    const of = (minute: number, telling: Telling) =>
      eventAt(project, T + minute * MINUTE, { ...telling, ...(session && { session }) });
    return [
      of(0, { name: 'page_view', path: '/', campaign: 'mail', device: 'mobile', seq: 1 }),
      of(0, { name: 'click', path: '/', seq: 2 }),
      of(3, { name: 'page_view', path: '/cart', country: 'BR' }),
      of(5, { name: 'rage_click', path: '/cart', isKnown: true }),
      of(5, { name: 'error', path: '/cart' }),
      of(6, { name: '$delivery' }),
      of(7, { name: 'page_leave', path: '/cart' }),
    ];
  };

  it('gives a row for it that no replay changes', async () => {
    const project = nextProject();
    const write = openSinks();
    const events = visit(project, SESSION);
    for (const event of events) await write([event]);
    for (let again = 0; again < 3; again += 1) await write([...events].reverse());
    expect(await sessionsOf(project)).toEqual([
      {
        session_id: SESSION,
        user_id: idOf(900_002),
        person: 2,
        started_at: T,
        ended_at: T + 7 * MINUTE,
        events: 6,
        page_views: 2,
        errors: 1,
        frustrations: 1,
        is_bounce: false,
        entry_path: '/',
        exit_path: '/cart',
        device_type: 'mobile',
        browser: '',
        os: '',
        geo_country: 'BR',
        referrer_host: '',
        utm_source: 'mail',
        utm_medium: '',
        utm_campaign: '',
      },
    ]);
  });

  it('tells the same of a visit whether its client named it or we found it', async () => {
    const [named, found] = [nextProject(), nextProject()];
    const write = openSinks();
    await write([...visit(named, SESSION), ...visit(found)]);
    const [[one], [other]] = await Promise.all([sessionsOf(named), sessionsOf(found)]);
    expect({ ...other, session_id: SESSION }).toEqual(one);
  });

  it('believes the client: a pause of hours, or another campaign, ends nothing', async () => {
    const project = nextProject();
    await openSinks()([
      eventAt(project, T, { session: 'mine', campaign: 'mail' }),
      eventAt(project, T + 5 * HOUR, { session: 'mine', campaign: 'ad' }),
    ]);
    expect(await spansOf(project)).toEqual([[0, 300, 2]]);
  });

  it('calls a bounce what saw one page and did nothing', async () => {
    const project = nextProject();
    const write = openSinks();
    const view = (session: string) => eventAt(project, T, { session });
    await write([
      view('looked'),
      eventAt(project, T + 1, { session: 'looked', name: 'scroll' }),
      view('clicked'),
      eventAt(project, T + 1, { session: 'clicked', name: 'click' }),
      view('went on'),
      view('went on'),
    ]);
    const rows = await sessionsOf(project);
    expect(rows.filter(({ is_bounce }) => is_bounce).map(({ session_id }) => session_id)).toEqual([
      'looked',
    ]);
  });

  it('has the day of a session from its id, and keeps one whose id tells none', async () => {
    const project = nextProject();
    await openSinks()([
      eventAt(project, T, { session: SESSION }),
      eventAt(project, T, { session: 'ffffffff-ffff-7fff-bfff-ffffffffffff' }),
      eventAt(project, T, { session: 'mine' }),
    ]);
    const days = await eventStore.query<{ day: string }>({
      sql: `SELECT toString(session_day) AS day FROM sessions WHERE project_id = {project:String} ORDER BY day`,
      params: { project },
    });
    expect(days.map(({ day }) => day)).toEqual(['1970-01-01', '2026-03-02', '2049-12-31']);
  });
});
