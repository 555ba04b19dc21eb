import type { Redis } from 'ioredis';
import type { StreamEntry, Streams } from './port.js';
import { connectRedis, settled, type RedisConnectionOptions } from './redis-connection.js';

export { openRedisCounters } from './redis-counters.js';
export { openRedisLimiter } from './redis-limiter.js';
export { connectRedis } from './redis-connection.js';
export type { RedisConnectionOptions } from './redis-connection.js';

export interface RedisStreamsOptions extends RedisConnectionOptions {
  /** Entries remembered for each stream. @default 500 */
  readonly remember?: number;
  /** Stands before each key, for a server that is shared. @default 'px:' */
  readonly keyPrefix?: string;
  /** Told how many entries were not published, since Redis was away or slow. @default nobody */
  readonly onLoss?: (entries: number) => void;
}

/** Published and not answered yet: beyond it the server is plainly behind, and more would only wait in memory. */
const MOST_UNDER_WAY = 2_000;

/**
 * Remembers an entry and tells whoever listens, in one step. Its id is the server's time in microseconds, but above
 * the last one: readers resume across restarts, clocks put back, and a server that was emptied.
 * KEYS: the stream; what remembers an id that is published once. ARGV: how many to remember, the value, the channel; how
 * long the id is remembered, 0 where it has none.
 */
const PUBLISH = `
if ARGV[4] ~= '0' and not redis.call('SET', KEYS[2], 1, 'NX', 'PX', ARGV[4]) then return 0 end
local time = redis.call('TIME')
local id = time[1] * 1000000 + time[2]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if last then id = math.max(id, tonumber(string.match(last[1], '%d+')) + 1) end
id = string.format('%.0f', id)
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[1], id .. '-0', 'v', ARGV[2])
redis.call('PUBLISH', ARGV[3], id .. ' ' .. ARGV[2])
return id`;

interface Reader {
  lastId: number;
  /** What came while the past was being read. */
  waiting: StreamEntry<unknown>[] | null;
  readonly tell: (entry: StreamEntry<unknown>) => void;
}

/** Streams that every process of an installation shares. */
export async function openRedisStreams({
  remember = 500,
  keyPrefix = 'px:',
  onLoss = () => {},
  ...connection
}: RedisStreamsOptions): Promise<Streams> {
  const writer = connectRedis(connection);
  // A connection that listens can do nothing else.
  const listener = connectRedis({
    ...connection,
    clientName: `${connection.clientName ?? 'px'}-listener`,
  });
  const readers = new Map<string, Set<Reader>>();
  const keyOf = (stream: string) => `${keyPrefix}stream:${stream}`;
  let underWay = 0;
  let isClosed = false;

  const readersOf = (key: string) => readers.get(key) ?? new Set<Reader>();

  listener.on('message', (key: string, message: string) => {
    const space = message.indexOf(' ');
    const entry = { id: Number(message.slice(0, space)), value: parse(message.slice(space + 1)) };
    for (const reader of readersOf(key)) hear(reader, entry);
  });
  /** What was published while the connection was away. ioredis has asked for the channels again by then. */
  listener.on('ready', () => {
    for (const [key, all] of readers) for (const reader of all) void catchUp(writer, key, reader);
  });
  await Promise.all([settled(writer), settled(listener)]);

  return {
    async publish(stream, value, { remember: most = remember, once } = {}) {
      if (isClosed) return 'lost';
      if (underWay >= MOST_UNDER_WAY) {
        onLoss(1);
        return 'lost';
      }
      underWay += 1;
      const key = keyOf(stream);
      try {
        const keys = [key, `${key}:once:${once?.id ?? ''}`];
        const args = [most, JSON.stringify(value), key, once?.withinMs ?? 0];
        const id = await writer.eval(PUBLISH, keys.length, ...keys, ...args);
        return id === 0 ? 'held_back' : 'published';
      } catch {
        onLoss(1);
        return 'lost';
      } finally {
        underWay -= 1;
      }
    },
    async subscribe<T>(
      stream: string,
      { after = 0 }: { readonly after?: number | undefined },
      onEntry: (entry: StreamEntry<T>) => void,
    ) {
      const key = keyOf(stream);
      const reader: Reader = { lastId: after, waiting: null, tell: guarded(onEntry) };
      const all = readersOf(key).add(reader);
      readers.set(key, all);
      // Asked for once more at each connection, so that a server that is away now costs only the wait.
      if (all.size === 1) await listener.subscribe(key).catch(() => {});
      await catchUp(writer, key, reader);
      return async () => {
        all.delete(reader);
        if (all.size > 0 || readers.get(key) !== all) return;
        readers.delete(key);
        await listener.unsubscribe(key).catch(() => {});
      };
    },
    async entries<T>(stream: string) {
      return parseEntries(await writer.xrange(keyOf(stream), '-', '+')) as StreamEntry<T>[];
    },
    async drop(stream, ids) {
      if (!ids) await writer.del(keyOf(stream));
      else if (ids.length > 0) await writer.xdel(keyOf(stream), ...ids.map((id) => `${id}-0`));
    },
    async close() {
      isClosed = true;
      readers.clear();
      writer.disconnect();
      listener.disconnect();
    },
  };
}

/** Tells a reader of what is remembered after its last entry, and then of what came meanwhile. */
async function catchUp(redis: Redis, key: string, reader: Reader): Promise<void> {
  if (reader.waiting) return;
  reader.waiting = [];
  const past = await redis.xrange(key, `(${reader.lastId}-0`, '+').catch(() => []);
  const missed = parseEntries(past);
  const came = reader.waiting;
  reader.waiting = null;
  for (const entry of [...missed, ...came]) hear(reader, entry);
}

function hear(reader: Reader, entry: StreamEntry<unknown>): void {
  if (reader.waiting) {
    reader.waiting.push(entry);
  } else if (entry.id > reader.lastId) {
    reader.lastId = entry.id;
    reader.tell(entry);
  }
}

function parseEntries(
  entries: readonly (readonly [id: string, fields: readonly string[]])[],
): StreamEntry<unknown>[] {
  return entries.map(([id, [, text = 'null']]) => ({ id: parseInt(id, 10), value: parse(text) }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody else writes here.
    return null;
  }
}

/** Entries are courtesies: a listener that throws must not keep the others from theirs. */
function guarded<T>(onEntry: (entry: StreamEntry<T>) => void): Reader['tell'] {
  return (entry) => {
    try {
      onEntry(entry as StreamEntry<T>);
    } catch {
      // The listener's own fault; it is told of the next entry all the same.
    }
  };
}
