import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, KeyGrant } from '../catalog/port.js';

/** A catalog under test, and the way to revoke a key behind its back. */
export interface CatalogUnderTest {
  readonly catalog: Catalog;
  revoke(key: string): Promise<void>;
}

/** What every catalog must do. `make` gives one empty catalog, used by all the tests in turn. */
export function catalogContract(name: string, make: () => Promise<CatalogUnderTest>): void {
  describe(`${name} keeps the promises of a catalog`, () => {
    const shop = { id: 'shop', tenant_id: 'acme', name: 'The shop' };
    const grant: KeyGrant = { kind: 'write', tenant_id: 'acme', project_id: 'shop' };
    let catalog: Catalog;
    let revoke: CatalogUnderTest['revoke'];
    beforeAll(async () => {
      ({ catalog, revoke } = await make());
      await catalog.ensureProject(shop, 'Acme');
    });
    afterAll(() => catalog.close());

    it('finds the project it was given, once, however often it is ensured', async () => {
      await Promise.all([catalog.ensureProject(shop, 'Acme'), catalog.ensureProject(shop, 'Acme')]);
      expect(await catalog.findProject('shop')).toEqual(shop);
      expect(await catalog.listProjects('acme')).toEqual([shop]);
      expect(await catalog.findProject('nowhere')).toBeNull();
      expect(await catalog.listProjects('nobody')).toEqual([]);
    });

    it('never hands a project to another tenant', async () => {
      await expect(catalog.ensureProject({ ...shop, tenant_id: 'evil' }, 'Evil')).rejects.toThrow(
        /belongs to another tenant/,
      );
      expect((await catalog.findProject('shop'))?.tenant_id).toBe('acme');
    });

    it('opens with a key exactly what the key was made for', async () => {
      for (const kind of ['write', 'secret'] as const) {
        const { key, ...made } = await catalog.createKey({ ...grant, kind }, 'test');
        expect(made).toEqual({ ...grant, kind });
        expect(await catalog.findKey(key)).toEqual({ ...grant, kind });
      }
    });

    it('makes keys that differ, are long enough, and tell their kind', async () => {
      const keys = await Promise.all(
        Array.from({ length: 20 }, () => catalog.createKey(grant, 'many')),
      );
      expect(new Set(keys.map(({ key }) => key)).size).toBe(20);
      for (const { key } of keys) expect(key).toMatch(/^pxw_[A-Za-z0-9_-]{32}$/);
    });

    it('knows no key but whole and exact ones', async () => {
      const { key } = await catalog.createKey(grant, 'exact');
      for (const other of [
        '',
        key.slice(0, -1),
        `${key} `,
        key.toUpperCase(),
        "' OR 1=1 --",
        'pxw_',
      ]) {
        expect(await catalog.findKey(other), other).toBeNull();
      }
    });

    it('knows a revoked key no more', async () => {
      const { key } = await catalog.createKey(grant, 'revoked');
      await revoke(key);
      expect(await catalog.findKey(key)).toBeNull();
    });

    it('makes no key for a project of somebody else', async () => {
      await expect(catalog.createKey({ ...grant, tenant_id: 'evil' }, 'stolen')).rejects.toThrow(
        /no project shop/,
      );
    });
  });
}
