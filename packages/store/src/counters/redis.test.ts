import { afterAll, describe, expect, it } from 'vitest';
import { openRedis } from '@px-platform/test-services';
import { countersContract } from '../contract/counters.js';
import { streamsContract } from '../contract/streams.js';
import {
  connectRedis,
  openRedisCounters,
  openRedisStreams,
  type RedisStreamsOptions,
} from './redis.js';
import type { Streams } from './port.js';
import { quietLog } from '../../test/quiet-log.js';
import { until as untilWithin } from '../../test/until.js';

const server = await openRedis({ isOwn: true });
const opened: Streams[] = [];
const until = (isSo: () => boolean) => untilWithin(isSo, 15_000);
let prefixes = 0;
const freshPrefix = () => `t${++prefixes}:`;
const open = async (options: Partial<RedisStreamsOptions> = {}): Promise<Streams> => {
  const streams = await openRedisStreams({ url: server?.url ?? '', log: quietLog, ...options });
  opened.push(streams);
  return streams;
};

afterAll(async () => {
  await Promise.all(opened.map((streams) => streams.close()));
  await server?.stop();
});

describe.skipIf(!server)('given a Redis server', () => {
  streamsContract('streams in Redis', () => open({ remember: 5, keyPrefix: freshPrefix() }));

  countersContract('counters in Redis', () =>
    openRedisCounters({ url: server?.url ?? '', keyPrefix: freshPrefix(), log: quietLog }),
  );

  it('gives one of several processes the turn, and all of them one count', async () => {
    const keyPrefix = freshPrefix();
    const all = await Promise.all(
      [1, 2, 3].map(() => openRedisCounters({ url: server?.url ?? '', keyPrefix, log: quietLog })),
    );
    const turns = await Promise.all(all.map((counters) => counters.takeTurn('sweep', 60_000)));
    expect(turns.filter(Boolean)).toHaveLength(1);
    const window = { at: 1_772_366_400_000, windowMs: 60_000 };
    const sums = await Promise.all(
      all.flatMap((counters) =>
        Array.from({ length: 10 }, () => counters.add('errors', 1, window)),
      ),
    );
    expect(Math.max(...sums)).toBe(30);
    await all[0]?.put(new Map([['metrics:p:events:1m', 5]]), 60_000);
    expect(await all[2]?.read(['metrics:p:events:1m'])).toEqual([5]);
    await Promise.all(all.map((counters) => counters.close()));
  });

  it('shows a reader in one process, in order, what several others publish', async () => {
    const keyPrefix = freshPrefix();
    const other = await open({ keyPrefix });
    const [reader, ...writers] = await Promise.all([1, 2, 3].map(() => open({ keyPrefix })));
    const seen: number[] = [];
    const ids: number[] = [];
    await reader?.subscribe<number>('live', {}, ({ id, value }) => {
      ids.push(id);
      seen.push(value);
    });
    await Promise.all(
      Array.from({ length: 400 }, (_, number) =>
        (writers[number % 2] ?? other).publish('live', number),
      ),
    );
    await until(() => seen.length === 400);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBe(400);
  });

  it('goes on with higher ids after the server was emptied', async () => {
    const keyPrefix = freshPrefix();
    const streams = await open({ keyPrefix });
    const seen: { id: number; value: number }[] = [];
    await streams.subscribe<number>('live', {}, (entry) => seen.push(entry));
    await streams.publish('live', 1);
    await until(() => seen.length === 1);
    const admin = connectRedis({ url: server?.url ?? '', log: quietLog });
    await until(() => admin.status === 'ready');
    await admin.flushall();
    admin.disconnect();
    await streams.publish('live', 2);
    await until(() => seen.length === 2);
    expect(seen[1]?.id).toBeGreaterThan(seen[0]?.id ?? 0);
    const resumed: number[] = [];
    await (
      await open({ keyPrefix })
    ).subscribe<number>('live', { after: seen[0]?.id }, ({ value }) => resumed.push(value));
    expect(resumed).toEqual([2]);
  });

  it('costs a publisher next to nothing while the server hangs, and counts what was not published', async () => {
    let lost = 0;
    const streams = await open({
      keyPrefix: freshPrefix(),
      onLoss: (entries) => (lost += entries),
    });
    server?.process?.pause();
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 5_000 }, (_, value) => streams.publish('live', value)));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    server?.process?.resume();
    expect(lost).toBe(5_000);
    let last: unknown = null;
    await streams.subscribe('live', {}, ({ value }) => (last = value));
    await until(() => {
      void streams.publish('live', 'back');
      return last === 'back';
    });
  });

  it('lets readers resume by themselves after the server was killed and came back', async () => {
    const keyPrefix = freshPrefix();
    const streams = await open({ keyPrefix });
    const other = await open({ keyPrefix });
    const seen: number[] = [];
    await streams.subscribe<number>('live', {}, ({ value }) => seen.push(value));
    await other.publish('live', 1);
    await until(() => seen.includes(1));
    await server?.process?.kill();
    await other.publish('live', 2);
    await server?.process?.start();
    await until(() => {
      void other.publish('live', 3);
      return seen.includes(3);
    });
    expect(seen).not.toContain(2);
  });
});

it('opens where there is no server, loses what is published, and says how much', async () => {
  let lost = 0;
  const streams = await open({
    url: 'redis://127.0.0.1:1',
    onLoss: (entries) => (lost += entries),
  });
  await streams.publish('live', 1);
  const dispose = await streams.subscribe('live', {}, () => {});
  await dispose();
  expect(lost).toBe(1);
});

it('rejects at once what cannot be counted, where there is no server', async () => {
  const counters = await openRedisCounters({ url: 'redis://127.0.0.1:1', log: quietLog });
  const startedAt = performance.now();
  await expect(counters.add('a', 1, { at: 0, windowMs: 60_000 })).rejects.toThrow(
    /writeable|closed/i,
  );
  await expect(counters.put(new Map([['a', 1]]), 1_000)).rejects.toThrow(/writeable|closed/i);
  await expect(counters.read(['a'])).rejects.toThrow(/writeable|closed/i);
  await expect(counters.takeTurn('a', 1_000)).rejects.toThrow(/writeable|closed/i);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await counters.close();
});
