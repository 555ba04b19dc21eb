import type { TransportRequest } from '@px-platform/sdk-core';
import { describe, expect, it } from 'vitest';
import { createGzip, type Gzip } from './gzip.js';
import { createTransport } from './transport.js';

const request = (overrides: Partial<TransportRequest> = {}): TransportRequest => ({
  url: '/px/v1/batch?key=k',
  body: 'x'.repeat(2_000),
  compress: true,
  timeoutMs: 15_000,
  ...overrides,
});

function setUp(answer: (signal: AbortSignal) => Promise<Response>, gzip: Gzip = createGzip()) {
  const calls: { readonly url: string; readonly init: RequestInit }[] = [];
  const transport = createTransport({
    gzip,
    fetch: (url, init) => {
      calls.push({ url, init });
      return answer(init.signal!);
    },
  });
  return { transport, calls };
}
const yes = () =>
  Promise.resolve(new Response('{"accepted":1}', { headers: { 'retry-after': '3' } }));

describe('given a request', () => {
  it('is gzipped, CORS-simple and without credentials', async () => {
    const { transport, calls } = setUp(yes);
    const response = await transport.send(request());
    expect(response).toMatchObject({ status: 200, body: '{"accepted":1}' });
    expect(response.header('Retry-After')).toBe('3');
    expect(calls[0]!.url).toBe('/px/v1/batch?key=k&compression=gzip');
    expect(calls[0]!.init).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'text/plain' },
    });
    const body = calls[0]!.init.body as Uint8Array<ArrayBuffer>;
    const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(stream).text()).toBe('x'.repeat(2_000));
  });

  it.each([
    ['it is small', request({ body: 'x'.repeat(1_023) }), createGzip()],
    ['it was not asked for', request({ compress: false }), createGzip()],
    ['the browser cannot', request(), () => Promise.resolve(null)],
  ])('goes as it is when %s', async (_, sent, gzip) => {
    const { transport, calls } = setUp(yes, gzip);
    await transport.send(sent);
    expect(calls[0]).toMatchObject({
      url: sent.url,
      init: { body: sent.body, keepalive: false },
    });
  });

  it('is given up after its time, as no answer', async () => {
    const { transport } = setUp(
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
    );
    expect(await transport.send(request({ timeoutMs: 20 }))).toMatchObject({ status: 0, body: '' });
  });

  it('that fails is no answer', async () => {
    const { transport } = setUp(() => Promise.reject(new TypeError('Failed to fetch')));
    expect((await transport.send(request())).status).toBe(0);
  });
});

describe('given requests that outlive the page', () => {
  it('has no more than 60,000 bytes of them under way, counted as UTF-8', async () => {
    const answers: (() => void)[] = [];
    const { transport, calls } = setUp(
      () => new Promise((resolve) => answers.push(() => resolve(new Response('{}')))),
    );
    const first = transport.part(request({ body: 'é'.repeat(20_000) }));
    expect(calls[0]!.init.keepalive).toBe(true);
    expect(transport.part(request({ body: 'é'.repeat(10_001) }))).toBeNull();
    expect(calls).toHaveLength(1);
    answers[0]!();
    expect((await first)?.status).toBe(200);
    const third = transport.part(request({ body: 'é'.repeat(10_001) }));
    answers[1]!();
    expect((await third)?.status).toBe(200);
  });
});
