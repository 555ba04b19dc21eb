import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupUpdate, ProfileStore, TraitsUpdate } from '../profile-store/port.js';
import { NOON, sampleGroup, sampleId, sampleSighting, sampleTraits } from './samples.js';

/** What every profile store must do. `make` gives one empty store, used by all the tests in turn. */
export function profileStoreContract(name: string, make: () => Promise<ProfileStore>): void {
  describe(`${name} keeps the promises of a profile store`, () => {
    let store: ProfileStore;
    let project = 0;
    beforeAll(async () => {
      store = await make();
    });
    afterAll(() => store.close());
    const nextProject = (): string => `project-${(project += 1)}`;

    it('numbers people from 1, densely, once each', async () => {
      const project_id = nextProject();
      const see = (...people: number[]): Promise<ReadonlyMap<string, number>> =>
        store.see(people.map((number) => sampleSighting(number, { project_id })));
      const first = await see(1, 2, 2, 1);
      expect([...first.values()].sort(ascending)).toEqual([1, 2]);
      const second = await see(3, 1);
      expect(second.get(`${project_id}/${sampleId(3)}`)).toBe(3);
      expect(second.get(`${project_id}/${sampleId(1)}`)).toBe(
        first.get(`${project_id}/${sampleId(1)}`),
      );
      expect(second.size).toBe(2);
    });

    it('numbers each project on its own, in one call for several', async () => {
      const [one, two] = [nextProject(), nextProject()];
      const numbers = await store.see([
        sampleSighting(1, { project_id: one }),
        sampleSighting(1, { project_id: two }),
        sampleSighting(2, { project_id: two }),
      ]);
      expect(numbers.get(`${one}/${sampleId(1)}`)).toBe(1);
      expect([...numbers.values()].sort(ascending)).toEqual([1, 1, 2]);
    });

    it('stays dense when many callers see the same and different people at once', async () => {
      const project_id = nextProject();
      const calls = Array.from({ length: 20 }, (_, call) =>
        store.see(
          Array.from({ length: 10 }, (_each, index) =>
            // Overlapping windows, every other one backwards: an invitation to deadlocks.
            sampleSighting(call * 5 + (call % 2 === 0 ? index : 9 - index), { project_id }),
          ),
        ),
      );
      const numbers = new Map<string, number>();
      for (const answer of await Promise.all(calls)) {
        for (const [key, number] of answer) {
          expect(numbers.get(key) ?? number).toBe(number);
          numbers.set(key, number);
        }
      }
      expect([...numbers.values()].sort(ascending)).toEqual(
        Array.from({ length: 105 }, (_, index) => index + 1),
      );
    });

    it('widens the time a person was seen in, whatever the order', async () => {
      const project_id = nextProject();
      const seen = [NOON + 5_123, NOON - 7_001, NOON];
      for (const time of seen) {
        await store.see([sampleSighting(1, { project_id, first_seen: time, last_seen: time })]);
      }
      expect(await store.find(project_id, sampleId(1))).toEqual({
        user_id: sampleId(1),
        person: 1,
        distinct_id: 'ana-1',
        is_identified: false,
        traits: {},
        first_seen: NOON - 7_001,
        last_seen: NOON + 5_123,
      });
    });

    it('remembers that a person was identified once, within a call and between calls', async () => {
      const project_id = nextProject();
      await store.see([
        sampleSighting(1, { project_id, is_identified: true, last_seen: NOON - 1 }),
        sampleSighting(1, { project_id }),
      ]);
      await store.see([sampleSighting(1, { project_id })]);
      expect((await store.find(project_id, sampleId(1)))?.is_identified).toBe(true);
    });

    it('takes ids with every kind of character', async () => {
      const project_id = nextProject();
      const distinct_id = `o'"\\ {a,b} \u0000 \ud800 🛒 NULL`;
      await store.see([sampleSighting(1, { project_id, distinct_id })]);
      const person = await store.find(project_id, sampleId(1));
      expect(person?.distinct_id).toBe(`o'"\\ {a,b} \ufffd \ufffd 🛒 NULL`);
    });

    it('answers nothing for nothing, and null for strangers', async () => {
      expect((await store.see([])).size).toBe(0);
      await store.applyTraits([]);
      expect(await store.find(nextProject(), sampleId(1))).toBeNull();
    });

    it('gives the same traits for any order and repetition of the same updates', async () => {
      const updates: TraitsUpdate[] = [
        sampleTraits(1, {
          event_id: 'e1',
          timestamp: NOON,
          set: { plan: 'free', city: 'Rio' },
          set_once: { first_page: '/a' },
        }),
        sampleTraits(1, {
          event_id: 'e2',
          timestamp: NOON + 5,
          set: { plan: 'pro' },
          set_once: { first_page: '/b', city: 'never' },
        }),
        sampleTraits(1, { event_id: 'e3', timestamp: NOON + 5, set: { plan: 'team' } }),
        sampleTraits(1, {
          event_id: 'e4',
          timestamp: NOON - 9,
          set: { plan: 'old', age: null },
          set_once: { first_page: '/0' },
        }),
      ];
      for (const order of permutations(updates)) {
        const project_id = nextProject();
        await store.see([sampleSighting(1, { project_id })]);
        const moved = order.map((update) => ({ ...update, project_id }));
        await store.applyTraits(moved.slice(0, 2));
        await store.applyTraits(moved.slice(1));
        expect((await store.find(project_id, sampleId(1)))?.traits).toEqual({
          plan: 'team',
          city: 'Rio',
          age: null,
          first_page: '/0',
        });
      }
    });

    it('takes traits away as a set of nothing: later sets give them again, earlier ones and set_once do not', async () => {
      const project_id = nextProject();
      await store.see([1, 2, 3].map((number) => sampleSighting(number, { project_id })));
      const at = (minutes: number, changes: Partial<TraitsUpdate>) =>
        sampleTraits(1, {
          project_id,
          event_id: sampleId(minutes),
          timestamp: NOON + minutes,
          ...changes,
        });
      await store.applyTraits([
        at(5, { unset: ['plan', 'never_set', 'same_event'], set: { same_event: 1 } }),
      ]);
      await store.applyTraits([
        at(1, { set: { plan: 'free', city: 'Rio' } }),
        at(9, { set_once: { plan: 'once' } }),
      ]);
      const traits = async () => (await store.find(project_id, sampleId(1)))?.traits;
      expect(await traits()).toEqual({ city: 'Rio' });
      await store.applyTraits([at(6, { set: { plan: 'pro' } })]);
      expect(await traits()).toEqual({ city: 'Rio', plan: 'pro' });
    });

    it('adds to numbers once an event, on top of what was set before or set once', async () => {
      const project_id = nextProject();
      await store.see([1, 2].map((number) => sampleSighting(number, { project_id })));
      const at = (minutes: number, changes: Partial<TraitsUpdate>) =>
        sampleTraits(1, {
          project_id,
          event_id: sampleId(minutes),
          timestamp: NOON + minutes,
          ...changes,
        });
      const traits = async (person: number) =>
        (await store.find(project_id, sampleId(person)))?.traits;
      const more = at(3, { increment: { logins: 1, spent: 0.1, words: 2 } });
      await store.applyTraits([more, more, at(4, { increment: { logins: 2, spent: 0.2 } })]);
      await store.applyTraits([more, { ...more, user_id: sampleId(2) }]);
      expect(await traits(1)).toEqual({ logins: 3, spent: 0.3, words: 2 });
      expect(await traits(2)).toEqual({ logins: 1, spent: 0.1, words: 2 });
      // Set between the two, which comes last; what was no number begins at 0; set_once is where it begins.
      await store.applyTraits([
        at(3.5, { set: { logins: 10, words: 'none' }, set_once: { spent: 100 } }),
      ]);
      expect(await traits(1)).toEqual({ logins: 12, spent: 100.3, words: 'none' });
      await store.applyTraits([at(9, { unset: ['logins'] }), at(10, { increment: { words: -1 } })]);
      expect(await traits(1)).toEqual({ spent: 100.3, words: -1 });
    });

    it('ends with the same traits, of people and of groups, after any shuffle with any repetition', async () => {
      const random = seededRandom(20_261_125);
      const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
      const change = (number: number) => ({
        event_id: sampleId(number),
        timestamp: NOON + Math.floor(random() * 12),
        set: random() < 0.4 ? { [pick(['a', 'b'])]: pick([1, 2.5, 'text', null]) } : {},
        set_once: random() < 0.3 ? { [pick(['a', 'b', 'c'])]: number } : {},
        unset: random() < 0.25 ? [pick(['a', 'b', 'c'])] : [],
      });
      for (let round = 0; round < 12; round += 1) {
        const people = Array.from({ length: 14 }, (_, number) => ({
          ...change(number),
          increment:
            random() < 0.5 ? { [pick(['a', 'b', 'd'])]: pick([1, -2, 0.1, 0.7, 1e-9, 3e8]) } : {},
        }));
        const groups = Array.from({ length: 10 }, (_, number) => change(number));
        const ends: unknown[] = [];
        for (let order = 0; order < 4; order += 1) {
          const project_id = nextProject();
          await store.see([sampleSighting(1, { project_id })]);
          const mixed = <T>(items: readonly T[]): T[] =>
            (order === 0 ? items : [...items, ...items.filter(() => random() < 0.5)])
              .map((item) => ({ item, place: order === 0 ? 0 : random() }))
              .sort((a, b) => a.place - b.place)
              .map(({ item }) => item);
          for (const call of inCalls(mixed(people), random))
            await store.applyTraits(call.map((each) => sampleTraits(1, { project_id, ...each })));
          for (const call of inCalls(mixed(groups), random))
            await store.applyGroupTraits(
              call.map((each) => sampleGroup(1, { project_id, ...each })),
            );
          ends.push({
            person: (await store.find(project_id, sampleId(1)))?.traits,
            group: await store.findGroup(project_id, 'company', 'acme'),
          });
        }
        for (const end of ends) expect(end).toEqual(ends[0]);
      }
    });

    it('keeps groups by type and key, each in its project, and when they were told of', async () => {
      const [project_id, other] = [nextProject(), nextProject()];
      const told = (number: number, changes: Partial<GroupUpdate> = {}) =>
        sampleGroup(number, { project_id, ...changes });
      await store.applyGroupTraits([]);
      await store.applyGroupTraits([
        told(5, { set: { plan: 'pro', seats: 3 } }),
        told(2, { group_type: 'team', set: { name: 'Blue' } }),
        told(3, { project_id: other }),
        told(1, { set: { plan: 'free' }, set_once: { since: 2024 }, unset: ['seats'] }),
      ]);
      expect(await store.findGroup(project_id, 'company', 'acme')).toEqual({
        group_type: 'company',
        group_key: 'acme',
        traits: { plan: 'pro', seats: 3, since: 2024 },
        first_seen: NOON + 1,
        last_seen: NOON + 5,
      });
      expect((await store.findGroup(project_id, 'team', 'acme'))?.traits).toEqual({ name: 'Blue' });
      expect((await store.findGroup(other, 'company', 'acme'))?.traits).toEqual({});
      expect(await store.findGroup(project_id, 'company', 'unknown')).toBeNull();
      const odd = { group_type: `o'"\\ \u0000`, group_key: '🛒\ud800' };
      await store.applyGroupTraits([told(1, { ...odd, set: { ['__proto__']: 'kept' } })]);
      const found = await store.findGroup(project_id, odd.group_type, odd.group_key);
      expect(found?.group_key).toBe('🛒\ufffd');
      expect(Object.entries(found?.traits ?? {})).toEqual([['__proto__', 'kept']]);
    });

    it('loses no update to another made at the same time', async () => {
      const project_id = nextProject();
      await store.see([1, 2].map((number) => sampleSighting(number, { project_id })));
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.applyTraits(
            (index % 2 === 0 ? [1, 2] : [2, 1]).map((person) =>
              sampleTraits(person, {
                project_id,
                event_id: `e${index}`,
                set: { [`key_${index}`]: index },
              }),
            ),
          ),
        ),
      );
      const person = await store.find(project_id, sampleId(2));
      expect(Object.keys(person?.traits ?? {})).toHaveLength(20);
    });

    it('keeps traits of any shape and name', async () => {
      const project_id = nextProject();
      await store.see([sampleSighting(1, { project_id })]);
      const set = {
        nested: { list: [1, 'a', null, { x: true }] },
        ['__proto__']: 'kept',
        constructor: 'kept',
        'quo"te\\u0000': 'back\\slash \\ud800',
        emoji: '🛒',
      };
      await store.applyTraits([
        sampleTraits(1, { project_id, set: { ...set, nul: 'a\u0000b', half: '\ud800' } }),
      ]);
      expect((await store.find(project_id, sampleId(1)))?.traits).toEqual({
        ...set,
        nul: 'a\ufffdb',
        half: '\ufffd',
      });
    });

    it('deletes people with all they were told to be, and gives who is seen again another number', async () => {
      const [project_id, other] = [nextProject(), nextProject()];
      await store.see([1, 2].map((number) => sampleSighting(number, { project_id })));
      await store.see([sampleSighting(1, { project_id: other })]);
      await store.applyTraits([
        sampleTraits(1, { project_id, set: { plan: 'pro' }, increment: { visits: 1 } }),
      ]);
      expect(await store.erase(project_id, [sampleId(1), sampleId(9)])).toBe(1);
      expect(await store.erase(project_id, [sampleId(1)])).toBe(0);
      expect(await store.erase(project_id, [])).toBe(0);
      expect(await store.find(project_id, sampleId(1))).toBeNull();
      expect(await store.find(project_id, sampleId(2))).not.toBeNull();
      expect(await store.find(other, sampleId(1))).not.toBeNull();
      const again = await store.see([sampleSighting(1, { project_id })]);
      expect([...again.values()]).toEqual([3]);
      expect((await store.find(project_id, sampleId(1)))?.traits).toEqual({});
    });

    it('deletes those who were last seen too long ago, and nobody else', async () => {
      const [project_id, other] = [nextProject(), nextProject()];
      const seen = (number: number, last_seen: number, project = project_id) =>
        sampleSighting(number, { project_id: project, first_seen: NOON - 9_000, last_seen });
      await store.see([seen(1, NOON - 1), seen(2, NOON), seen(3, NOON - 5_000)]);
      await store.see([seen(1, NOON - 1, other)]);
      await store.applyTraits([
        sampleTraits(1, { project_id, set: { plan: 'pro' }, increment: { visits: 1 } }),
      ]);
      const { tenant_id } = sampleSighting(1);
      const cutOff = { tenant_id, project_id, before: NOON };
      expect(await store.expire({ ...cutOff, tenant_id: 'rival' })).toBe(0);
      expect(await store.expire(cutOff)).toBe(2);
      expect(await store.expire(cutOff)).toBe(0);
      const found = await Promise.all(
        [1, 2, 3].map((number) => store.find(project_id, sampleId(number))),
      );
      expect(found.map((person) => person?.person ?? null)).toEqual([null, 2, null]);
      expect(await store.find(other, sampleId(1))).not.toBeNull();
      const again = await store.see([seen(1, NOON)]);
      expect([...again.values()]).toEqual([4]);
      expect((await store.find(project_id, sampleId(1)))?.traits).toEqual({});
    });

    it('refuses traits for a person it has never seen, and applies none of that call', async () => {
      const project_id = nextProject();
      await store.see([sampleSighting(1, { project_id })]);
      await expect(
        store.applyTraits([
          sampleTraits(1, { project_id, set: { a: 1 } }),
          sampleTraits(2, { project_id, set: { a: 1 } }),
        ]),
      ).rejects.toThrow(sampleId(2));
      expect((await store.find(project_id, sampleId(1)))?.traits).toEqual({});
    });
  });
}

/** Cut into calls of one to four. */
function inCalls<T>(items: readonly T[], random: () => number): T[][] {
  const calls: T[][] = [];
  for (let first = 0; first < items.length;) {
    const size = 1 + Math.floor(random() * 4);
    calls.push(items.slice(first, first + size));
    first += size;
  }
  return calls;
}

/** The same numbers from the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ascending = (a: number, b: number): number => a - b;

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
