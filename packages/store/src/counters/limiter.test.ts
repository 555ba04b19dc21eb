import { afterAll, describe, expect, it } from 'vitest';
import { openRedis } from '@px-platform/test-services';
import { limiterContract } from '../contract/limiter.js';
import { createMemoryLimiter } from './memory-limiter.js';
import { openRedisLimiter } from './redis-limiter.js';
import { quietLog } from '../../test/quiet-log.js';

const server = await openRedis({ isOwn: true });
let prefixes = 0;
afterAll(() => server?.stop());

limiterContract('a limiter in memory', async (count) => {
  const one = createMemoryLimiter();
  return Array.from({ length: count }, () => one);
});

describe.skipIf(!server)('given a Redis server', () => {
  const url = server?.url ?? '';
  limiterContract('a limiter in Redis', (count) => {
    const keyPrefix = `t${++prefixes}:`;
    return Promise.all(
      Array.from({ length: count }, () => openRedisLimiter({ url, keyPrefix, log: quietLog })),
    );
  });

  it('rejects soon while the server hangs or is gone, and counts again once it is back', async () => {
    const limiter = await openRedisLimiter({ url, keyPrefix: 'trouble:', log: quietLog });
    const quota = { points: 10, windowMs: 60_000 };
    const isCounting = () =>
      limiter.take('a', 0, quota).then(
        () => true,
        () => false,
      );
    expect(await isCounting()).toBe(true);
    server?.process?.pause();
    const startedAt = performance.now();
    await expect(limiter.take('a', 1, quota)).rejects.toThrow(/timed out/i);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    server?.process?.resume();
    await server?.process?.kill();
    await expect(limiter.take('a', 1, quota)).rejects.toBeDefined();
    await server?.process?.start();
    const end = Date.now() + 10_000;
    while (!(await isCounting())) {
      if (Date.now() > end) throw new Error('it does not count again');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await limiter.close();
  });
});
