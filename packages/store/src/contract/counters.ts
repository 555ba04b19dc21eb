import { afterEach, describe, expect, it } from 'vitest';
import type { Counters } from '../counters/counters-port.js';
import { NOON } from './samples.js';

const MINUTE = 60_000;

/** What all counters must do. `make` gives some that share nothing with those made before. */
export function countersContract(name: string, make: () => Promise<Counters>): void {
  describe(`${name} keep the promises of counters`, () => {
    const open: Counters[] = [];
    const fresh = async (): Promise<Counters> => {
      const counters = await make();
      open.push(counters);
      return counters;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((counters) => counters.close()));
    });

    it('sum what was counted in the window, each key by itself', async () => {
      const counters = await fresh();
      const add = (key: string, by: number, at: number) =>
        counters.add(key, by, { at, windowMs: MINUTE });
      expect(await add('a', 2, NOON)).toBe(2);
      expect(await add('a', 3, NOON + 9_999)).toBe(5);
      expect(await add('b', 1, NOON)).toBe(1);
      expect(await add('a', 1, NOON + 59_999)).toBe(6);
      // The first ten seconds have left the window.
      expect(await add('a', 1, NOON + 60_000)).toBe(2);
      expect(await add('a', 1, NOON + 3_600_000)).toBe(1);
    });

    it('count what comes late where it belongs', async () => {
      const counters = await fresh();
      const add = (at: number) => counters.add('a', 1, { at, windowMs: MINUTE });
      expect(await add(NOON + 30_000)).toBe(1);
      expect(await add(NOON)).toBe(1);
      expect(await add(NOON + 30_000)).toBe(3);
    });

    it('lose none of what is counted at once', async () => {
      const counters = await fresh();
      const sums = await Promise.all(
        Array.from({ length: 50 }, () => counters.add('a', 2, { at: NOON, windowMs: MINUTE })),
      );
      expect(Math.max(...sums)).toBe(100);
    });

    it('keep numbers by name until they are replaced or expire', async () => {
      const counters = await fresh();
      await counters.put(new Map([['metrics:p:events:1m', 12]]), 60_000);
      await counters.put(
        new Map([
          ['metrics:p:events:1m', 7],
          ['metrics:p:error_rate:5m', 0.25],
        ]),
        60_000,
      );
      await counters.put(new Map([['metrics:p:gone:1m', 1]]), 20);
      await new Promise((resolve) => setTimeout(resolve, 80));
      const names = ['metrics:p:events:1m', 'metrics:p:gone:1m', 'metrics:p:error_rate:5m', 'no'];
      expect(await counters.read(names)).toEqual([7, null, 0.25, null]);
      await counters.put(new Map(), 1);
      expect(await counters.read([])).toEqual([]);
    });

    it('give a turn to one of many, and to another when its time is over', async () => {
      const counters = await fresh();
      const ask = (everyMs: number) =>
        Promise.all(Array.from({ length: 9 }, () => counters.takeTurn('sweep', everyMs)));
      expect((await ask(100)).filter(Boolean)).toHaveLength(1);
      expect(await counters.takeTurn('other', 100)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect((await ask(60_000)).filter(Boolean)).toHaveLength(1);
    });
  });
}
