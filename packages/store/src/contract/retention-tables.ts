import { expect, it } from 'vitest';
import { PROJECT_TABLES } from '../event-store/clickhouse-tables.js';
import { HOUR_SETTLES_MS } from '../event-store/hours.js';
import type { HourTablesContractDeps } from './hour-tables.js';
import { NOON, sampleDead, sampleId, sampleLink, sampleRow, sampleSession } from './samples.js';

const DAY_MS = 86_400_000;
/** Each deletion is a mutation, of a dozen tables one after the other. */
const SLOW_MS = 120_000;

/** What an event store must do with what was kept long enough. */
export function retentionTablesContract({
  store,
  nextProject,
  wait,
}: HourTablesContractDeps): void {
  const cutOffOf = (project_id: string, before: number, tenant_id = 'acme') => ({
    tenant_id,
    project_id,
    before,
  });
  const rowsOf = async (project_id: string) => {
    const counts = await Promise.all(
      PROJECT_TABLES.map(async ({ table }) => {
        const [found] = await store().query<{ rows: number }>({
          sql: `SELECT count() AS rows FROM ${table} FINAL WHERE project_id = {project_id:String}`,
          params: { project_id },
        });
        return [table, found!.rows] as const;
      }),
    );
    return Object.fromEntries(counts);
  };
  /** Of this moment: the tables of minutes take nothing that is more than a week late. */
  const fill = async (project_id: string, at: number, first: number, tenant_id = 'acme') => {
    const who = { tenant_id, project_id, user_id: sampleId(first) };
    const times = { timestamp: at, client_timestamp: at, received_at: at };
    await store().insertEvents([
      sampleRow(first, { ...who, ...times, session_id: `of-${first}` }),
      sampleRow(first + 1, { ...who, ...times, session_id: '', anonymous_id: `loose-${first}` }),
      sampleRow(first + 2, {
        ...who,
        ...times,
        session_id: `of-${first}`,
        event_name: '$exposure',
        properties: { experiment: 'checkout', variant: 'new', unit_type: 'id', unit_id: 'ana' },
      }),
    ]);
    await store().insertLinks([
      sampleLink(first, {
        tenant_id,
        project_id,
        from_user_id: sampleId(first + 5),
        to_user_id: sampleId(first),
        linked_at: at,
      }),
    ]);
    await store().insertDead([sampleDead(first, { tenant_id, project_id, at })]);
    await store().insertReplays([
      { tenant_id, project_id, event_id: sampleId(first), attempt: 2, at },
    ]);
    const session = { tenant_id, project_id, session_id: `d-${first}`, user_id: sampleId(first) };
    await store().writeSessions({
      written: [sampleSession({ ...session, started_at: at - 60_000, ended_at: at })],
      removed: [],
      revision: 1,
    });
  };
  const ONE_OF_EACH = {
    client_sessions: 1,
    derived_sessions: 1,
    sessionless_events: 1,
    event_minutes: 2,
    steps: 2,
    timeline: 3,
    exposures: 1,
    event_hours: 1,
    hour_marks: 1,
    dead_events: 1,
    dead_replays: 1,
    person_links: 1,
    events: 3,
  };

  it(
    'deletes what is older than the cut-off from every table, and nothing else',
    async () => {
      const [project, twin, quiet] = [nextProject(), nextProject(), nextProject()];
      const cutOff = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS;
      await fill(project, cutOff - 1, 300);
      await fill(project, cutOff, 310);
      await fill(twin, cutOff - 90_000, 300);
      await fill(quiet, cutOff - 90_000, 300);
      wait(HOUR_SETTLES_MS);
      while ((await store().countHours(1_000)) > 0);
      const before = await rowsOf(quiet);
      expect(before).toEqual(ONE_OF_EACH);

      const expired = await store().expire([
        cutOffOf(project, cutOff),
        // Another tenant’s project of that name, and one with younger rows only.
        cutOffOf(quiet, cutOff, 'rival'),
        cutOffOf(twin, cutOff - DAY_MS),
      ]);
      expect(new Set(expired.map(({ project_id }) => project_id))).toEqual(new Set([project]));
      expect(Object.fromEntries(expired.map(({ table, rows }) => [table, rows]))).toEqual({
        ...ONE_OF_EACH,
        // Touched, then counted: two rows until they are merged.
        hour_marks: expect.toBeOneOf([1, 2]) as number,
      });
      expect(await rowsOf(project)).toEqual(ONE_OF_EACH);
      expect(await rowsOf(twin)).toEqual(ONE_OF_EACH);
      expect(await rowsOf(quiet)).toEqual(before);
      const kept = await store().query<{ event_id: string }>({
        sql: `SELECT toString(event_id) AS event_id FROM events WHERE project_id = {project:String} ORDER BY event_id`,
        params: { project },
      });
      expect(kept.map(({ event_id }) => event_id)).toEqual([310, 311, 312].map(sampleId));

      expect(await store().expire([cutOffOf(project, cutOff)])).toEqual([]);
      // Shortened, for two projects in one deletion.
      const both = await store().expire([cutOffOf(project, NOON * 2), cutOffOf(twin, cutOff)]);
      expect(new Set(both.map(({ project_id }) => project_id))).toEqual(new Set([project, twin]));
      for (const each of [project, twin])
        expect(new Set(Object.values(await rowsOf(each)))).toEqual(new Set([0]));
      expect(await rowsOf(quiet)).toEqual(before);
      expect(await store().expire([])).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'keeps a link as long as there is an event of one of those it names',
    async () => {
      const project_id = nextProject();
      const [gone, here] = [NOON - DAY_MS, NOON + 1];
      const event = (number: number, user: number, timestamp: number) =>
        sampleRow(number, { project_id, user_id: sampleId(user), timestamp });
      const link = (number: number, from: number, to: number, linked_at = gone) =>
        sampleLink(number, {
          project_id,
          from_user_id: sampleId(from),
          to_user_id: sampleId(to),
          linked_at,
        });
      await store().insertEvents([
        event(1, 901, gone),
        event(2, 902, gone),
        event(3, 903, here),
        event(4, 904, here),
      ]);
      await store().insertLinks([
        link(1, 901, 902),
        link(2, 902, 903),
        link(3, 904, 905),
        link(4, 906, 907, here),
      ]);
      const expired = await store().expire([cutOffOf(project_id, NOON)]);
      expect(expired.find(({ table }) => table === 'person_links')?.rows).toBe(1);
      const left = await store().query<{ id: string }>({
        sql: `SELECT toString(event_id) AS id FROM person_links WHERE project_id = {project_id:String} ORDER BY id`,
        params: { project_id },
      });
      expect(left.map(({ id }) => id)).toEqual([2, 3, 4].map((number) => sampleId(number)));
    },
    SLOW_MS,
  );

  it(
    'keeps a session until all of it is old',
    async () => {
      const project_id = nextProject();
      const of = (number: number, timestamp: number) =>
        sampleRow(number, { project_id, session_id: 'long', timestamp });
      await store().insertEvents([of(1, NOON - 60_000), of(2, NOON + 60_000)]);
      await store().expire([cutOffOf(project_id, NOON)]);
      const sessions = () =>
        store().query<{ events: number }>({
          sql: 'SELECT events FROM sessions WHERE project_id = {project_id:String}',
          params: { project_id },
        });
      expect(await sessions()).toEqual([{ events: 2 }]);
      await store().expire([cutOffOf(project_id, NOON + 120_000)]);
      expect(await sessions()).toEqual([]);
    },
    SLOW_MS,
  );

  it('knows of every table that has rows of projects', async () => {
    const tables = await store().query<{ called: string }>({
      sql: `SELECT DISTINCT replaceRegexpOne(table, '_local$', '') AS called FROM system.columns
             WHERE database = currentDatabase() AND name = 'project_id'
               AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')
             ORDER BY called`,
      params: {},
    });
    expect(tables.map(({ called }) => called)).toEqual(
      PROJECT_TABLES.map(({ table }) => table).sort(),
    );
  });
}
