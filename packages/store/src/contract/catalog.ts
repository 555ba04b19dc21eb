import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PRIVACY_RULES } from '@px-platform/protocol';
import type { Catalog, KeyGrant, KeySpec } from '../catalog/port.js';

/** What every catalog must do. `make` gives one empty catalog, used by all the tests in turn. */
export function catalogContract(name: string, make: () => Promise<Catalog>): void {
  describe(`${name} keeps the promises of a catalog`, () => {
    const shop = { id: 'shop', tenant_id: 'acme', name: 'The shop' };
    const grant: KeySpec = { kind: 'write', tenant_id: 'acme', project_id: 'shop', origins: [] };
    const flags = { environment: 'production', flags_mode: 'rules' } as const;
    const asFound = { ...flags, tier: 'free', events_per_hour: null } satisfies Partial<KeyGrant>;
    let catalog: Catalog;
    beforeAll(async () => {
      catalog = await make();
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
        expect(made).toEqual({ ...grant, ...flags, kind });
        expect(await catalog.findKey(key)).toEqual({ ...grant, ...asFound, kind });
      }
    });

    it('tells whose flags a key gets, and in which form', async () => {
      const spec = { ...grant, environment: 'staging', flags_mode: 'values' } as const;
      const { key, ...made } = await catalog.createKey(spec, 'staging');
      expect(made).toEqual(spec);
      expect(await catalog.findKey(key)).toEqual({ ...asFound, ...spec });
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

    it('remembers the pages that may use a key, and lists keys without telling them', async () => {
      const project = { ...shop, id: 'pages' };
      await catalog.ensureProject(project, 'Acme');
      const origins = ['https://shop.example', 'https://*.shop.example'];
      const made = await catalog.createKey({ ...grant, project_id: 'pages', origins }, 'the shop');
      expect((await catalog.findKey(made.key))?.origins).toEqual(origins);
      const listed = await catalog.listKeys('acme', 'pages');
      expect(listed).toEqual([
        {
          prefix: made.key.slice(0, 10),
          kind: 'write',
          tenant_id: 'acme',
          project_id: 'pages',
          origins,
          ...flags,
          name: 'the shop',
          is_revoked: false,
        },
      ]);
      expect(await catalog.listKeys('evil', 'pages')).toEqual([]);
    });

    it('tells with a key how much its tenant may send', async () => {
      const project = { id: 'paid', tenant_id: 'payer', name: 'Paid' };
      await catalog.ensureProject(project, 'Payer');
      const { key } = await catalog.createKey(
        { kind: 'write', tenant_id: 'payer', project_id: 'paid' },
        'paid',
      );
      await catalog.setTier('payer', 'pro');
      expect(await catalog.findKey(key)).toMatchObject({ tier: 'pro', events_per_hour: null });
      await catalog.setTier('payer', 'enterprise', 5_000);
      expect(await catalog.findKey(key)).toMatchObject({
        tier: 'enterprise',
        events_per_hour: 5_000,
      });
    });

    it('knows a revoked key no more, and revokes none of somebody else', async () => {
      const { key } = await catalog.createKey(grant, 'revoked');
      const prefix = key.slice(0, 10);
      expect(await catalog.revokeKey('evil', 'shop', prefix)).toBe(false);
      expect(await catalog.revokeKey('acme', 'elsewhere', prefix)).toBe(false);
      expect(await catalog.findKey(key)).not.toBeNull();
      expect(await catalog.revokeKey('acme', 'shop', prefix)).toBe(true);
      expect(await catalog.findKey(key)).toBeNull();
      expect(await catalog.revokeKey('acme', 'shop', prefix)).toBe(false);
    });

    it('has default privacy rules for whoever said nothing, and keeps what was said last', async () => {
      await catalog.ensureProject({ id: 'quiet', tenant_id: 'private', name: 'Quiet' }, 'Private');
      expect(await catalog.privacyRules('private', 'quiet')).toEqual(DEFAULT_PRIVACY_RULES);
      const fields = { 'Customer "name"': 'drop', CPF: 'keep' } as const;
      for (const rules of [{ email: 'keep' }, { phone: 'drop', fields }] as const) {
        expect(await catalog.setPrivacyRules('private', 'quiet', rules)).toBe(true);
      }
      const { cpf: _own, ...others } = DEFAULT_PRIVACY_RULES.fields;
      const now = { ...DEFAULT_PRIVACY_RULES, phone: 'drop', fields: { ...others, ...fields } };
      expect(await catalog.privacyRules('private', 'quiet')).toEqual(now);
      expect((await catalog.privacyPolicy('private', 'quiet')).rules).toEqual(now);
    });

    it('shows and changes no privacy rules of somebody else', async () => {
      await catalog.setPrivacyRules('acme', 'shop', { email: 'drop' });
      expect(await catalog.privacyRules('evil', 'shop')).toEqual(DEFAULT_PRIVACY_RULES);
      expect(await catalog.setPrivacyRules('evil', 'shop', { email: 'keep' })).toBe(false);
      expect(await catalog.setPrivacyRules('acme', 'nowhere', {})).toBe(false);
      expect(await catalog.privacyRules('acme', 'shop')).toMatchObject({ email: 'drop' });
    });

    it('makes each tenant one secret of its own, whoever asks first, for all of its projects', async () => {
      const ask = async (tenant: string, project: string) =>
        (await catalog.privacyPolicy(tenant, project)).secret;
      const asked = await Promise.all(Array.from({ length: 10 }, () => ask('hashed', 'any')));
      expect(new Set([...asked, await ask('hashed', 'other')]).size).toBe(1);
      expect(asked[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(await ask('acme', 'shop')).not.toBe(asked[0]);
    });

    it('makes no key for a project of somebody else', async () => {
      await expect(catalog.createKey({ ...grant, tenant_id: 'evil' }, 'stolen')).rejects.toThrow(
        /no project shop/,
      );
    });
  });
}
