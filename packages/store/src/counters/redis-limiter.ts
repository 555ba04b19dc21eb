import { RateLimiterRedis } from 'rate-limiter-flexible';
import { limiterOn, NO_BOUND } from './limiter.js';
import type { Limiter } from './limiter-port.js';
import { connectRedis, settled, type RedisConnectionOptions } from './redis-connection.js';

/** A limiter that every process of an installation shares. Rejects at once while Redis is away, and soon while it hangs. */
export async function openRedisLimiter({
  keyPrefix = 'px:',
  ...connection
}: RedisConnectionOptions & {
  /** Stands before each key, for a server that is shared. @default 'px:' */
  readonly keyPrefix?: string;
}): Promise<Limiter> {
  const redis = connectRedis(connection);
  await settled(redis);
  return limiterOn(
    (windowMs) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${keyPrefix}limit`,
        points: NO_BOUND,
        duration: windowMs / 1_000,
        rejectIfRedisNotReady: true,
      }),
    { elapsed: () => performance.now(), close: async () => redis.disconnect() },
  );
}
