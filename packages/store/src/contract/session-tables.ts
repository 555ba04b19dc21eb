import { expect, it } from 'vitest';
import type { DerivedSession } from '../event-store/sessions.js';
import type { EventStore } from '../event-store/port.js';
import { NOON, sampleId, sampleRow, sampleSession } from './samples.js';

const HOUR = 3_600_000;

/** What an event store must do with sessions. `nextProject` names one that is still empty. */
export function sessionTablesContract(store: () => EventStore, nextProject: () => string): void {
  const session = (project_id: string, changes: Partial<DerivedSession> = {}) =>
    sampleSession({ project_id, ...changes });
  const whose = (...projects: string[]) => ({ tenants: ['acme'], projects, owners: ['a:ana'] });
  const always = { since: 0, until: NOON * 2 };

  it('keeps events without a session by whose they are, each once, as they were written', async () => {
    const project_id = nextProject();
    const loose = { project_id, session_id: '', anonymous_id: "it's", properties: {} };
    const rows = [3, 1, 2].map((number) => sampleRow(number, loose));
    await store().insertEvents([
      ...rows,
      sampleRow(4, { ...loose, session_id: 'theirs' }),
      sampleRow(5, { ...loose, event_name: '$identify' }),
      sampleRow(6, { ...loose, anonymous_id: 'bea' }),
      sampleRow(7, { ...loose, anonymous_id: '' }),
    ]);
    await store().insertEvents(rows);
    const of = (owners: string[], range = always, limit = 10) =>
      store().sessionlessEvents({ ...whose(project_id), owners, ...range, limit });
    const found = await of(["a:it's"]);
    expect(found.map(({ timestamp }) => timestamp - NOON)).toEqual([1, 2, 3]);
    const [first, stored] = [rows[1]!, found[0]!];
    expect({ ...first, ...stored }).toEqual({ ...first, owner: "a:it's" });
    expect(await of(["a:it's"], { since: NOON + 2, until: NOON + 2 })).toHaveLength(1);
    expect(await of(["a:it's", 'a:bea'], always, 2)).toHaveLength(3);
    expect(await of([`u:${rows[0]!.user_id}`])).toEqual([]);
    expect(await of([`u:${sampleRow(7).user_id}`])).toHaveLength(1);
  });

  it('gives back a session as it was written, where it overlaps the range', async () => {
    const [project_id, other] = [nextProject(), nextProject()];
    await store().writeSessions({
      written: [session(project_id), session(other, { owner: 'a:bea' })],
      removed: [],
      revision: 1,
    });
    const of = (since: number, until: number) =>
      store().derivedSessions({ ...whose(project_id, other), since, until });
    expect(await of(NOON + HOUR, NOON + 2 * HOUR)).toEqual([session(project_id)]);
    expect(await of(NOON - HOUR, NOON)).toEqual([session(project_id)]);
    expect(await of(NOON - HOUR, NOON - 1)).toEqual([]);
    expect(await of(NOON + HOUR + 1, NOON * 2)).toEqual([]);
  });

  it('has the highest revision of a session, and none that was removed by it', async () => {
    const project_id = nextProject();
    const write = (revision: number, events: number) =>
      store().writeSessions({ written: [session(project_id, { events })], removed: [], revision });
    const found = async () =>
      (await store().derivedSessions({ ...whose(project_id), ...always })).map(
        ({ events }) => events,
      );
    await write(10, 5);
    await write(9, 4);
    expect(await found()).toEqual([5]);
    await store().writeSessions({ written: [], removed: [session(project_id)], revision: 11 });
    expect(await found()).toEqual([]);
    await write(12, 6);
    expect(await found()).toEqual([6]);
  });

  it('shows both kinds of session in one view', async () => {
    const project_id = nextProject();
    await store().writeSessions({ written: [session(project_id)], removed: [], revision: 1 });
    await store().insertEvents([sampleRow(1, { project_id }), sampleRow(1, { project_id })]);
    const rows = await store().query({
      sql: `SELECT origin, session_id, events, duration_ms, entry_path, utm_campaign FROM sessions
             WHERE project_id = {project:String} ORDER BY origin`,
      params: { project: project_id },
    });
    expect(rows).toEqual([
      {
        origin: 'client',
        session_id: sampleRow(1).session_id,
        events: 1,
        duration_ms: 0,
        entry_path: '/signup',
        utm_campaign: 'spring',
      },
      {
        origin: 'derived',
        session_id: sampleId(1),
        events: 3,
        duration_ms: HOUR,
        entry_path: '/',
        utm_campaign: 'spring',
      },
    ]);
  });
}
