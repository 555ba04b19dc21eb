import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProfileStore, TraitsUpdate } from '../profile-store/port.js';
import { NOON, sampleId, sampleSighting, sampleTraits } from './samples.js';

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

const ascending = (a: number, b: number): number => a - b;

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
