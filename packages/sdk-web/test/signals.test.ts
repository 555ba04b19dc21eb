/// <reference types="node" />
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { PxEvent } from '@px-platform/protocol';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PxOptions } from '../src/index.js';
import { bundleSources } from './bundle-sources.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

const executablePath = findChromium();
const KEY = { apiKey: 'px_write_key', projectId: 'shop' };
type Values = Readonly<Record<string, unknown>>;
type Vitals = Readonly<Record<'CLS' | 'INP', number>>;
const require = createRequire(import.meta.url);

describe.skipIf(executablePath === null)('given what a page signals in a real browser', () => {
  let sdk: string;
  let explain: string;
  let browser: Browser;
  let collector: StubCollector;
  let context: BrowserContext;

  beforeAll(async () => {
    [sdk, explain] = await Promise.all([bundleSources('iife'), bundleSources('explain')]);
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    collector = await startStubCollector({ sdk });
    collector.scripts.set('/px-explain.js', explain);
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await collector.close();
  });

  const html = (body: string, options: Partial<PxOptions> = {}) => `<!doctype html>
    <title>Shop</title><script src="/sdk.js"></script>
    <script>PX.init(${JSON.stringify({ ...KEY, ...options })})</script><body>${body}</body>`;
  const open = async (body = '', options: Partial<PxOptions> = {}): Promise<Page> => {
    collector.pages.set('/', html(body, options));
    const page = await context.newPage();
    await page.goto(`${collector.origin}/`);
    return page;
  };
  /** Each event once, as the server keeps it, in the order it was made. */
  const all = (name: string): PxEvent[] => {
    const once = new Map(collector.stored().map((event) => [event.event_id, event]));
    const events = [...once.values()].filter(({ event }) => event === name);
    return events.sort((x, y) => x.seq! - y.seq!);
  };
  const until = <T>(check: () => T, timeout = 10_000) =>
    vi.waitFor(check, { timeout, interval: 50 });
  /** As when the person goes to another tab. */
  const hide = (page: Page) =>
    page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      Reflect.deleteProperty(document, 'visibilityState');
    });

  describe('vitals', () => {
    /** The last event of each view: it counts. */
    const byView = () => {
      const last = new Map<unknown, PxEvent>();
      for (const event of all('performance')) last.set(event.properties!['view_id'], event);
      return last;
    };
    const vitalsOf = (view: PxEvent) => byView().get(view.event_id)?.properties as Values;
    const views = () => all('page_view');
    const leave = (page: Page) => page.goto(`${collector.origin}/gone`);

    /** Noise: a browser takes a plain surface for a background, not for content. */
    const PICTURE = `<img id="hero"><script>{
      const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 400 });
      const noise = canvas.getContext('2d').createImageData(600, 400);
      for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 255;
      canvas.getContext('2d').putImageData(noise, 0, 0);
      hero.src = canvas.toDataURL();
    }</script>`;
    const KINDS: Readonly<Record<string, string>> = {
      text: '<h1>Hello</h1><p>Some words.</p>',
      image: `<h1>Hi</h1>${PICTURE}`,
      'rendered by a script':
        '<div id="app"></div><script>app.innerHTML = "<h1>Rendered</h1>"</script>',
      'rendered late':
        '<p>…</p><script>setTimeout(() => document.body.insertAdjacentHTML("beforeend", "<h1 style=font-size:80px>Late, and large</h1>"), 200)</script>',
      'rewriting its address':
        '<script>history.replaceState(null, "", "/?a=1")</script><h1>Hello</h1>',
      'busy for a while':
        '<h1>Hello</h1><script>const end = performance.now() + 300; while (performance.now() < end);</script>',
      'a long list': `<ul>${'<li>An item of the list</li>'.repeat(2_000)}</ul>`,
      'routing at once': '<h1>Hello</h1><script>history.replaceState(null, "", "/home")</script>',
    };

    it('has an LCP, FCP, TTFB and CLS for every page of every kind, left in every way', async () => {
      const ways = {
        'by address': leave,
        'by a link': async (page: Page) => {
          await page.evaluate(() => {
            document.body.insertAdjacentHTML('afterbegin', '<a id="away" href="/gone">Away</a>');
          });
          await Promise.all([page.waitForURL('**/gone'), page.click('#away')]);
        },
        'by closing': (page: Page) => page.close({ runBeforeUnload: false }),
      };
      let count = 0;
      for (const body of Object.values(KINDS)) {
        collector.pages.set('/', html(body));
        const visit = async (go: (page: Page) => Promise<unknown>) => {
          const visitor = await browser.newContext();
          const page = await visitor.newPage();
          await page.goto(`${collector.origin}/`);
          // A page left before it was painted has nothing to measure.
          await page.waitForFunction(
            () => performance.getEntriesByName('first-contentful-paint').length,
          );
          await page.waitForTimeout(300);
          await go(page);
          // What a page could not send any more is sent by the person's next one.
          const next = await visitor.newPage();
          await next.goto(`${collector.origin}/next`);
          await next.evaluate(() => PX.flush());
          await visitor.close();
          count += 1;
        };
        collector.pages.set('/next', html('', { autocapture: false }));
        await Promise.all(Object.values(ways).map(visit));
      }
      const measured = [...byView().values()].filter(({ properties }) => properties!['lcp']);
      console.info(`LCP for ${measured.length} of ${count} page loads`);
      expect(measured.length).toBeGreaterThanOrEqual(count * 0.95);
      for (const { properties } of measured) {
        expect(properties).toMatchObject({
          fcp: expect.any(Number) as number,
          cls: expect.any(Number) as number,
        });
      }
      const loads = views().filter(({ properties }) => properties!['navigation'] === 'navigate');
      for (const load of loads) expect(vitalsOf(load)['ttfb']).toBeGreaterThan(0);
    }, 90_000);

    it('names what was largest, what moved and what was slow, in words alone', async () => {
      const page = await open(
        `<p id="moved">I move</p><button id="slow">Slow</button>${PICTURE}
         <script>
           slow.addEventListener('click', () => { const end = performance.now() + 120; while (performance.now() < end); });
           setTimeout(() => document.body.insertAdjacentHTML('afterbegin', '<div style="height:300px">An advertisement</div>'), 100);
         </script>`,
      );
      await page.waitForTimeout(400);
      await page.evaluate(() =>
        new PerformanceObserver(() => document.body.setAttribute('data-told', '')).observe({
          type: 'event',
          buffered: true,
        }),
      );
      // A browser that is busy tells late of a slow interaction, or never, where it had no frame for it.
      await vi.waitFor(
        async () => {
          await page.click('#slow');
          await page.waitForSelector('[data-told]', { timeout: 3_000 });
        },
        { timeout: 15_000, interval: 50 },
      );
      await page.waitForTimeout(300);
      await leave(page);
      await open('', { autocapture: false });
      const told = await until(() => {
        expect(vitalsOf(views()[0]!)).toMatchObject({ inp: expect.any(Number) as number });
        return vitalsOf(views()[0]!);
      });
      const { inp, fid, cls, lcp } = told;
      expect(inp).toBeGreaterThanOrEqual(112);
      expect(fid).toBeGreaterThanOrEqual(112);
      expect(fid).toBeLessThanOrEqual(inp as number);
      expect(cls).toBeGreaterThan(0.01);
      expect(lcp).toBeGreaterThan(0);
      expect(told).toMatchObject({
        lcp_target: '#hero',
        lcp_url: 'data:',
        inp_target: '#slow',
        inp_event: expect.stringMatching(/^pointer|click/) as string,
        inp_delay_ms: expect.any(Number) as number,
      });
      expect(told['cls_target']).toMatch(/^(#moved|html > body)/);
    });

    it('measures each route of a single-page app by itself', async () => {
      const page = await open(
        `<button id="slow">Slow</button><button id="go">Go</button><button id="quick">Quick</button><main></main>
         <script>
           const block = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
           const route = (path, text) => { history.pushState(null, '', path); document.querySelector('main').innerHTML = '<h1>' + text + '</h1>'; };
           slow.onclick = () => block(700);
           go.onclick = () => { block(60); route('/second', 'The second route'); };
           quick.onclick = () => block(30);
         </script>`,
      );
      await page.click('#slow');
      await page.waitForTimeout(400);
      await page.click('#go');
      await page.waitForTimeout(1_500);
      // Sent once the route has begun: nobody has left yet.
      await page.evaluate(() => PX.flush());
      expect(vitalsOf(views()[0]!)).toMatchObject({ inp: expect.any(Number) as number });
      await page.click('#quick');
      await page.waitForTimeout(300);
      // By no interaction: no browser calls this a navigation. And what moves right after one is its effect.
      await page.waitForTimeout(400);
      await page.evaluate(() => history.pushState(null, '', '/third'));
      await page.evaluate(() => {
        document
          .querySelector('main')!
          .insertAdjacentHTML('beforebegin', '<div style="height:200px">An advertisement</div>');
      });
      await page.waitForTimeout(300);
      await leave(page);
      await open('', { autocapture: false });
      await until(() => expect([views().length, byView().size]).toEqual([3, 3]));
      const [load, second, third] = views().map(vitalsOf);
      expect(load!['inp']).toBeGreaterThanOrEqual(690);
      expect(second!['inp']).toBeLessThan(600);
      expect(second!['lcp']).toBeGreaterThan(0);
      expect(second!['cls']).toBe(0);
      expect(second!['ttfb']).toBeUndefined();
      expect(third!['cls']).toBeGreaterThan(0.01);
      expect(third!['inp']).toBeUndefined();
      const addresses = views().map(({ event_id }) => byView().get(event_id)!.context!.page!.url);
      expect(addresses).toEqual(['/', '/second', '/third'].map((path) => collector.origin + path));
    });

    it('counts shifts and interactions of the load as web-vitals does', async () => {
      collector.scripts.set(
        '/web-vitals.js',
        await readFile(
          require.resolve('web-vitals').replace(/[^/]*$/, 'web-vitals.iife.js'),
          'utf8',
        ),
      );
      const page = await open(
        `<script src="/web-vitals.js"></script>
         <script>
           const theirs = {};
           for (const on of [webVitals.onCLS, webVitals.onINP])
             on(({ name, value }) => (theirs[name] = value), { reportAllChanges: true });
           const push = (height) => room.style.height = height + 'px';
         </script>
         <button id="work">Work</button><div id="room"></div><p>Text that moves</p>
         <script>
           let clicks = 0;
           // The slowest of sixty is forgiven, the next is not.
           work.onclick = () => { work.textContent = String(++clicks); const end = performance.now() + ({ 10: 300, 20: 180, 30: 120 }[clicks] ?? 0); while (performance.now() < end); };
         </script>`,
      );
      // Two bursts: of three small shifts, and of one large.
      for (const height of [20, 40, 60]) {
        await page.evaluate(`push(${height})`);
        await page.waitForTimeout(150);
      }
      await page.waitForTimeout(1_100);
      await page.evaluate('push(400)');
      await page.waitForTimeout(300);
      for (let clicks = 0; clicks < 60; clicks += 1) await page.click('#work');
      await page.waitForTimeout(500);
      await hide(page);
      await page.evaluate(() => PX.flush());
      const theirs = await page.evaluate<Vitals>('theirs');
      const { cls, inp } = vitalsOf(views()[0]!);
      expect(inp).toBeGreaterThanOrEqual(170);
      expect({ CLS: cls, INP: inp }).toEqual({
        CLS: Math.round(theirs.CLS * 1e4) / 1e4,
        INP: theirs.INP,
      });
    });

    it('falls silent when PX is shut down, and starts web-vitals once', async () => {
      const page = await open('<h1>Hello</h1>');
      await page.waitForTimeout(200);
      await page.evaluate(async (key) => {
        await PX.shutdown();
        PX.init({ ...key, autocapture: { pageViews: true, vitals: true } });
      }, KEY);
      await hide(page);
      await page.evaluate(() => PX.flush());
      expect(views()).toHaveLength(2);
      expect(vitalsOf(views()[0]!)).toBeUndefined();
      expect(vitalsOf(views()[1]!)).toMatchObject({ cls: 0 });
      expect(vitalsOf(views()[1]!)['ttfb']).toBeUndefined();
    });
  });

  describe('errors', () => {
    const errors = () => all('error').map(({ properties }) => properties as Values);
    const total = () => errors().reduce((sum, { count }) => sum + Number(count), 0);
    const SCRIPT = `<button id="buy">Buy</button><script src="/app.js"></script>`;
    const APP = `
      function placeOrder() { const cart = undefined; return cart.items; }
      function rejectOrder() { return Promise.reject(new RangeError('No stock', { cause: new Error('Sold out') })); }
      buy.onclick = () => placeOrder();`;

    it('records what nobody caught, with its calls, what led to it, and a group', async () => {
      collector.scripts.set('/app.js', APP);
      const page = await open(SCRIPT, { autocapture: { longFrames: false } });
      await page.click('#buy');
      await page.evaluate('void rejectOrder()');
      await page.evaluate('setTimeout(() => { throw "a text" })');
      await page.waitForTimeout(200);
      await page.evaluate(() => PX.flush());
      const [thrown, rejected, text] = errors();
      expect(thrown).toMatchObject({
        type: 'TypeError',
        message: "Cannot read properties of undefined (reading 'items')",
        handled: false,
        mechanism: 'error',
        count: 1,
        group: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      });
      const frames = thrown!['frames'] as string[];
      expect(frames[0]).toMatch(`placeOrder@${collector.origin}/app.js:2:`);
      expect(frames[1]).toMatch(`@${collector.origin}/app.js:4:`);
      const crumbs = thrown!['breadcrumbs'] as Values[];
      expect(crumbs.map(({ event, label }) => [event, label])).toEqual([
        ['page_view', `${collector.origin}/`],
        ['click', 'Buy'],
      ]);
      expect(crumbs[0]!['age_ms']).toBeGreaterThan(0);
      expect(rejected).toMatchObject({
        type: 'RangeError',
        mechanism: 'rejection',
        causes: [{ type: 'Error', message: 'Sold out' }],
      });
      expect(text).toMatchObject({ type: 'String', message: 'a text' });
    });

    it('records what it is handed, at once or before init, with its own time and page', async () => {
      collector.pages.set(
        '/',
        `<!doctype html><script src="/sdk.js"></script><script>
          history.replaceState(null, '', '/early');
          PX.captureError(new Error('early'), { step: 1 });
          history.replaceState(null, '', '/later');
          const until = performance.now() + 100; while (performance.now() < until);
          PX.init(${JSON.stringify(KEY)});
          try { JSON.parse('{') } catch (error) { PX.captureError(error, { step: 2 }) }
          PX.captureError('a text');
          PX.captureError(null);
        </script>`,
      );
      const page = await context.newPage();
      const thrown: string[] = [];
      page.on('pageerror', ({ message }) => thrown.push(message));
      await page.goto(`${collector.origin}/`);
      await page.evaluate(() => PX.flush());
      expect(errors()).toMatchObject([
        { type: 'Error', message: 'early', step: 1, handled: true, mechanism: 'manual' },
        { type: 'SyntaxError', step: 2, handled: true },
        { type: 'String', message: 'a text' },
        { type: 'Null' },
      ]);
      const [early, late] = all('error');
      expect((errors()[0]!['frames'] as string[])[0]).toContain(`${collector.origin}/`);
      expect(early!.context!.page!.url).toBe(`${collector.origin}/early`);
      expect(Number(late!.timestamp) - Number(early!.timestamp)).toBeGreaterThanOrEqual(90);
      expect(thrown).toEqual([]);
    });

    it('tells a million identical errors in twenty events at most, with the exact count', async () => {
      const page = await open();
      const tookMs = await page.evaluate(() => {
        const error = new Error('again');
        const began = performance.now();
        for (let index = 0; index < 1_000_000; index++) {
          PX.captureError(error);
        }
        return performance.now() - began;
      });
      await page.evaluate(() => {
        for (let index = 0; index < 1_000; index++) PX.captureError(new Error(`again ${index}`));
      });
      await hide(page);
      await page.evaluate(() => PX.flush());
      console.info(`a million errors: ${Math.round(tookMs)} ms, ${errors().length} events`);
      const same = errors().filter(({ message }) => message === 'again');
      expect(same.reduce((sum, { count }) => sum + Number(count), 0)).toBe(1_000_000);
      expect(same.length).toBeLessThanOrEqual(20);
      expect(total()).toBe(1_001_000);
      expect(errors().length).toBeLessThanOrEqual(40);
    }, 60_000);

    it('says what another origin hides, and is not led round by errors of its own', async () => {
      collector.scripts.set('/far.js', 'nothing.there()');
      const page = await open(
        `<script src="${collector.otherOrigin}/far.js"></script>
         <script>
           const bad = { get stack() { throw new Error('a trap') } };
           dispatchEvent(new ErrorEvent('error', { error: bad }));
           setTimeout(() => { throw new Error('after all') });
         </script>`,
      );
      await page.waitForTimeout(200);
      await page.evaluate(() => PX.flush());
      const [far, ...rest] = errors();
      expect(rest).toHaveLength(1);
      expect(far).toMatchObject({ message: 'Script error.', cross_origin: true, frames: [] });
      expect(rest[0]).toMatchObject({ message: 'after all', mechanism: 'error' });
    });

    it('hears console.error only where it is asked to, and never itself', async () => {
      const page = await open('', { autocapture: { errors: { consoleErrors: true } } });
      await page.evaluate(() => {
        console.error('out of', 'stock');
        console.error('failed', new TypeError('inside'));
        PX.track('');
      });
      await page.evaluate(() => PX.flush());
      expect(errors()).toMatchObject([
        { type: 'ConsoleError', message: 'out of stock', handled: true, mechanism: 'console' },
        { type: 'TypeError', message: 'inside', handled: true },
      ]);
      await page.evaluate(() => PX.shutdown());
      expect(await page.evaluate('console.error.toString()')).toContain('[native code]');
    });

    it('says so where captureError is switched off', async () => {
      const said: string[] = [];
      context.on('console', (message) => said.push(message.text()));
      const page = await open('', { autocapture: { errors: false } });
      await page.evaluate(() => PX.captureError(new Error('lost')));
      await until(() =>
        expect(said).toEqual([expect.stringMatching(/^px: captureError is switched off/)]),
      );
    });
  });

  describe('network', () => {
    const requests = () => all('network').map(({ properties }) => properties as Values);

    it('records requests that fail or are slow, without their query, and leaves the page what it asked for', async () => {
      collector.answers.set('/api/broken', { status: 500 });
      collector.answers.set('/api/missing', { status: 404, body: { why: 'gone' } });
      collector.answers.set('/api/slow', { status: 200, afterMs: 300 });
      collector.answers.set('/api/fine', { status: 200, body: { fine: true } });
      const page = await open('', { autocapture: { network: { slowMs: 250 } } });
      const seen = await page.evaluate(async (far) => {
        const native = await fetch('/api/fine?token=1');
        const missing = await fetch(new Request('/api/missing?user=ana', { method: 'put' }));
        await fetch('/api/broken', { method: 'POST', body: 'secret' });
        await fetch('/api/slow');
        const failed = await fetch('http://localhost:1/nobody').catch((error: Error) => error.name);
        const controller = new AbortController();
        const aborted = fetch('/api/slow', { signal: controller.signal }).catch(
          (error: Error) => error.name,
        );
        controller.abort();
        const late = await fetch('/api/slow', { signal: AbortSignal.timeout(50) }).catch(
          (error: Error) => error.name,
        );
        await fetch(`${far}/api/fine`, { mode: 'no-cors' });
        const xhr = (path: string, abort = false) =>
          new Promise<string>((resolve) => {
            const request = new XMLHttpRequest();
            request.open('get', path);
            request.onloadend = () => resolve(`${request.status} ${request.responseText}`);
            request.send();
            if (abort) request.abort();
          });
        return {
          fine: (await native.json()) as unknown,
          missing: (await missing.json()) as unknown,
          failed,
          late,
          aborted: await aborted,
          xhr: [
            await xhr('/api/missing?x=1'),
            await xhr('/api/slow', true),
            await xhr('/api/fine'),
          ],
        };
      }, collector.otherOrigin);
      expect(seen).toEqual({
        fine: { fine: true },
        missing: { why: 'gone' },
        failed: 'TypeError',
        late: 'TimeoutError',
        aborted: 'AbortError',
        xhr: ['404 {"why":"gone"}', '0 ', '200 {"fine":true}'],
      });
      await page.evaluate(() => {
        document.body.append(
          Object.assign(new Image(), { src: 'http://localhost:1/picture.png?x=1' }),
        );
      });
      await page.waitForTimeout(200);
      await page.evaluate(() => PX.flush());
      const at = (path: string) => collector.origin + path;
      expect(
        requests().map(({ kind, method, url, status, count }) => [
          kind,
          method,
          url,
          status,
          count,
        ]),
      ).toEqual([
        ['fetch', 'PUT', at('/api/missing'), 404, 1],
        ['fetch', 'POST', at('/api/broken'), 500, 1],
        ['fetch', 'GET', at('/api/slow'), 200, 1],
        ['fetch', 'GET', 'http://localhost:1/nobody', 0, 1],
        ['fetch', 'GET', at('/api/slow'), 0, 1],
        ['xhr', 'GET', at('/api/missing'), 404, 1],
        ['img', 'GET', 'http://localhost:1/picture.png', 0, 1],
      ]);
      expect(requests()[2]!['duration_ms']).toBeGreaterThanOrEqual(290);
      expect(requests()[5]!['size']).toBe(14);
      expect(JSON.stringify(all('network'))).not.toMatch(/ana|secret|gone/);
    });

    it('tells one of a kind each ten seconds and counts the rest, and says nothing of its own', async () => {
      collector.answers.set('/api/broken', { status: 503 });
      collector.answer = () => ({ status: 503, body: {} });
      const page = await open();
      await page.evaluate(async () => {
        for (let index = 0; index < 20; index++) await fetch(`/api/broken?n=${index}`);
        await PX.flush();
      });
      collector.answer = null;
      await hide(page);
      await until(() => {
        expect(requests().map(({ url, count }) => [url, count])).toEqual([
          [`${collector.origin}/api/broken`, 1],
          [`${collector.origin}/api/broken`, 19],
        ]);
      });
    });

    it('keeps a rejection that nobody minds, and gives back what it wrapped', async () => {
      const page = await open();
      await page.evaluate('void fetch("http://localhost:1/nobody")');
      await page.waitForTimeout(200);
      await page.evaluate(() => PX.flush());
      expect(all('error')).toHaveLength(1);
      expect(all('error')[0]!.properties).toMatchObject({
        mechanism: 'rejection',
        message: 'Failed to fetch',
      });
      const wrapped = await page.evaluate(async () => {
        const ours = window.fetch;
        const later: typeof fetch = (...args) => ours(...args);
        window.fetch = later;
        await PX.shutdown();
        const isKept = window.fetch === later;
        return [isKept, (await fetch('/x')).status, XMLHttpRequest.prototype.send.toString()];
      });
      expect(wrapped).toEqual([true, 200, 'function send() { [native code] }']);
    });
  });

  describe('long frames', () => {
    const frames = () => all('long_frame').map(({ properties }) => properties as Values);

    it('names the script that held the page up, tells ten of a view and counts the rest', async () => {
      collector.scripts.set(
        '/work.js?v=1',
        `function work(ms) { const end = performance.now() + ms; while (performance.now() < end); }
         button.addEventListener('click', function onBuy() { work(260) });`,
      );
      collector.scripts.set('/work.js', collector.scripts.get('/work.js?v=1')!);
      const page = await open(
        '<button id="button">Buy</button><script src="/work.js?v=1"></script>',
        {
          autocapture: { longFrames: { slowMs: 100, perView: 3 } },
        },
      );
      await page.click('#button');
      await page.waitForTimeout(300);
      for (let index = 0; index < 4; index++) {
        await page.evaluate('setTimeout(() => work(120))');
        await page.waitForTimeout(200);
      }
      await hide(page);
      await page.evaluate(() => PX.flush());
      const told = frames().find(({ function: name }) => name === 'onBuy')!;
      expect(told).toMatchObject({
        count: 1,
        script: `${collector.origin}/work.js`,
        invoker: 'BUTTON#button.onclick',
      });
      expect(told['duration_ms']).toBeGreaterThanOrEqual(255);
      expect(told['blocking_ms']).toBeGreaterThan(100);
      expect(frames().length).toBe(4);
      const rest = frames().at(-1)!;
      expect(Number(rest['count'])).toBeGreaterThanOrEqual(2);
      expect(rest['duration_ms']).toBeGreaterThanOrEqual(240);
    });
  });
});
