import { beforeAll, describe, expect, it } from 'vitest';
import type { SegmentDefinition } from '@px-platform/protocol/flags';
import type { Catalog } from '../catalog/port.js';
import type { FlagCatalog } from '../flags/port.js';
import type { ProfileStore } from '../profile-store/port.js';
import type { SegmentMembers } from '../segments/port.js';
import { NOON, sampleId, sampleSighting } from './samples.js';

/** What every store of members must do. `make` gives an empty one, and those of the projects, definitions and people in it. */
export function segmentMembersContract(
  name: string,
  make: () => Promise<{
    readonly segments: SegmentMembers;
    readonly flags: FlagCatalog;
    readonly profiles: ProfileStore;
    readonly catalog: Pick<Catalog, 'ensureProject'>;
  }>,
): void {
  describe(`${name} keeps the promises of a store of segments' members`, () => {
    const shop = { tenant_id: 'segmenter', project_id: 'segment-shop' };
    const blog = { tenant_id: 'segmenter', project_id: 'segment-blog' };
    const did = [{ event: 'bought', withinDays: 7 }];
    /** More than are written in one statement. */
    const PEOPLE = 12_000;
    const buyers = { ...shop, key: 'buyers' };
    let segments: SegmentMembers;
    let flags: FlagCatalog;
    let profiles: ProfileStore;
    let numbers: ReadonlyMap<string, number>;
    const numberOf = (number: number) => numbers.get(`${shop.project_id}/${sampleId(number)}`)!;
    const put = (scope: typeof shop, definition: SegmentDefinition, basedOn = 0) =>
      flags.put(scope, { kind: 'segment', key: definition.key, definition, by: 'ada', basedOn });
    const inShop = (number: number, changes = {}) =>
      sampleSighting(number, { ...shop, ...changes });
    const alone = (ids: readonly number[]) => {
      const sorted = ids.map(numberOf).sort((a, b) => a - b);
      return { ids: sorted, people: sorted };
    };
    const everybody = Array.from({ length: PEOPLE }, (_, index) => index);
    const of = (number: number, more = {}) =>
      segments.segmentsOf({ ...shop, user_id: sampleId(number), ...more });
    const computed = async (scope: typeof shop) =>
      (await segments.computed()).filter(({ project_id }) => project_id === scope.project_id);

    beforeAll(async () => {
      const made = await make();
      ({ segments, flags, profiles } = made);
      for (const { tenant_id, project_id } of [shop, blog])
        await made.catalog.ensureProject({ id: project_id, tenant_id, name: 'any' }, 'Segmenter');
      numbers = await profiles.see(everybody.map((number) => inShop(number)));
      await put(shop, { key: 'buyers', did });
      await put(shop, { key: 'pros', condition: { plan: 'pro' } });
    }, 60_000);

    it('lists the segments that say what people did, and never was one computed', async () => {
      expect(await computed(shop)).toEqual([
        {
          ...buyers,
          version: 1,
          did,
          basis: '',
          read_at: null,
          computed_at: null,
          members: 0,
          problem: null,
        },
      ]);
      expect(await segments.state(buyers)).toBeNull();
      expect(await of(1)).toEqual([]);
    });

    it('writes the difference alone, however many there are', async () => {
      const most = everybody.slice(0, -1);
      expect(await segments.replace(buyers, alone(most))).toEqual({ joined: PEOPLE - 1, left: 0 });
      expect(await segments.replace(buyers, alone(most))).toEqual({ joined: 0, left: 0 });
      expect(await of(0)).toEqual(['buyers']);
      expect(await of(PEOPLE - 1)).toEqual([]);
      expect(await segments.replace(buyers, alone(everybody.slice(2)))).toEqual({
        joined: 1,
        left: 2,
      });
      expect(await of(0)).toEqual([]);
      expect(await of(PEOPLE - 1)).toEqual(['buyers']);
      const few = await segments.replace(buyers, alone([3, 4, 5]));
      expect(few).toEqual({ joined: 0, left: PEOPLE - 5 });
      expect(await segments.sample(buyers, 2)).toHaveLength(2);
      expect(await segments.replace(buyers, alone([]))).toEqual({ joined: 0, left: 3 });
    }, 60_000);

    it('tells a device of the person behind it, and not where somebody else says to be that', async () => {
      const [ana, bea, phone] = [6, 7, 8];
      const ids = [ana, phone].map(numberOf).sort((a, b) => a - b);
      await segments.replace(buyers, { ids, people: ids.map(() => numberOf(ana)) });
      expect(await of(phone)).toEqual(['buyers']);
      expect(await of(phone, { claimed: sampleId(ana) })).toEqual(['buyers']);
      expect(await of(phone, { claimed: sampleId(bea) })).toEqual([]);
      expect(await of(phone, { claimed: sampleId(PEOPLE + 1) })).toEqual([]);
      expect(await segments.sample(buyers, 10)).toEqual([sampleId(ana)]);
      // It turns out to be another's; and then it is nobody's, whoever signs in there.
      expect(
        await segments.replace(buyers, { ids, people: ids.map(() => numberOf(bea)) }),
      ).toMatchObject({ left: 0 });
      expect(await of(phone, { claimed: sampleId(bea) })).toEqual(['buyers']);
      await segments.replace(buyers, alone([phone]));
      expect(await of(phone, { claimed: sampleId(ana) })).toEqual(['buyers']);
    });

    it('passes over who is gone, and loses whoever is forgotten', async () => {
      const { ids } = alone([9, 10]);
      const gone = Math.max(...numbers.values()) + 1;
      await segments.replace(buyers, { ids: [...ids, gone], people: [...ids, gone] });
      expect(await of(9)).toEqual(['buyers']);
      expect(await profiles.erase(shop.project_id, [sampleId(9)])).toBe(1);
      expect(await of(9)).toEqual([]);
      expect(await of(10)).toEqual(['buyers']);
    });

    it('knows how it was computed last, and that members were left as they were', async () => {
      const outcome = { basis: 'v1', readAt: NOON, members: 2, problem: null };
      await segments.note(buyers, outcome);
      expect(await segments.state(buyers)).toEqual({
        computed_at: NOON,
        members: 2,
        problem: null,
      });
      await segments.note(buyers, {
        basis: 'v2',
        readAt: NOON + 5,
        members: null,
        problem: 'too many',
      });
      expect(await computed(shop)).toMatchObject([
        { basis: 'v2', read_at: NOON + 5, computed_at: NOON, members: 2, problem: 'too many' },
      ]);
    });

    it('shows nothing of another tenant', async () => {
      const rival = { tenant_id: 'rival', project_id: shop.project_id };
      const stolen = { ...rival, key: 'buyers' };
      expect(await segments.segmentsOf({ ...rival, user_id: sampleId(10) })).toEqual([]);
      expect(await segments.state(stolen)).toBeNull();
      expect(await segments.sample(stolen, 10)).toEqual([]);
      expect(await segments.claim(rival, 60_000)).toBe(false);
    });

    it('lets one have a project at a time, until they are done or gone', async () => {
      expect(await segments.claim(shop, 60_000)).toBe(true);
      expect(await segments.claim(shop, 60_000)).toBe(false);
      await segments.release(shop);
      expect(await segments.claim(shop, 0)).toBe(true);
      expect(await segments.claim(shop, 60_000)).toBe(true);
      await segments.release(shop);
      // It has no definitions, and so no segments.
      expect(await segments.claim(blog, 60_000)).toBe(false);
    });

    it('tells nobody of one that is archived, lists it to be removed, and then knows nothing of it', async () => {
      expect(await of(10)).toEqual(['buyers']);
      await flags.archive(shop, { kind: 'segment', key: 'buyers', by: 'ada' });
      expect(await of(10)).toEqual([]);
      expect(await computed(shop)).toMatchObject([{ key: 'buyers', did: null }]);
      expect(await segments.remove(buyers)).toBe(1);
      expect(await computed(shop)).toEqual([]);
      await flags.restore(shop, { kind: 'segment', key: 'buyers', by: 'ada' });
      expect(await computed(shop)).toMatchObject([{ key: 'buyers', did, read_at: null }]);
      expect(await of(10)).toEqual([]);
    });
  });
}
