import type { TransportRequest } from '@px-platform/sdk-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGzip, type Body } from './gzip.js';
import { gzipNow } from './pako-gzip.js';
import { createTransport } from './transport.js';

const request = (overrides: Partial<TransportRequest> = {}): TransportRequest => ({
  url: '/px/v1/batch?key=k',
  body: 'x'.repeat(2_000),
  compress: true,
  timeoutMs: 15_000,
  ...overrides,
});
const GZIPPED = '/px/v1/batch?key=k&compression=gzip';

function setUp(
  answer: (signal: AbortSignal) => Promise<Response>,
  load = () => Promise.resolve(gzipNow),
) {
  const calls: { readonly url: string; readonly init: RequestInit }[] = [];
  let loads = 0;
  const transport = createTransport({
    gzip: createGzip({
      load() {
        loads += 1;
        return load();
      },
    }),
    fetch: (url, init) => {
      calls.push({ url, init });
      return answer(init.signal!);
    },
  });
  return { transport, calls, loads: () => loads };
}
const yes = () =>
  Promise.resolve(new Response('{"accepted":1}', { headers: { 'retry-after': '3' } }));

const unzip = (body: unknown): Promise<string> =>
  new Response(
    new Blob([body as Body]).stream().pipeThrough(new DecompressionStream('gzip')),
  ).text();

/** As no browser gzips it: hardly smaller. */
const noise = (characters: number) =>
  Array.from({ length: characters }, (_, index) =>
    String.fromCharCode(33 + ((index * index * 7919 + (index >> 3) * 104_729) % 90)),
  ).join('');

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('given a request', () => {
  it('is gzipped, CORS-simple and without credentials', async () => {
    const { transport, calls, loads } = setUp(yes);
    const response = await transport.send(request());
    expect(response).toMatchObject({ status: 200, body: '{"accepted":1}' });
    expect(response.header('Retry-After')).toBe('3');
    expect(calls[0]!.url).toBe(GZIPPED);
    expect(calls[0]!.init).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'text/plain' },
    });
    expect(await unzip(calls[0]!.init.body)).toBe('x'.repeat(2_000));
    expect(loads()).toBe(0);
  });

  it.each([
    ['it is small', request({ body: 'x'.repeat(1_023) })],
    ['it was not asked for', request({ compress: false })],
  ])('goes as it is when %s', async (_, sent) => {
    const { transport, calls } = setUp(yes);
    await transport.send(sent);
    expect(calls[0]).toMatchObject({ url: sent.url, init: { body: sent.body, keepalive: false } });
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

describe.each([
  ['has no streams that compress', undefined],
  [
    'has streams that do not',
    class {
      readonly readable = new Blob(['plain']).stream();
      readonly writable = new WritableStream();
    },
  ],
])('given a browser that %s', (_, streams) => {
  it('loads gzip once, when the first body is large enough for it', async () => {
    vi.stubGlobal('CompressionStream', streams);
    const { transport, calls, loads } = setUp(yes);
    await transport.send(request({ body: 'small' }));
    expect(loads()).toBe(0);
    await transport.send(request());
    await transport.send(request());
    expect(loads()).toBe(1);
    expect(calls.map(({ url }) => url)).toEqual(['/px/v1/batch?key=k', GZIPPED, GZIPPED]);
    expect(await unzip(calls[2]!.init.body)).toBe('x'.repeat(2_000));
  });

  it('sends bodies as they are where it does not load, and says so to who looks for it', async () => {
    vi.stubGlobal('CompressionStream', streams);
    const said = vi.spyOn(console, 'debug').mockImplementation(() => {});
    const { transport, calls, loads } = setUp(yes, () => Promise.reject(new Error('404')));
    await transport.send(request());
    await transport.send(request());
    expect(calls.map(({ url }) => url)).toEqual(['/px/v1/batch?key=k', '/px/v1/batch?key=k']);
    expect(calls[1]!.init.body).toBe('x'.repeat(2_000));
    expect(loads()).toBe(1);
    expect(said).toHaveBeenCalledOnce();
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

  it('gzips them, before it returns, once so large a one was sent', async () => {
    const { transport, calls, loads } = setUp(yes);
    const large = request({ body: 'é'.repeat(35_000) + 'x'.repeat(35_000) });
    await transport.send(request({ body: 'x'.repeat(60_000) }));
    expect(transport.part(large)).toBeNull();
    expect(loads()).toBe(0);
    await transport.send(large);
    expect(loads()).toBe(1);
    calls.length = 0;
    expect(transport.part(large)).not.toBeNull();
    expect(calls[0]!.url).toBe(GZIPPED);
    expect(await unzip(calls[0]!.init.body)).toBe(large.body);
  });

  it('counts what is really sent', async () => {
    const { transport, calls } = setUp(() => new Promise(() => {}));
    void transport.send(request({ body: noise(70_000) }));
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    calls.length = 0;
    let sent = 0;
    while (transport.part(request({ body: noise(20_000) }))) sent += 1;
    const bytes = calls.map(({ init }) => (init.body as Uint8Array).length);
    expect(bytes).toHaveLength(sent);
    const total = bytes.reduce((sum, each) => sum + each, 0);
    expect(total).toBeLessThanOrEqual(60_000);
    expect(total + bytes[0]!).toBeGreaterThan(60_000);
  });

  it('takes a beacon where fetch cannot, unanswered, and counts it as long as one may take', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('Request', Object);
    const beacons: { readonly url: string; readonly body: Blob }[] = [];
    let isRefused = false;
    vi.stubGlobal('navigator', {
      sendBeacon: (url: string, body: Blob) => !isRefused && beacons.push({ url, body }) > 0,
    });
    const { transport, calls } = setUp(yes);
    const first = transport.part(request({ body: 'x'.repeat(40_000) }));
    expect(transport.part(request({ body: 'x'.repeat(40_000) }))).toBeNull();
    expect(beacons.map(({ url, body }) => [url, body.type, body.size])).toEqual([
      ['/px/v1/batch?key=k', 'text/plain', 40_000],
    ]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await first)?.status).toBe(0);
    isRefused = true;
    expect(transport.part(request())).toBeNull();
    isRefused = false;
    expect(transport.part(request({ body: 'x'.repeat(40_000), compress: false }))).not.toBeNull();
    expect(calls).toEqual([]);
  });
});

describe('given requests for when the page is gone', () => {
  it('leaves them with the browser, and can take them back', () => {
    const left: { readonly url: string; readonly init: RequestInit }[] = [];
    vi.stubGlobal('fetchLater', (url: string, init: RequestInit) => left.push({ url, init }));
    const { transport, calls } = setUp(yes);
    const takeBack = transport.later(request());
    expect(left[0]).toMatchObject({
      url: '/px/v1/batch?key=k',
      init: { method: 'POST', headers: { 'content-type': 'text/plain' }, credentials: 'omit' },
    });
    expect(left[0]!.init.signal!.aborted).toBe(false);
    takeBack!();
    expect(left[0]!.init.signal!.aborted).toBe(true);
    expect(calls).toEqual([]);
  });

  it('has none where the browser cannot, or has no room', () => {
    const { transport } = setUp(yes);
    expect(transport.later(request())).toBeNull();
    vi.stubGlobal('fetchLater', () => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    expect(transport.later(request())).toBeNull();
  });
});
