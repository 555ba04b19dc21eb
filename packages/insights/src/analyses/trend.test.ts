import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_SETTLES_MS, type EventRow, type EventStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleId, sampleLink, sampleRow } from '@px-platform/store/contract';
import { spansOf } from '../hour-source.js';
import { trend } from './trend.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 20, 15, 30);

let directory: string;
let eventStore: EventStore;
let now = NOW;
let projects = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-trend-'));
  eventStore = await openChdbEventStore({ path: directory, clock: () => now });
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

const nextProject = () => `project-${(projects += 1)}`;
const ask = (project_id: string, input: Record<string, string> = {}) =>
  trend.ask({
    eventStore,
    scope: { tenant_id: 'acme', project_id },
    input,
    now: NOW,
  }) as Promise<{
    total: { events: number; people: number };
    rows: { at: string; events: number; people: number }[];
  }>;
const happened = (
  project_id: string,
  number: number,
  timestamp: number,
  changes: Partial<EventRow> = {},
) => sampleRow(number, { project_id, timestamp, client_timestamp: timestamp, ...changes });
async function countAll() {
  now += HOUR_SETTLES_MS;
  while ((await eventStore.countHours(5_000)) > 0);
}

describe('given events of a few days', () => {
  const project = 'days';
  beforeAll(async () => {
    await eventStore.insertEvents([
      happened(project, 1, NOW, { person: 1 }),
      happened(project, 2, NOW - 2 * DAY, { person: 1 }),
      happened(project, 3, NOW - 2 * DAY, { person: 2 }),
      // 23:45 in Kathmandu (+05:45), 18:00 in UTC.
      happened(project, 4, Date.UTC(2026, 10, 19, 18), { person: 3 }),
      happened(project, 5, Date.UTC(2026, 10, 19, 18, 30), { person: 3 }),
      happened(project, 6, NOW, { person: 4, event_name: 'page_view' }),
      happened(project, 7, NOW, { person: 5, event_name: '$identify' }),
    ]);
  });

  it.each(['as they are', 'once hours are counted'])(
    'shows each day of the range, %s',
    async (when) => {
      if (when !== 'as they are') await countAll();
      expect(await ask(project, { event: 'signup_step', since: '2026-11-18' })).toMatchObject({
        total: { events: 5, people: 3 },
        rows: [
          { at: '2026-11-18', events: 2, people: 2 },
          { at: '2026-11-19', events: 2, people: 1 },
          { at: '2026-11-20', events: 1, people: 1 },
        ],
      });
      expect((await ask(project, { since: '2026-11-20' })).total).toEqual({ events: 2, people: 2 });
    },
  );

  it('begins days where the zone does, also between hours', async () => {
    const input = { event: 'signup_step', since: '2026-11-19', timezone: 'Asia/Kathmandu' };
    expect((await ask(project, input)).rows).toEqual([
      { at: '2026-11-19', events: 1, people: 1 },
      { at: '2026-11-20', events: 2, people: 2 },
    ]);
  });

  it('counts by the hour and by the week from Monday', async () => {
    const byHour = await ask(project, { interval: 'hour', since: '3h' });
    expect(byHour.rows.map(({ at, events }) => [at, events])).toEqual([
      ['2026-11-20T12:00:00.000Z', 0],
      ['2026-11-20T13:00:00.000Z', 0],
      ['2026-11-20T14:00:00.000Z', 0],
      ['2026-11-20T15:00:00.000Z', 2],
    ]);
    const byWeek = await ask(project, { interval: 'week', since: '14d', event: 'signup_step' });
    expect(byWeek.rows).toEqual([
      { at: '2026-11-02', events: 0, people: 0 },
      { at: '2026-11-09', events: 0, people: 0 },
      { at: '2026-11-16', events: 5, people: 3 },
    ]);
  });

  it('says what it takes', async () => {
    await expect(ask(project, { interval: 'month' })).rejects.toThrow(
      /"month" .* hour, day or week/,
    );
    await expect(ask(project, { interval: 'hour', since: '200d' })).rejects.toThrow(
      /2000 intervals/,
    );
  });
});

