import { expect, it } from 'vitest';
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
