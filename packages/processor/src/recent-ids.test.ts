import { describe, expect, it } from 'vitest';
import { warmRecentIds } from './recent-ids.js';

describe('given more ids than are remembered', () => {
  it('knows the last ones, whatever it is asked for meanwhile, and forgets the oldest', async () => {
    const ids = await warmRecentIds({ recentIds: async () => [] }, { capacity: 100 });
    for (let number = 0; number < 1_000; number += 1) {
      ids.add('p', String(number));
      // To be asked for is not to be stored again.
      ids.find('p', '0');
    }
    const found = (number: number) => ids.find('p', String(number));
    for (let number = 900; number < 1_000; number += 1) expect(found(number)).toBe('done');
    expect(found(0)).toBe('unknown');
    expect(found(799)).toBe('unknown');
    expect(ids.find('other', '999')).toBe('unknown');
  });
});
