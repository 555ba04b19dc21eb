import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { runCollector } from '../test/run-collector.js';

type Running = Awaited<ReturnType<typeof runCollector>>;

let collector: Running;
afterEach(() => collector.close());

const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
const statuses = async (times: number, send: () => ReturnType<Running['send']>) => {
  const seen: number[] = [];
  for (let n = 0; n < times; n += 1) seen.push((await send()).status);
  return seen;
};
const all = (status: number, times: number) => Array.from({ length: times }, () => status);

describe('given forty requests a minute for an address', () => {
  it('answers 429 to the next, says how long to wait, and lets other addresses pass', async () => {
    const registry = new Registry();
    collector = await runCollector({ ipRequestsPerMinute: 40, registry });
    const home = from('203.0.113.7');
    expect(await statuses(40, () => collector.send(1, home))).toEqual(all(200, 40));
    const { status, headers, answer } = await collector.send(1, home);
    expect({ status, code: answer.code }).toEqual({ status: 429, code: 'rate_limited' });
    expect(answer.message).toContain('203.0.113.7');
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // A page must be able to read it.
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect((await collector.send(1, from('203.0.113.8'))).status).toBe(200);
    expect(await registry.metrics()).toContain('px_collector_refused_addresses_total 1');
  });

  it('lets a key be guessed twice, and not a third time', async () => {
    collector = await runCollector({ ipRequestsPerMinute: 40 });
    const guess = () => collector.send(1, { key: 'guessed', ...from('203.0.113.7') });
    expect(await statuses(4, guess)).toEqual([401, 401, 429, 429]);
  });

  it('counts a body that is no batch as a guess, and a batch whose events are dropped as any other', async () => {
    collector = await runCollector({ ipRequestsPerMinute: 40 });
    const bad = () => collector.send('{"events":[{}]}', from('203.0.113.7'));
    expect(await statuses(20, bad)).toEqual(all(200, 20));
    expect((await collector.send('{', from('203.0.113.7'))).status).toBe(400);
    expect((await collector.send(1, from('203.0.113.7'))).status).toBe(429);
  });

  it('does not count what comes with a secret key: it is a server’s, and its tenant’s quota bounds it', async () => {
    collector = await runCollector({ ipRequestsPerMinute: 40 });
    const send = () => collector.send(1, { key: 'secret', ...from('203.0.113.7') });
    expect(await statuses(60, send)).toEqual(all(200, 60));
  });

  it('does not limit private addresses, behind which anybody may be', async () => {
    collector = await runCollector({ ipRequestsPerMinute: 40 });
    expect(await statuses(60, () => collector.send(1, from('10.0.0.9')))).toEqual(all(200, 60));
    expect(await statuses(60, () => collector.send(1))).toEqual(all(200, 60));
  });
});

describe('given none', () => {
  it('limits nobody', async () => {
    collector = await runCollector();
    const send = () => collector.send(1, from('203.0.113.7'));
    expect(await statuses(60, send)).toEqual(all(200, 60));
  });
});
