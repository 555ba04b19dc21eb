import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Limiter } from './limiter-port.js';

/** The library refuses beyond a number that it knows; we grant parts, and count with it alone. */
export const NO_BOUND = Number.MAX_SAFE_INTEGER;

/** Keys found empty are refused without asking again; of so many at once. */
const MOST_EMPTY = 10_000;

/** A limiter on one of the library's counters: each window length has a counter of its own. */
export function limiterOn(
  counterFor: (windowMs: number) => RateLimiterAbstract,
  { elapsed, close }: { readonly elapsed: () => number; readonly close: () => Promise<void> },
): Limiter {
  const counters = new Map<number, RateLimiterAbstract>();
  const counterOf = (windowMs: number) => {
    const counter = counters.get(windowMs) ?? counterFor(windowMs);
    counters.set(windowMs, counter);
    return counter;
  };
  /** When each key has its window over, and of how many points it was found empty. */
  const empty = new Map<string, { readonly until: number; readonly points: number }>();

  return {
    async take(key, points, quota) {
      const found = empty.get(key);
      const leftMs = found ? found.until - elapsed() : 0;
      // Who was given more since is asked for anew.
      if (found && leftMs > 0 && quota.points <= found.points)
        return { granted: 0, remaining: 0, resetMs: Math.ceil(leftMs) };
      empty.delete(key);
      const { consumedPoints, msBeforeNext } = await counterOf(quota.windowMs).consume(key, points);
      const before = consumedPoints - points;
      const granted = Math.min(points, Math.max(0, quota.points - before));
      const remaining = Math.max(0, quota.points - consumedPoints);
      const resetMs = Math.max(1, msBeforeNext);
      if (granted < points && empty.size < MOST_EMPTY)
        empty.set(key, { until: elapsed() + resetMs, points: quota.points });
      return { granted, remaining, resetMs };
    },
    async giveBack(key, points, { windowMs }) {
      await counterOf(windowMs).reward(key, points);
      empty.delete(key);
    },
    close,
  };
}
