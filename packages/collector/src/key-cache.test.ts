import { expect, it } from 'vitest';
import type { KeyGrant } from '@px-platform/store';
import { cacheKeys } from './key-cache.js';

it('neither looks up nor remembers what is too long to be a key', async () => {
  const asked: string[] = [];
  const catalog = {
    async findKey(key: string) {
      asked.push(key);
      return null;
    },
  };
  const { findKey } = cacheKeys(catalog, { clock: () => 0 });
  expect(await findKey('x'.repeat(10_000))).toBeNull();
  expect(await findKey('pxw_short')).toBeNull();
  expect(await findKey('pxw_short')).toBeNull();
  expect(asked).toEqual(['pxw_short']);
});

const grant: KeyGrant = {
  kind: 'write',
  tenant_id: 'acme',
  project_id: 'shop',
  origins: [],
  environment: 'production',
  flags_mode: 'rules',
  tier: 'free',
  events_per_hour: null,
};

it('refuses a revoked key within five seconds', async () => {
  let now = 0;
  let isRevoked = false;
  const { findKey } = cacheKeys(
    { findKey: async () => (isRevoked ? null : grant) },
    { clock: () => now },
  );
  expect(await findKey('pxw_a')).toEqual(grant);
  isRevoked = true;
  now = 5_000;
  expect(await findKey('pxw_a')).toBeNull();
});

it('believes a key that it knew while the catalog is away, for an hour, and no other', async () => {
  let now = 0;
  let isAway = false;
  let asked = 0;
  const { findKey } = cacheKeys(
    {
      async findKey() {
        asked += 1;
        if (isAway) throw new Error('no connection');
        return grant;
      },
    },
    { clock: () => now },
  );
  await findKey('pxw_a');
  isAway = true;
  now = 60_000;
  expect(await findKey('pxw_a')).toEqual(grant);
  expect(await findKey('pxw_a')).toEqual(grant);
  expect(asked).toBe(2);
  await expect(findKey('pxw_b')).rejects.toThrow('no connection');
  now = 3_600_000;
  await expect(findKey('pxw_a')).rejects.toThrow('no connection');
});
