import { expect, it } from 'vitest';
import { HOUR_SETTLES_MS } from '../event-store/hours.js';
import type { EventRow, EventStore } from '../event-store/port.js';
import { NOON, sampleId, sampleRow } from './samples.js';

const HOUR = 3_600_000;

export interface HourTablesContractDeps {
  readonly store: () => EventStore;
  /** Names a project that is still empty. */
  readonly nextProject: () => string;
  /** Puts the store's clock forward. */
  readonly wait: (ms: number) => void;
}

/** What an event store must do with hours. */
export function hourTablesContract({ store, nextProject, wait }: HourTablesContractDeps): void {
  const found = async (project_id: string) =>
    (
      await store().query<{ event_name: string; at: number; events: number; people: number[] }>({
        sql: `SELECT event_name, toUnixTimestamp(hour) AS at, events, bitmapToArray(people) AS people
                FROM event_hours FINAL WHERE project_id = {project_id:String} AND events > 0
               ORDER BY hour, event_name`,
        params: { project_id },
      })
    ).map(({ event_name, at, events, people }) => [
      (at * 1_000 - NOON) / HOUR,
      event_name,
      events,
      people,
    ]);
  const countAll = async () => {
    wait(HOUR_SETTLES_MS);
    while ((await store().countHours(1_000)) > 0);
  };
  const at = (project_id: string, number: number, ms: number, changes: Partial<EventRow> = {}) =>
    sampleRow(number, {
      project_id,
      timestamp: NOON + ms,
      client_timestamp: NOON + ms,
      person: 7,
      ...changes,
    });

  it('counts an hour once it was left alone, each event once and whoever did it', async () => {
    const [project_id, other] = [nextProject(), nextProject()];
    const rows = [
      at(project_id, 1, 0),
      at(project_id, 2, HOUR - 1, { person: 9 }),
      at(project_id, 3, HOUR),
      at(project_id, 4, 5, { event_name: 'page_view' }),
      at(project_id, 5, 5, { event_name: '$identify' }),
      // A device whose clock is a month off.
      at(project_id, 6, 1, { client_timestamp: NOON - 720 * HOUR }),
      at(other, 7, 2),
    ];
    await store().insertEvents(rows);
    await store().insertEvents(rows);
    await store().countHours(1_000);
    expect(await found(project_id)).toEqual([]);
    await countAll();
    expect(await found(project_id)).toEqual([
      [0, 'page_view', 1, [7]],
      [0, 'signup_step', 3, [7, 9]],
      [1, 'signup_step', 1, [7]],
    ]);
    expect(await found(other)).toEqual([[0, 'signup_step', 1, [7]]]);
  });

  it('counts it again when something late comes, and not when nothing does', async () => {
    const project_id = nextProject();
    await store().insertEvents([at(project_id, 1, 0), at(project_id, 2, HOUR)]);
    await countAll();
    wait(HOUR_SETTLES_MS);
    expect(await store().countHours(1_000)).toBe(0);
    wait(HOUR_SETTLES_MS);
    await store().insertEvents([at(project_id, 3, 9, { person: 8 }), at(project_id, 1, 0)]);
    await countAll();
    expect(await found(project_id)).toEqual([
      [0, 'signup_step', 2, [7, 8]],
      [1, 'signup_step', 1, [7]],
    ]);
  });

  it('counts it again when somebody is forgotten, down to nothing', async () => {
    const project_id = nextProject();
    const theirs = { user_id: sampleId(920_001), person: 3 };
    await store().insertEvents([
      at(project_id, 1, 0),
      at(project_id, 2, 1, theirs),
      at(project_id, 3, HOUR, theirs),
      at(project_id, 4, 2, { ...theirs, event_name: 'page_view' }),
    ]);
    await countAll();
    expect(await found(project_id)).toHaveLength(3);
    await store().erase({
      tenant_id: 'acme',
      project_id,
      user_ids: [theirs.user_id],
      ids: ['nobody'],
    });
    await countAll();
    expect(await found(project_id)).toEqual([[0, 'signup_step', 1, [7]]]);
    const left = await store().query({
      sql: `SELECT count() AS rows FROM steps WHERE project_id = {project_id:String}
             UNION ALL SELECT count() FROM timeline WHERE project_id = {project_id:String}`,
      params: { project_id },
    });
    expect(left).toEqual([{ rows: 1 }, { rows: 1 }]);
  });

  it('counts as many at once as it is told, until none is left', async () => {
    const project_id = nextProject();
    await store().insertEvents(
      Array.from({ length: 30 }, (_, index) => at(project_id, index, index * HOUR)),
    );
    wait(HOUR_SETTLES_MS);
    const counts: number[] = [];
    do counts.push(await store().countHours(12));
    while (counts.at(-1) !== 0);
    expect(counts.every((count) => count <= 12)).toBe(true);
    expect(await found(project_id)).toHaveLength(30);
  });
}
