import { afterEach, describe, expect, it } from 'vitest';
import type { Limiter } from '../counters/limiter-port.js';

/** What every limiter must do. `make` gives several that share one count, empty at first. */
export function limiterContract(
  name: string,
  make: (count: number) => Promise<readonly Limiter[]>,
): void {
  describe(`${name} keeps the promises of a limiter`, () => {
    const hour = { points: 100, windowMs: 3_600_000 };
    const open: Limiter[] = [];
    const fresh = async (count = 1): Promise<Limiter> => {
      const made = await make(count);
      open.push(...made);
      return made[0] as Limiter;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((limiter) => limiter.close()));
    });

    it('grants what there is, then the rest, then nothing until the window ends', async () => {
      const limiter = await fresh();
      expect(await limiter.take('a', 70, hour)).toMatchObject({ granted: 70, remaining: 30 });
      expect(await limiter.take('a', 70, hour)).toMatchObject({ granted: 30, remaining: 0 });
      const { granted, resetMs } = await limiter.take('a', 1, hour);
      expect(granted).toBe(0);
      expect(resetMs).toBeGreaterThan(3_590_000);
      expect(resetMs).toBeLessThanOrEqual(3_600_000);
    });

    it('grants all of a quota to what asks for more than it', async () => {
      const limiter = await fresh();
      expect(await limiter.take('a', 1_000, hour)).toMatchObject({ granted: 100, remaining: 0 });
    });

    it('keeps keys apart', async () => {
      const limiter = await fresh();
      await limiter.take('a', 1_000, hour);
      expect(await limiter.take('b', 10, hour)).toMatchObject({ granted: 10, remaining: 90 });
    });

    it('grants the rest at once to a key whose quota was raised', async () => {
      const limiter = await fresh();
      await limiter.take('a', 100, hour);
      expect((await limiter.take('a', 1, hour)).granted).toBe(0);
      const raised = { ...hour, points: 1_000 };
      expect((await limiter.take('a', 50, raised)).granted).toBe(50);
    });

    it('grants again what was given back, also to a key that was found empty', async () => {
      const limiter = await fresh();
      await limiter.take('a', 60, hour);
      await limiter.take('a', 40, hour);
      expect((await limiter.take('a', 0, hour)).remaining).toBe(0);
      await limiter.giveBack('a', 40, hour);
      expect(await limiter.take('a', 30, hour)).toMatchObject({ granted: 30, remaining: 10 });
      expect((await limiter.take('a', 20, hour)).granted).toBe(10);
      await limiter.giveBack('a', 20, hour);
      expect((await limiter.take('a', 20, hour)).granted).toBe(10);
    });

    it('grants anew once the window is over', async () => {
      const limiter = await fresh();
      const second = { points: 5, windowMs: 1_000 };
      await limiter.take('a', 6, second);
      expect((await limiter.take('a', 1, second)).granted).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      expect(await limiter.take('a', 1, second)).toMatchObject({ granted: 1, remaining: 4 });
    });

    it('never grants more than the quota, however many ask at once and wherever', async () => {
      await fresh(3);
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          (open[index % open.length] as Limiter).take('a', 7, hour),
        ),
      );
      expect(answers.reduce((sum, { granted }) => sum + granted, 0)).toBe(100);
    });
  });
}
