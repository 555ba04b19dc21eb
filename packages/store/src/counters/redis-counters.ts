import { partsOf, type Counters } from './counters-port.js';
import { connectRedis, settled, type RedisConnectionOptions } from './redis-connection.js';

/** KEYS: the parts of a window, the one under way first. ARGV: how much to add, how long a part is kept. */
const ADD = `
redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local sum = 0
for _, part in ipairs(redis.call('MGET', unpack(KEYS))) do sum = sum + (tonumber(part) or 0) end
return sum`;

/** Counters that every process of an installation shares. */
export async function openRedisCounters({
  keyPrefix = 'px:',
  ...connection
}: RedisConnectionOptions & {
  /** Stands before each key, for a server that is shared. @default 'px:' */
  readonly keyPrefix?: string;
}): Promise<Counters> {
  const redis = connectRedis(connection);
  await settled(redis);

  return {
    async add(key, by, window) {
      const parts = partsOf(window).map((part) => `${keyPrefix}count:${key}:${part}`);
      return Number(await redis.eval(ADD, parts.length, ...parts, by, 2 * window.windowMs));
    },
    async put(values, expireMs) {
      if (values.size === 0) return;
      const pipeline = redis.pipeline();
      for (const [name, value] of values) pipeline.set(keyPrefix + name, value, 'PX', expireMs);
      const failed = (await pipeline.exec())?.find(([error]) => error);
      if (failed) throw failed[0] as Error;
    },
    async read(names) {
      if (names.length === 0) return [];
      const found = await redis.mget(names.map((name) => keyPrefix + name));
      return found.map((text) => (text === null ? null : Number(text)));
    },
    takeTurn: async (chore, everyMs) =>
      (await redis.set(`${keyPrefix}turn:${chore}`, 1, 'PX', everyMs, 'NX')) !== null,
    close: async () => redis.disconnect(),
  };
}
