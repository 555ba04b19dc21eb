import { LogUnavailableError } from '@px-platform/store';
import { createMemoryLimiter } from '@px-platform/store/memory';
import { describe, expect, it } from 'vitest';
import { runCollector } from '../test/run-collector.js';

describe('given a log that fails after the quota was asked', () => {
  it('does not count the batch: the same events pass once the log is back', async () => {
    let isDown = true;
    const collector = await runCollector({
      limiter: createMemoryLimiter(),
      append: async () => {
        if (isDown) throw new LogUnavailableError('no broker');
      },
    });
    for (let n = 0; n < 3; n += 1)
      expect((await collector.send(500, { key: 'free' })).status).toBe(503);
    isDown = false;
    const { headers } = await collector.send(500, { key: 'free' });
    expect(headers.get('ratelimit')).toContain('r=600');
    await collector.close();
  });
});
