import { expect, it } from 'vitest';
import type { EventStore } from '../event-store/port.js';
import type { PersonPart } from '../event-store/people-tables.js';
import { NOON, sampleDead, sampleId, sampleLink, sampleRow, sampleSession } from './samples.js';

/** What an event store must do about a person. `nextProject` names a project that is still empty. */
export function peopleTablesContract(store: () => EventStore, nextProject: () => string): void {
  const [known, phone, laptop, stranger] = [1, 2, 3, 4].map((number) =>
    sampleId(910_000 + number),
  ) as [string, string, string, string];
  const whose = (project_id: string, user_ids: readonly string[], ids: readonly string[] = []) => ({
    tenant_id: 'acme',
    project_id,
    user_ids,
    ids,
  });
  const link = (number: number, project_id: string, from_user_id: string, to_user_id: string) =>
    sampleLink(number, { project_id, from_user_id, to_user_id });
  async function all(part: PersonPart, of: ReturnType<typeof whose>): Promise<object[]> {
    const rows: object[] = [];
    for await (const page of store().rowsOf(part, of)) rows.push(...page);
    return rows;
  }

  it('knows everyone who is one person, from whichever end it is asked', async () => {
    const project_id = nextProject();
    await store().insertLinks([
      link(1, project_id, phone, known),
      link(2, project_id, laptop, known),
      // Somebody else logged in there later: the first link counts.
      link(3, project_id, laptop, stranger),
    ]);
    const same = async (id: string) =>
      (await store().samePerson({ tenant_id: 'acme', project_id, user_ids: [id] })).sort();
    expect(await same(known)).toEqual([known, phone, laptop]);
    expect(await same(phone)).toEqual([known, phone, laptop]);
    expect(await same(stranger)).toEqual([stranger]);
    expect(await same(sampleId(5))).toEqual([sampleId(5)]);
  });

  it('gives all that is kept of a person, and takes it away from everywhere, and nothing else', async () => {
    const [project_id, other] = [nextProject(), nextProject()];
    const of = (number: number, user_id: string, changes: object = {}) =>
      sampleRow(number, { project_id, user_id, session_id: `of-${user_id}`, ...changes });
    const loose = { session_id: '', anonymous_id: 'loose' };
    await store().insertEvents([
      of(1, known),
      of(2, phone, loose),
      of(3, stranger),
      of(4, known, { project_id: other }),
      of(5, known, { tenant_id: 'rival' }),
    ]);
    await store().insertLinks([link(1, project_id, phone, known)]);
    const letter = (number: number, body: string) => sampleDead(number, { project_id, body });
    await store().insertDead([
      letter(1, '{"event":"x","user_id":"ana"}'),
      letter(2, '{"event":"$alias","user_id":"bea","properties":{"previous_id":"ana"}}'),
      letter(3, '{"event":"x","anonymous_id":"ana","properties":{"cut'),
      letter(4, '{"event":"x","user_id":"bea","properties":{"name":"ana"}}'),
    ]);
    const derivedOf = (user_id: string) =>
      sampleSession({
        project_id,
        user_id,
        owner: `u:${user_id}`,
        session_id: `of-${user_id}-too`,
      });
    await store().writeSessions({
      written: [derivedOf(phone), derivedOf(stranger)],
      removed: [],
      revision: 1,
    });
    const ana = whose(project_id, [known, phone], ['ana']);

    expect(await store().idsOf(ana)).toEqual(['ana-1', 'ana-2', 'device-1', 'loose']);
    expect(await all('events', ana)).toMatchObject([
      { event_id: sampleId(1), user_id: known, properties: { step: 'address' } },
      { event_id: sampleId(2), user_id: phone },
    ]);
    expect(await all('sessions', ana)).toHaveLength(2);
    expect(await all('links', ana)).toHaveLength(1);
    expect(await all('dead_events', ana)).toHaveLength(3);

    expect(await store().erase(ana)).toEqual({
      events: 2,
      sessions: 2,
      links: 1,
      dead_events: 3,
    });
    for (const part of ['events', 'sessions', 'links', 'dead_events'] as const)
      expect(await all(part, ana), part).toEqual([]);
    expect(await store().erase(ana)).toEqual({ events: 0, sessions: 0, links: 0, dead_events: 0 });

    const strangers = whose(project_id, [stranger], ['bea']);
    expect(await all('events', strangers)).toHaveLength(1);
    expect(await all('sessions', strangers)).toHaveLength(2);
    expect(await all('dead_events', strangers)).toHaveLength(1);
    expect(await all('events', whose(other, [known]))).toHaveLength(1);
    const rivals = { ...whose(project_id, [known]), tenant_id: 'rival' };
    expect(await all('events', rivals)).toHaveLength(1);
    const [told] = await store().query({
      sql: `SELECT countIf(position(command, 'of-') > 0 OR position(command, '''ana') > 0) AS ids, count() > 0 AS all FROM system.mutations`,
      params: {},
    });
    // The engine keeps the words of what it deleted: no id stands there as it was sent.
    expect(told).toEqual({ ids: 0, all: 1 });
    const left = await store().query({
      sql: `SELECT count() AS rows FROM sessionless_events WHERE project_id = {project:String}
             UNION ALL SELECT count() FROM event_minutes WHERE project_id = {project:String} AND person IN (2, 3)`,
      params: { project: project_id },
    });
    expect(left).toEqual([{ rows: 0 }, { rows: 0 }]);
  });

  it('tells which of some events are stored', async () => {
    const project_id = nextProject();
    await store().insertEvents([sampleRow(1, { project_id }), sampleRow(2, { project_id })]);
    const ids = [1, 3].map(sampleId);
    const names = [sampleRow(1).event_name];
    const scope = { tenant_id: 'acme', project_id };
    expect(await store().storedEvents(scope, { ids, names })).toEqual([sampleId(1)]);
    expect(await store().storedEvents({ ...scope, tenant_id: 'x' }, { ids, names })).toEqual([]);
    expect(await store().storedEvents(scope, { ids: [], names: [] })).toEqual([]);
  });

  it('gives more rows than a page holds, once each and in order', async () => {
    const project_id = nextProject();
    const rows = Array.from({ length: 5_003 }, (_, index) =>
      sampleRow(index, { project_id, user_id: known, client_timestamp: NOON + (index % 7) }),
    );
    await store().insertEvents(rows);
    const found = (await all('events', whose(project_id, [known]))) as { event_id: string }[];
    expect(new Set(found.map(({ event_id }) => event_id)).size).toBe(5_003);
    expect(found).toHaveLength(5_003);
  });
}
