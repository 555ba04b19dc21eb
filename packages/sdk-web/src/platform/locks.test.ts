import { describe, expect, it } from 'vitest';
import { createLocks } from './locks.js';

/** As in documents of opaque origin. */
const refusing = { request: () => Promise.reject(new Error('SecurityError')) };

// The real ones are proven in the browser, by two tabs.
describe.each([
  ['has no Web Locks', undefined],
  ['refuses Web Locks', refusing],
])('given a browser that %s', (_, manager) => {
  it('runs one at a time, in order, whatever becomes of each', async () => {
    const { exclusive } = createLocks({ prefix: 'px:', manager });
    const order: string[] = [];
    const run = (name: string) => async () => {
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
      if (name === 'a') throw new Error('failed');
    };
    const first = exclusive('drain', run('a'));
    const second = exclusive('drain', run('b'));
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  });
});

describe('given Web Locks', () => {
  it('does not run twice what failed inside the lock', async () => {
    const names: string[] = [];
    const manager = {
      request: (name: string, run: () => Promise<void>) => {
        names.push(name);
        return run();
      },
    } as Pick<LockManager, 'request'>;
    let runs = 0;
    const { exclusive } = createLocks({ prefix: 'px:shop:', manager });
    const failing = exclusive('drain', () => {
      runs += 1;
      return Promise.reject(new Error('failed'));
    });
    await expect(failing).rejects.toThrow('failed');
    expect({ runs, names }).toEqual({ runs: 1, names: ['px:shop:drain'] });
  });
});
