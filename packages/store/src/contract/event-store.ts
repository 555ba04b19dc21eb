import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventRow, EventStore } from '../event-store/port.js';
import { EventStoreError } from '../event-store/port.js';
import { peopleTablesContract } from './people-tables.js';
import { retentionTablesContract } from './retention-tables.js';
import { hourTablesContract } from './hour-tables.js';
import { sessionTablesContract } from './session-tables.js';
import { NOON, sampleDead, sampleId, sampleLink, sampleRow } from './samples.js';

/** What every event store must do. `make` gives one empty store, with the clock it is given, used by all the tests in turn. */
export function eventStoreContract(
  name: string,
  make: (clock: () => number) => Promise<EventStore>,
): void {
  describe(`${name} keeps the promises of an event store`, () => {
    let store: EventStore;
    let project = 0;
    let aheadMs = 0;
    beforeAll(async () => {
      store = await make(() => Date.now() + aheadMs);
    });
    afterAll(() => store.close());

    /** Each test has a project of its own, which is also a test of their being apart. */
    const nextProject = (): string => `project-${(project += 1)}`;
    const select = <Row>(columns: string, project_id: string, rest = ''): Promise<Row[]> =>
      store.query<Row>({
        sql: `SELECT ${columns} FROM events FINAL WHERE tenant_id = 'acme' AND project_id = {project_id:String} ${rest}`,
        params: { project_id },
      });
    const count = async (project_id: string): Promise<number> =>
      (await select<{ n: number }>('count() AS n', project_id))[0]?.n ?? -1;

    it('is reachable', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    // First, for a deletion looks at every part there is, and what follows makes hundreds of them.
    sessionTablesContract(() => store, nextProject);
    const deps = { store: () => store, nextProject, wait: (ms: number) => void (aheadMs += ms) };
    hourTablesContract(deps);
    peopleTablesContract(() => store, nextProject);
    retentionTablesContract(deps);

    it('gives back every column of a row as it was written', async () => {
      const row = sampleRow(1, { project_id: nextProject(), geo_city: "L'Aquila \\ \n\t 東京 🛒" });
      await store.insertEvents([row]);
      const [stored] = await select<Record<string, unknown>>(
        `* REPLACE (toUnixTimestamp64Milli(timestamp) AS timestamp,
          toUnixTimestamp64Milli(client_timestamp) AS client_timestamp,
          toUnixTimestamp64Milli(received_at) AS received_at)`,
        row.project_id,
      );
      expect(stored).toEqual(row);
    });

    it('keeps times to the millisecond, wherever a clock may stand', async () => {
      const project_id = nextProject();
      const times = [
        0,
        1,
        999,
        86_400_000,
        9_999_999_999,
        999_999_999_999,
        NOON + 7,
        4_102_444_800_123,
        -1,
      ];
      await store.insertEvents(
        times.map((time, index) =>
          sampleRow(index, {
            project_id,
            timestamp: time,
            client_timestamp: time,
            received_at: Math.max(0, time),
          }),
        ),
      );
      const rows = await select<{ t: number; c: number }>(
        'toUnixTimestamp64Milli(timestamp) AS t, toUnixTimestamp64Milli(client_timestamp) AS c',
        project_id,
        'ORDER BY event_id',
      );
      expect(rows).toEqual(times.map((time) => ({ t: time, c: time })));
    });

    it('counts an event once, however often and in whatever company it is written', async () => {
      const project_id = nextProject();
      const rows = Array.from({ length: 20 }, (_, index) => sampleRow(index, { project_id }));
      await store.insertEvents(rows);
      await store.insertEvents(rows);
      await store.insertEvents([...rows].reverse().slice(3));
      await store.insertEvents([...rows, sampleRow(99, { project_id })]);
      expect(await count(project_id)).toBe(21);
    });

    for (const order of ['earliest first', 'earliest last'] as const) {
      it(`keeps the earliest delivery of an event that was corrected twice (${order})`, async () => {
        const project_id = nextProject();
        const early = sampleRow(1, { project_id, timestamp: NOON - 5_000, received_at: NOON });
        const late = sampleRow(1, {
          project_id,
          // Another day: were the corrected time in the key, the two would never meet.
          timestamp: NOON + 86_400_000,
          received_at: NOON + 86_400_000,
          clock: 'corrected',
        });
        const deliveries = order === 'earliest first' ? [early, late] : [late, early];
        for (const row of deliveries) await store.insertEvents([row]);
        expect(await select('toUnixTimestamp64Milli(timestamp) AS t, clock', project_id)).toEqual([
          { t: NOON - 5_000, clock: 'client' },
        ]);
      });
    }

    it('does not find an event where only a later delivery of it would have been', async () => {
      const project_id = nextProject();
      const early = sampleRow(1, { project_id, timestamp: NOON, received_at: NOON });
      const nextDay = NOON + 86_400_000;
      await store.insertEvents([early]);
      await store.insertEvents([{ ...early, timestamp: nextDay, received_at: nextDay }]);
      // A filter that ran before the rows are folded would find the loser, whose rival it hides.
      const found = (since: number): Promise<unknown[]> =>
        store.query({
          sql: `SELECT event_id FROM events FINAL WHERE tenant_id = 'acme'
                   AND project_id = {project_id:String}
                   AND timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`,
          params: { project_id, since },
        });
      expect(await found(NOON)).toHaveLength(1);
      expect(await found(nextDay)).toEqual([]);
    });

    it('keeps apart two events of one millisecond that differ only by their id', async () => {
      const project_id = nextProject();
      await store.insertEvents([
        sampleRow(1, { project_id }),
        sampleRow(1, { project_id, event_id: sampleId(2) }),
      ]);
      expect(await count(project_id)).toBe(2);
    });

    it('takes one batch with clocks in every year', async () => {
      const project_id = nextProject();
      const rows = Array.from({ length: 180 }, (_, year) =>
        sampleRow(year, { project_id, client_timestamp: Date.UTC(1970 + year, 5, 1) }),
      );
      await store.insertEvents(rows);
      expect(await count(project_id)).toBe(180);
    });

    it('answers with typed parameters, which are never part of the text', async () => {
      const project_id = nextProject();
      const nasty = `'; DROP TABLE events; -- \\ " \n`;
      await store.insertEvents([
        sampleRow(1, { project_id, distinct_id: nasty, is_identified: false }),
        sampleRow(2, { project_id, distinct_id: 'other' }),
      ]);
      const rows = await store.query<{ event_id: string; seq: number }>({
        sql: `SELECT event_id, seq FROM events FINAL
               WHERE project_id = {project:String} AND distinct_id IN {ids:Array(String)}
                 AND seq < {most:UInt32} AND is_identified = {known:Bool}`,
        params: { project: project_id, ids: [nasty, 'nobody'], most: 50, known: false },
      });
      expect(rows).toEqual([{ event_id: sampleId(1), seq: 1 }]);
    });

    it('reads one property by a parameter, whatever its name', async () => {
      const project_id = nextProject();
      const names = [
        'plan',
        'two words',
        "it's",
        'back`tick',
        'semi;colon',
        'x.:Int64',
        '^caret',
        'ключ',
        '{x}',
        'SELECT',
        '0',
        'a-b',
        '%',
        'tenant_id',
      ];
      await store.insertEvents(
        names.map((key, index) =>
          sampleRow(index, { project_id, properties: { [key]: `v${index}` } }),
        ),
      );
      for (const [index, key] of names.entries()) {
        const rows = await store.query<{ value: string; also: string }>({
          sql: `SELECT properties.{key:Identifier}::Nullable(String) AS value,
                       getSubcolumn(properties, {key:String})::Nullable(String) AS also
                  FROM events FINAL
                 WHERE project_id = {project:String} AND value IS NOT NULL`,
          params: { project: project_id, key },
        });
        expect(rows, key).toEqual([{ value: `v${index}`, also: `v${index}` }]);
      }
    });

    it('gives properties back with their types, nested and of mixed kinds', async () => {
      const project_id = nextProject();
      const properties = [
        { total: 19.9, count: 3, ok: true, tags: ['a', 'b'], cart: { items: 2, coupon: 'X' } },
        { total: 'nineteen', count: false, ok: 'yes', tags: 'none' },
        {},
        {
          total: '2026-02-30',
          count: '2026-11-23',
          ok: '2026-11-23T10:00:00+05:30',
          tags: '12:30',
        },
        { total: '2026-11-23T10:00:00Z', count: '123', ok: 'true', tags: ['2026-02-30', '1.50'] },
        {
          total: [true, 1, 'a', null],
          count: [1, false],
          ok: [true],
          tags: [{ at: '2026-02-30' }],
        },
        Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`key_${index}`, index])),
      ];
      await store.insertEvents(
        properties.map((each, index) => sampleRow(index, { project_id, properties: each })),
      );
      const rows = await select<{ properties: unknown }>(
        'properties',
        project_id,
        'ORDER BY event_id',
      );
      expect(rows.map((row) => row.properties)).toEqual(properties);
    });

    it('numbers come as numbers, 64-bit ones too', async () => {
      const [row] = await store.query<{ big: unknown; sum: unknown }>({
        sql: 'SELECT toUInt64(9007199254740991) AS big, toInt64(-5) AS sum',
        params: {},
      });
      expect(row).toEqual({ big: 9_007_199_254_740_991, sum: -5 });
    });

    describe('given rows the engine cannot store', () => {
      const deep = JSON.parse(
        `${'{"x":'.repeat(1_100)}1${'}'.repeat(1_100)}`,
      ) as EventRow['properties'];
      const poison: { readonly [what: string]: Partial<EventRow> } = {
        'half of a surrogate pair in a property': { properties: { text: 'a\ud800b' } },
        'an integer of more than 64 bits': { properties: { n: 18_446_744_073_709_551_616 } },
        'one path twice, dotted and nested': { properties: { 'a.b': 1, a: { b: 2 } } },
        'objects a thousand deep': { properties: deep },
        'an id that is no UUID': { event_id: 'not-a-uuid' },
        'a time that is no time': { timestamp: 'soon' as unknown as number },
      };
      for (const [what, changes] of Object.entries(poison)) {
        it(`refuses ${what}, and the whole batch with it`, async () => {
          const project_id = nextProject();
          const batch = [sampleRow(1, { project_id }), sampleRow(2, { project_id, ...changes })];
          const error = await store.insertEvents(batch).catch((caught: unknown) => caught);
          expect(error).toBeInstanceOf(EventStoreError);
          expect((error as EventStoreError).kind).toBe('refused');
          expect(await count(project_id)).toBe(0);
          await store.insertEvents([sampleRow(1, { project_id })]);
          expect(await count(project_id)).toBe(1);
        });
      }

      it('takes odd but canonical values beside them', async () => {
        const project_id = nextProject();
        const properties = {
          null_character: 'a\u0000b',
          emoji: '🛒',
          largest: Number.MAX_SAFE_INTEGER,
          smallest: Number.MIN_VALUE,
          huge: 1.7e308,
          nothing: null,
          empty: '',
          list: [1, 'a', null, { x: [] }],
          'odd key \u2028 "quoted"': true,
          constructor: 'c',
          ['__proto__']: 'p',
          long: 'x'.repeat(8_192),
        };
        await store.insertEvents([sampleRow(1, { project_id, properties })]);
        expect(await count(project_id)).toBe(1);
      });

      it('takes text columns that were cut in the middle of a character', async () => {
        const project_id = nextProject();
        const cut = {
          page_title: 'Sale 🛒'.slice(0, -1),
          event_name: '\udfff',
          distinct_id: 'a\ud800b',
        };
        await store.insertEvents([sampleRow(1, { project_id, ...cut })]);
        expect(await select('page_title, event_name, distinct_id', project_id)).toEqual([
          { page_title: 'Sale \ufffd', event_name: '\ufffd', distinct_id: 'a\ufffdb' },
        ]);
      });

      it('can always keep them as dead', async () => {
        const project_id = nextProject();
        await store.insertDead([
          sampleDead(1, {
            project_id,
            event_id: null,
            body: '{"text":"\ud800"}',
            message: 'bad \udfff',
            event_name: '\ud800',
          }),
        ]);
        const rows = await store.query<{ event_id: string; body: string }>({
          sql: 'SELECT event_id, body FROM dead_events FINAL WHERE project_id = {project_id:String}',
          params: { project_id },
        });
        expect(rows).toEqual([{ event_id: '', body: '{"text":"\ufffd"}' }]);
      });
    });

    it('refuses a question it cannot understand', async () => {
      for (const sql of ['SELEKT 1', 'SELECT nothing FROM events', 'SELECT {missing:String}']) {
        const error = await store.query({ sql, params: {} }).catch((caught: unknown) => caught);
        expect(error, sql).toBeInstanceOf(EventStoreError);
        expect((error as EventStoreError).kind, sql).toBe('refused');
      }
    });

    it('keeps links once each, and shows which one of a person is the earliest', async () => {
      const project_id = nextProject();
      const second = sampleLink(2, { project_id, linked_at: NOON + 10 });
      const first = sampleLink(3, { project_id, linked_at: NOON + 5 });
      await store.insertLinks([second, first]);
      await store.insertLinks([second, { ...second, linked_at: NOON + 99 }]);
      const rows = await store.query({
        sql: `SELECT from_user_id, argMin(to_user_id, (linked_at, event_id)) AS to,
                     argMin(to_person, (linked_at, event_id)) AS person, count() AS links,
                     max(toUnixTimestamp64Milli(linked_at)) AS latest
                FROM person_links FINAL WHERE project_id = {project_id:String} GROUP BY from_user_id`,
        params: { project_id },
      });
      expect(rows).toEqual([
        {
          from_user_id: first.from_user_id,
          to: first.to_user_id,
          person: 3,
          links: 2,
          latest: NOON + 10,
        },
      ]);
    });

    it('keeps a dead event once, with the time it died first', async () => {
      const project_id = nextProject();
      const at = Date.now() - 1_000;
      await store.insertDead([sampleDead(1, { project_id, at: at + 500, attempts: 2 })]);
      await store.insertDead([
        sampleDead(1, { project_id, at }),
        sampleDead(2, { project_id, at }),
      ]);
      const rows = await store.query({
        sql: `SELECT event_id, toUnixTimestamp64Milli(at) AS at, attempts FROM dead_events FINAL
               WHERE project_id = {project_id:String} ORDER BY event_id`,
        params: { project_id },
      });
      expect(rows).toEqual([
        { event_id: sampleId(1), at, attempts: 1 },
        { event_id: sampleId(2), at, attempts: 1 },
      ]);
    });

    it('keeps a replay of a dead event once', async () => {
      const project_id = nextProject();
      const replay = {
        tenant_id: 'acme',
        project_id,
        event_id: sampleId(1),
        attempt: 2,
        at: Date.now(),
      };
      await store.insertReplays([replay, { ...replay, attempt: 3 }]);
      await store.insertReplays([{ ...replay, at: replay.at + 5 }]);
      const rows = await store.query({
        sql: `SELECT event_id, attempt FROM dead_replays FINAL
               WHERE project_id = {project_id:String} ORDER BY attempt`,
        params: { project_id },
      });
      expect(rows).toEqual([2, 3].map((attempt) => ({ event_id: sampleId(1), attempt })));
    });

    it('lists the newest ids by receipt first', async () => {
      const project_id = nextProject();
      const later = Date.UTC(2150, 0, 1); // After everything the other tests wrote.
      await store.insertEvents(
        [3, 1, 2].map((number) =>
          sampleRow(number, { project_id, timestamp: NOON - number, received_at: later + number }),
        ),
      );
      expect(await store.recentIds(2)).toEqual([
        { project_id, event_id: sampleId(3), event_name: 'signup_step' },
        { project_id, event_id: sampleId(2), event_name: 'signup_step' },
      ]);
    });

    it('shows what people said, once each, whatever a form made of it', async () => {
      const project_id = nextProject();
      const said = (number: number, properties: EventRow['properties']) =>
        sampleRow(number, { project_id, event_name: 'feedback', properties });
      const rows = [
        said(1, { rating: 4, text: 'fine' }),
        said(2, { rating: 'four', score: '7.5', text: 9 }),
        said(3, {}),
        sampleRow(4, { project_id }),
      ];
      await store.insertEvents(rows);
      await store.insertEvents(rows);
      const found = await store.query({
        sql: `SELECT feedback_id, rating, score, text, page_path FROM feedbacks
               WHERE project_id = {project_id:String} ORDER BY feedback_id`,
        params: { project_id },
      });
      const page_path = '/signup';
      expect(found).toEqual([
        { feedback_id: sampleId(1), rating: 4, score: null, text: 'fine', page_path },
        { feedback_id: sampleId(2), rating: null, score: 7.5, text: null, page_path },
        { feedback_id: sampleId(3), rating: null, score: null, text: null, page_path },
      ]);
    });

    it('takes writes of nothing', async () => {
      await store.insertEvents([]);
      await store.insertLinks([]);
      await store.insertDead([]);
      await store.insertReplays([]);
    });

    it('answers questions while it writes', async () => {
      const project_id = nextProject();
      const writes = Array.from({ length: 5 }, (_, batch) =>
        store.insertEvents(
          Array.from({ length: 200 }, (_each, index) =>
            sampleRow(batch * 200 + index, { project_id }),
          ),
        ),
      );
      const seen = await Promise.all(Array.from({ length: 5 }, () => count(project_id)));
      await Promise.all(writes);
      for (const n of seen) expect(n % 200).toBe(0);
      expect(await count(project_id)).toBe(1_000);
    });
  });
}
