import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type ClientOptions, type NodeClient } from '../src/index.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let opened: NodeClient[] = [];
const said: unknown[][] = [];
const log = { error: (...line: unknown[]) => void said.push(line), warn() {} };

beforeEach(async () => {
  collector = await startStubCollector();
  said.length = 0;
});
afterEach(async () => {
  for (const px of opened) await px.shutdown({ timeoutMs: 0 });
  await collector.close();
  opened = [];
});

const open = (options: Partial<ClientOptions> = {}) => {
  const px = createClient({
    apiKey: 'px_k',
    endpoint: collector.url,
    flags: false,
    log,
    ...options,
  });
  opened.push(px);
  return px;
};
const told = async (px: NodeClient) => {
  await px.flush();
  return collector.events();
};

describe('given an error on a server', () => {
  it('is told in the words of a page, with what is known beside it', async () => {
    const px = open();
    const cause = new RangeError('no room for ana@shop.example');
    px.captureError(new TypeError('cannot pay', { cause }), { step: 'pay' }, { userId: 'ana' });
    px.captureError('a text', undefined, { userId: 'ana' });
    const [error, text] = await told(px);
    expect(error).toMatchObject({
      event: 'error',
      user_id: 'ana',
      properties: {
        handled: true,
        mechanism: 'manual',
        step: 'pay',
        type: 'TypeError',
        message: 'cannot pay',
        causes: [{ type: 'RangeError', message: 'no room for [email]' }],
        group: expect.stringMatching(/^[\da-f]{16}$/) as string,
        count: 1,
      },
    });
    expect(JSON.stringify(error?.properties)).toContain('errors.test.ts');
    expect(text?.properties).toMatchObject({ type: 'String', message: 'a text' });
  });

  it("is the request's person's, or else the service's", async () => {
    const px = open({ service: 'checkout' });
    px.captureError(new Error('one'));
    px.withRequest({ userId: 'ana', sessionId: 's' }, () => px.captureError(new Error('two')));
    px.forRequest({ anonymousId: 'device' }).captureError(new Error('three'));
    expect(await told(px)).toMatchObject([
      { anonymous_id: 'service:checkout' },
      { user_id: 'ana', session_id: 's' },
      { anonymous_id: 'device' },
    ]);
  });

  it('is told ten times of a flood, which is counted, and each kind by itself', async () => {
    const px = open();
    const fail = (kind: string, userId: string) =>
      px.withRequest({ userId }, () => px.captureError(new Error(kind)));
    for (let nth = 0; nth < 100; nth += 1) fail('same kind', `user-${nth}`);
    fail('another kind', 'ana');
    const events = await told(px);
    const counts = events.map(({ user_id, properties }) => [user_id, properties?.['count']]);
    expect(counts.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, nth) => [`user-${nth}`, 1]));
    expect(counts.slice(10)).toEqual([
      ['ana', 1],
      ['user-99', 90],
    ]);
  });

  it('is told as it ends, where it was only counted by then', async () => {
    const px = open();
    for (let nth = 0; nth < 12; nth += 1) px.captureError(new Error('same kind'));
    expect(await px.shutdown()).toMatchObject({ accepted: 11, delivered: 11 });
    expect(collector.events().at(-1)?.properties).toMatchObject({ count: 2 });
  });

  it('breaks nothing, whatever is thrown', async () => {
    const px = open();
    const hostile = new Proxy(new Error('hostile'), {
      get() {
        throw new Error('trap');
      },
    });
    px.captureError(hostile);
    px.captureError(undefined, { nested: hostile });
    expect(said.length).toBeGreaterThan(0);
    expect(await told(px)).toMatchObject([{ properties: { type: 'Undefined' } }]);
  });
});

describe('given an event of a service', () => {
  it("has the service's id where nobody is known, and a person's where one is", async () => {
    const px = open({ service: 'checkout' });
    px.track('cache_warmed', {}, { service: true });
    px.track('cache_warmed', {}, { service: true, userId: 'ana' });
    px.withRequest({ anonymousId: 'device' }, () =>
      px.track('cache_warmed', {}, { service: true }),
    );
    px.track('of_nobody');
    expect(await told(px)).toMatchObject([
      { anonymous_id: 'service:checkout' },
      { user_id: 'ana' },
      { anonymous_id: 'device' },
    ]);
    expect(px.stats().dropped).toEqual({ missing_identity: 1 });
  });

  it.each(['', 'a name', 'x'.repeat(101), 7])('takes %j for no name', async (service) => {
    const px = open({ service: service as string });
    px.track('cache_warmed', {}, { service: true });
    expect(await told(px)).toMatchObject([{ anonymous_id: 'service:server' }]);
    expect(String(said[0])).toContain('option service');
  });
});

describe('given the trace of a request', () => {
  it('is in the context of all that is told within, of whomever', async () => {
    const px = open({ context: { locale: 'en' } });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    px.withRequest({ traceId, anonymousId: 'device', context: { ip: '192.0.2.1' } }, () => {
      px.track('of_the_request');
      px.track('of_another', {}, { userId: 'bob' });
      px.captureError(new Error('of the request'));
    });
    px.track('of_none', {}, { userId: 'bob' });
    const locale = 'en';
    expect((await told(px)).map(({ context }) => context)).toEqual([
      { locale, trace_id: traceId, ip: '192.0.2.1' },
      { locale, trace_id: traceId },
      { locale, trace_id: traceId, ip: '192.0.2.1' },
      { locale },
    ]);
  });
});

describe('given an error that nobody catches', () => {
  const host: EventEmitter = process;
  const end = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) =>
    host.emit('uncaughtExceptionMonitor', error, origin);

  it('is told where that was asked for, and until the client is shut down', async () => {
    const others = ['uncaughtException', 'unhandledRejection'];
    const deciding = others.map((name) => host.listenerCount(name));
    const listening = process.listenerCount('uncaughtExceptionMonitor');
    const px = open({ captureUncaught: true, service: 'jobs' });
    const other = open();
    expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(listening + 1);
    expect(others.map((name) => host.listenerCount(name))).toEqual(deciding);
    end(new Error('thrown'), 'uncaughtException');
    end('rejected', 'unhandledRejection');
    expect(await told(px)).toMatchObject([
      { anonymous_id: 'service:jobs', properties: { handled: false, mechanism: 'error' } },
      { anonymous_id: 'service:jobs', properties: { handled: false, mechanism: 'rejection' } },
    ]);
    expect(other.stats().accepted).toBe(0);
    await px.shutdown();
    expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(listening);
  });
});
