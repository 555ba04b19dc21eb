/// <reference types="node" />
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRequestHeaders, type Batch } from '@px-platform/protocol';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleSources } from './bundle-sources.js';

const executablePath = findChromium();

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A site with its own collector behind `/px`, which allows everything to everybody and remembers what it was asked. */
async function startSite(sdk: string) {
  const asked = new Map<string, Asked>();
  const preflights: string[] = [];
  const batches: { readonly headers: IncomingHttpHeaders; readonly batch: Batch }[] = [];
  const files = new Map([['/sdk.js', sdk]]);
  const server = createServer((request, response) => {
    const { headers } = request;
    const [path = ''] = (request.url ?? '').split('?');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (request.method === 'OPTIONS') preflights.push(path);
      else if (path === '/px/v1/batch') batches.push({ headers, batch: JSON.parse(body) as Batch });
      else asked.set(path, { headers, body });
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader(
        'access-control-allow-headers',
        headers['access-control-request-headers'] ?? '*',
      );
      response.setHeader('content-type', path === '/' ? 'text/html' : 'text/javascript');
      response.end(files.get(path) ?? '{"accepted":0,"received_at":0,"skew_ms":0,"results":[]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    files,
    asked,
    preflights,
    batches,
    origin: `http://localhost:${port}`,
    /** The same server under another name. */
    elsewhere: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
const IDS = ['px-anonymous-id', 'px-session-id', 'traceparent'];

describe.skipIf(executablePath === null)('given a page that tells servers who asks', () => {
  let sdk: string;
  let browser: Browser;
  let site: Awaited<ReturnType<typeof startSite>>;
  let context: BrowserContext;

  beforeAll(async () => {
    sdk = `${await bundleSources('iife')};${await bundleSources('requests')}`;
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    site = await startSite(sdk);
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await site.close();
  });

  const open = async ({ options = '', plugin = '', script = '' } = {}): Promise<Page> => {
    site.files.set(
      '/',
      `<!doctype html><base href="/deep/"><title>Shop</title><script src="/sdk.js"></script><script>${script}
      PX.init({ apiKey: 'k', projectId: 'shop', compression: 'none', ${options}
        plugins: [requests.requestHeaders({ ${plugin} })] })</script>`,
    );
    const page = await context.newPage();
    await page.goto(`${site.origin}/`);
    return page;
  };
  const claim = (path: string) => readRequestHeaders((name) => site.asked.get(path)?.headers[name]);
  const ids = (path: string) =>
    IDS.filter((name) => site.asked.get(path)?.headers[name] !== undefined);
  const events = async (page: Page) => {
    await page.evaluate(() => PX.flush());
    return site.batches.flatMap(({ batch }) => batch.events);
  };

  it('says the ids of its events, and a trace for each request', async () => {
    const page = await open();
    await page.evaluate(async () => {
      PX.identify('zoë@shop.example');
      await Promise.all([fetch('/a'), fetch('b')]);
    });
    const [view] = await events(page);
    expect(claim('/a')).toEqual({
      anonymousId: view!.anonymous_id,
      userId: 'zoë@shop.example',
      sessionId: view!.session_id,
      traceId: expect.stringMatching(/^[\da-f]{32}$/) as string,
    });
    expect(claim('/deep/b')).toMatchObject({ userId: 'zoë@shop.example' });
    expect(claim('/a').traceId).not.toBe(claim('/deep/b').traceId);
  });

  it('says nothing to an origin that is not named, nor makes the browser ask it first', async () => {
    const page = await open({ plugin: `origins: ['localhost', '*']` });
    await page.evaluate(async (elsewhere) => {
      await fetch(`${elsewhere}/c`);
      const blob = URL.createObjectURL(new Blob(['x']));
      await fetch(blob);
    }, site.elsewhere);
    expect(site.asked.get('/c')).toBeDefined();
    expect(ids('/c')).toEqual([]);
    expect(site.preflights).toEqual([]);
  });

  it('says it to one that is named, but for addresses that are left out', async () => {
    const page = await open({
      plugin: `origins: ['${site.elsewhere}/v1'], trace: false, when: ({ pathname }) => pathname !== '/files'`,
    });
    await page.evaluate(async (elsewhere) => {
      await fetch(`${elsewhere}/named`);
      await fetch(`${elsewhere}/files`);
    }, site.elsewhere);
    expect(ids('/named')).toEqual(['px-anonymous-id', 'px-session-id']);
    expect(site.preflights).toEqual(['/named']);
    expect(ids('/files')).toEqual([]);
  });

  it('adds to a request whatever its form, and changes nothing else of it', async () => {
    const page = await open();
    await page.evaluate(async () => {
      const post = { method: 'POST', body: 'body' };
      await fetch(new URL('/url', location.href), Object.freeze({ ...post }));
      await fetch('/plain', { ...post, headers: Object.freeze({ 'X-Own': 'own' }) });
      await fetch('/list', { ...post, headers: [['X-Own', 'own']] });
      await fetch('/headers', { ...post, headers: new Headers({ 'X-Own': 'own' }) });
      await fetch('/map', { ...post, headers: new Map([['X-Own', 'own']]).entries() as never });
      const init = { ...post, headers: { 'X-Own': 'own' }, referrerPolicy: 'no-referrer' } as const;
      await fetch(new Request('/request', init));
      await fetch(new Request('/over', init), { headers: { 'X-Own': 'over' } });
      const form = new FormData();
      form.set('field', 'value');
      await fetch(new Request('/form', { method: 'POST', body: form }));
      const xhr = new XMLHttpRequest();
      xhr.open('POST', '/xhr');
      xhr.setRequestHeader('X-Own', 'own');
      await new Promise((resolve) => {
        xhr.onload = resolve;
        xhr.send('body');
      });
      xhr.open('POST', '/xhr-again', false);
      xhr.send('body');
    });
    for (const [path, own] of [
      ['/url', undefined],
      ['/plain', 'own'],
      ['/list', 'own'],
      ['/headers', 'own'],
      ['/map', 'own'],
      ['/request', 'own'],
      ['/over', 'over'],
      ['/xhr', 'own'],
      ['/xhr-again', undefined],
    ] as const) {
      const { headers, body } = site.asked.get(path)!;
      expect({ path, ids: ids(path), own: headers['x-own'], body }).toEqual({
        path,
        ids: IDS,
        own,
        body: 'body',
      });
    }
    expect(site.asked.get('/request')!.headers.referer).toBeUndefined();
    expect(site.asked.get('/over')!.headers.referer).toBe(`${site.origin}/`);
    expect(ids('/form')).toEqual(IDS);
    const [boundary] = /boundary=(.*)/
      .exec(site.asked.get('/form')!.headers['content-type']!)!
      .slice(1);
    expect(site.asked.get('/form')!.body).toContain(`--${boundary}--`);
  });

  it('leaves bodies that stream, and what it cannot copy, as they are', async () => {
    const page = await open({
      script: `window.seen = []; const real = window.fetch;
      window.fetch = async (input, init) => {
        if (String(input).includes('/px/')) return real(input, init);
        const request = new Request(input, init);
        seen.push([request.headers.has('px-anonymous-id'), await request.text()]);
        return new Response();
      };`,
    });
    const seen = await page.evaluate(async () => {
      const stream = () => new Blob(['streamed']).stream();
      const options = { method: 'POST', body: stream(), duplex: 'half' } as RequestInit;
      await fetch('/a', options);
      await fetch(new Request('/b', { ...options, body: stream() }));
      await fetch('/c', new Request('/d', { method: 'POST', body: 'handed over' }));
      return (window as unknown as { seen: unknown }).seen;
    });
    expect(seen).toEqual([
      [true, 'streamed'],
      [true, 'streamed'],
      [false, 'handed over'],
    ]);
  });

  it('keeps headers that the page has set itself', async () => {
    const page = await open();
    await page.evaluate(async (traceparent) => {
      await fetch('/fetch', { headers: { Traceparent: traceparent, 'PX-User-Id': 'own' } });
      const xhr = new XMLHttpRequest();
      xhr.open('GET', '/xhr', false);
      xhr.setRequestHeader('Traceparent', traceparent);
      xhr.send();
    }, TRACEPARENT);
    expect(site.asked.get('/fetch')!.headers).toMatchObject({
      traceparent: TRACEPARENT,
      'px-user-id': 'own',
    });
    expect(site.asked.get('/xhr')!.headers.traceparent).toBe(TRACEPARENT);
  });

  it('does not touch beacons, requests without CORS, its own, nor those that fail', async () => {
    const page = await open({ plugin: `origins: ['${site.elsewhere}']` });
    const failures = await page.evaluate(async (elsewhere) => {
      navigator.sendBeacon('/beacon', 'b');
      await fetch(`${elsewhere}/no-cors`, { mode: 'no-cors' });
      await fetch(new Request(`${elsewhere}/no-cors-request`, { mode: 'no-cors' }));
      await fetch('/until');
      const nameOf = (error: unknown) => (error as Error).name;
      return [
        await fetch('http://[').catch(nameOf),
        await fetch('/x', { headers: { 'not a name': 'x' } }).catch(nameOf),
        await fetch('/x', { signal: AbortSignal.abort() }).catch(nameOf),
      ];
    }, site.elsewhere);
    expect(failures).toEqual(['TypeError', 'TypeError', 'AbortError']);
    await events(page);
    expect(['/beacon', '/no-cors', '/no-cors-request'].map(ids)).toEqual([[], [], []]);
    for (const { headers } of site.batches) expect(headers).not.toHaveProperty('px-anonymous-id');
    expect(site.batches.length).toBeGreaterThan(0);
  });

  it('says nothing before the person agrees, once they refuse, or after it has ended', async () => {
    const page = await open({ options: `consent: 'pending',` });
    await page.evaluate(async () => {
      await fetch('/pending');
      PX.setConsent('granted');
      await fetch('/granted');
      PX.setConsent('denied');
      await fetch('/denied');
      PX.setConsent('granted');
      await PX.shutdown();
      await fetch('/ended');
      const xhr = new XMLHttpRequest();
      xhr.open('GET', '/ended-xhr', false);
      xhr.send();
    });
    expect(['/pending', '/granted', '/denied', '/ended', '/ended-xhr'].map(ids)).toEqual([
      [],
      IDS,
      [],
      [],
      [],
    ]);
  });

  it('says at once who somebody is, and that nobody is known any more', async () => {
    const page = await open({
      plugin:
        'when({ pathname }) { if (pathname === "/odd") throw new Error("odd"); return true; }',
    });
    await page.evaluate(async () => {
      PX.identify('ana');
      await fetch('/ana');
      PX.reset();
      await fetch('/nobody');
      PX.track('next');
      await fetch('/next');
      await fetch('/odd');
    });
    expect(claim('/ana')).toMatchObject({ userId: 'ana' });
    expect(claim('/nobody')).not.toHaveProperty('userId');
    // The visit is over, and the next has not begun.
    expect(claim('/nobody')).not.toHaveProperty('sessionId');
    expect(claim('/nobody').anonymousId).not.toBe(claim('/ana').anonymousId);
    const next = (await events(page)).find(({ event }) => event === 'next');
    expect(claim('/next')).toMatchObject({
      anonymousId: next!.anonymous_id,
      sessionId: next!.session_id,
    });
    expect(claim('/nobody').anonymousId).toBe(next!.anonymous_id);
    expect(ids('/odd')).toEqual([]);
  });
});
