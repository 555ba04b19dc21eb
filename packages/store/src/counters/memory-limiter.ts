import { RateLimiterMemory } from 'rate-limiter-flexible';
import { limiterOn, NO_BOUND } from './limiter.js';
import type { Limiter } from './limiter-port.js';

/** A limiter of a single process. */
export function createMemoryLimiter({
  elapsed = () => performance.now(),
}: { readonly elapsed?: () => number } = {}): Limiter {
  return limiterOn(
    (windowMs) =>
      new RateLimiterMemory({ keyPrefix: '', points: NO_BOUND, duration: windowMs / 1_000 }),
    { elapsed, close: async () => {} },
  );
}