describe('given any history', () => {
  const NAMES = ['signup_step', 'page_view'];
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('store' as const),
        events: fc.array(
          fc.record({
            id: fc.integer({ min: 1, max: 30 }),
            quarter: fc.integer({ min: 0, max: 4 * 60 }),
            offset: fc.constantFrom(0, 1, 899_999),
            person: fc.integer({ min: 1, max: 4 }),
            name: fc.constantFrom(...NAMES),
          }),
          { minLength: 1, maxLength: 12 },
        ),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('count' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('link' as const),
        from: fc.integer({ min: 1, max: 2 }),
        to: fc.integer({ min: 3, max: 4 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('forget' as const),
        person: fc.integer({ min: 1, max: 4 }),
      }),
    },
  );
  const user = (person: number) => sampleId(950_000 + person);

  it('says what the events themselves say, whatever was counted when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 10 }),
        fc.constantFrom('UTC', 'America/Sao_Paulo', 'Asia/Kolkata'),
        fc.integer({ min: 0, max: 60 * 60 }),
        async (steps, timezone, sinceMinutes) => {
          const project_id = nextProject();
          const known = new Map<number, EventRow>();
          for (const [index, each] of steps.entries()) {
            if (each.kind === 'store') {
              const rows = each.events.map(({ id, quarter, offset, person, name }) => {
                const time = NOW - 60 * HOUR + quarter * 900_000 + offset;
                // An id is one event for ever: what comes again is the same.
                const row =
                  known.get(id) ??
                  happened(project_id, id, time, {
                    person,
                    user_id: user(person),
                    event_name: name,
                  });
                known.set(id, row);
                return row;
              });
              await eventStore.insertEvents(rows);
            } else if (each.kind === 'count') {
              await countAll();
            } else if (each.kind === 'link') {
              await eventStore.insertLinks([
                sampleLink(index, {
                  project_id,
                  from_person: each.from,
                  from_user_id: user(each.from),
                  to_person: each.to,
                  to_user_id: user(each.to),
                }),
              ]);
            } else {
              await eventStore.erase({
                tenant_id: 'acme',
                project_id,
                user_ids: [user(each.person)],
                ids: ['nobody'],
              });
            }
          }
          const since = NOW - sinceMinutes * 60_000 - 1;
          const input = { timezone, since: String(since), until: String(NOW) };
          for (const event of [undefined, ...NAMES]) {
            const answer = await ask(project_id, { ...input, ...(event && { event }) });
            const truth = await eventStore.query({
              sql: `SELECT toString(toDate(timestamp, {timezone:String})) AS at, count() AS events,
                           uniqExact(if(links.to_person = 0, person, links.to_person)) AS people
                      FROM events FINAL
                      LEFT JOIN (SELECT from_person, argMin(to_person, (linked_at, event_id)) AS to_person FROM person_links
                                  WHERE project_id = {project:String} GROUP BY from_person) AS links ON links.from_person = events.person
                     WHERE project_id = {project:String} AND ({event:String} = '' OR event_name = {event:String})
                       AND timestamp >= fromUnixTimestamp64Milli({since:Int64}) AND timestamp < fromUnixTimestamp64Milli({until:Int64})
                     GROUP BY at ORDER BY at`,
              params: { project: project_id, event: event ?? '', since, until: NOW, timezone },
            });
            expect(answer.rows.filter(({ events }) => events > 0)).toEqual(truth);
          }
        },
      ),
      { numRuns: 10 },
    );
  }, 120_000);
});

describe('given what is to be read event by event', () => {
  const range = { since: 10 * HOUR + 5, until: 20 * HOUR + 7 };

  it('takes the cut hours at both ends, and joins what touches', () => {
    expect(spansOf(range, [])).toEqual([
      { since: 10 * HOUR + 5, until: 11 * HOUR },
      { since: 20 * HOUR, until: 20 * HOUR + 7 },
    ]);
    expect(spansOf(range, [11 * HOUR, 12 * HOUR, 15 * HOUR])).toEqual([
      { since: 10 * HOUR + 5, until: 13 * HOUR },
      { since: 15 * HOUR, until: 16 * HOUR },
      { since: 20 * HOUR, until: 20 * HOUR + 7 },
    ]);
    expect(spansOf({ since: 10 * HOUR, until: 12 * HOUR }, [])).toEqual([]);
    expect(spansOf({ since: 10 * HOUR + 1, until: 10 * HOUR + 2 }, [10 * HOUR])).toEqual([
      { since: 10 * HOUR + 1, until: 10 * HOUR + 2 },
    ]);
  });

  it('reads all of it as one where the pieces are too many', () => {
    const changed = Array.from({ length: 150 }, (_, index) => index * 2 * HOUR);
    expect(spansOf({ since: 0, until: 400 * HOUR }, changed)).toEqual([
      { since: 0, until: 299 * HOUR },
    ]);
  });
});
