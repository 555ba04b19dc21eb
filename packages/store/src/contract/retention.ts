import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/port.js';
import type { RetentionStore } from '../retention/port.js';

/** What every store of how long projects keep things must do. `make` gives an empty one, and the catalog of the projects in it. */
export function retentionStoreContract(
  name: string,
  make: () => Promise<{ readonly retention: RetentionStore; readonly catalog: Catalog }>,
): void {
  describe(`${name} keeps the promises of a store of retention`, () => {
    let retention: RetentionStore;
    const shop = { tenant_id: 'keeper', project_id: 'keeper-shop' };
    const blog = { tenant_id: 'keeper', project_id: 'keeper-blog' };
    const claim = (leaseMs = 60_000, most = 10) => retention.claim({ leaseMs, most });
    beforeAll(async () => {
      const made = await make();
      retention = made.retention;
      for (const { tenant_id, project_id } of [shop, blog])
        await made.catalog.ensureProject({ id: project_id, tenant_id, name: 'any' }, 'Keeper');
    });

    it('keeps for ever what nobody said anything of, and is due for none of it', async () => {
      expect(await retention.find(shop)).toEqual({
        events_days: null,
        swept_at: null,
        deleted: null,
      });
      expect(await claim()).toEqual([]);
      expect(await retention.set(shop, null)).toBe(true);
      expect(await claim()).toEqual([]);
    });

    it('shows and changes nothing of another tenant', async () => {
      expect(await retention.set(shop, 30)).toBe(true);
      const stranger = { ...shop, tenant_id: 'rival' };
      expect(await retention.set(stranger, 1)).toBe(false);
      expect(await retention.set({ ...shop, project_id: 'nowhere' }, 1)).toBe(false);
      expect((await retention.find(stranger)).events_days).toBeNull();
      expect((await retention.find(shop)).events_days).toBe(30);
    });

    it('gives each project to one worker, and to another where the first does not finish', async () => {
      await retention.set(shop, 30);
      await retention.set(blog, 7);
      const claims = await Promise.all([1, 2, 3].map(() => claim(60_000, 1)));
      expect(claims.flat().sort((one, other) => one.events_days - other.events_days)).toEqual([
        { ...blog, events_days: 7 },
        { ...shop, events_days: 30 },
      ]);
      await retention.putOff({ ...shop, events_days: 30 }, 0);
      expect(await claim(1)).toEqual([{ ...shop, events_days: 30 }]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await claim()).toEqual([{ ...shop, events_days: 30 }]);
      expect(await claim()).toEqual([]);
    });

    it('tells what was deleted, and is due again when it was said to be', async () => {
      await retention.set(shop, 30);
      const [due] = await claim();
      await retention.swept(due!, { deleted: { events: 7 }, waitMs: 60_000 });
      expect(await retention.find(shop)).toEqual({
        events_days: 30,
        swept_at: expect.any(Number) as number,
        deleted: { events: 7 },
      });
      expect(await claim()).toEqual([]);
      await retention.swept(due!, { deleted: {}, waitMs: 0 });
      expect(await claim()).toEqual([due]);
    });

    it('is due at once where the days are changed, even while somebody deletes by those of before', async () => {
      await retention.set(shop, 30);
      const [before] = await claim();
      await retention.set(shop, 20);
      await retention.swept(before!, { deleted: {}, waitMs: 60_000 });
      await retention.putOff(before!, 60_000);
      expect(await claim()).toEqual([{ ...shop, events_days: 20 }]);
      await retention.set(shop, null);
      expect(await claim()).toEqual([]);
    });
  });
}
