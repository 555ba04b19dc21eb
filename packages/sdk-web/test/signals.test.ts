/// <reference types="node" />
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

describe.skipIf(executablePath === null)('given what a page signals in a real browser', () => {
  let sdk: string;
  let browser: Browser;
  let collector: StubCollector;
  let context: BrowserContext;

  beforeAll(async () => {
    sdk = await bundleSources('iife');
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    collector = await startStubCollector({ sdk });
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
  const all = (name: string) => collector.stored().filter(({ event }) => event === name);
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
      for (const event of [...all('performance')].sort((x, y) => x.seq! - y.seq!))
        last.set(event.properties!['view_id'], event);
      return last;
    };
    const vitalsOf = (view: PxEvent) => byView().get(view.event_id)?.properties as Values;
    const views = () => {
      const once = new Map(all('page_view').map((view) => [view.event_id, view]));
      return [...once.values()].sort((x, y) => x.seq! - y.seq!);
    };
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
      await page.click('#slow');
      await page.waitForTimeout(300);
      await leave(page);
      await open('', { autocapture: false });
      const { inp, fid, cls, lcp, rating, ratings, attribution } = (await until(() => {
        expect(vitalsOf(views()[0]!)).toMatchObject({ inp: expect.any(Number) as number });
        return vitalsOf(views()[0]!);
      })) as Record<string, never>;
      expect(rating).toBeUndefined();
      expect(inp).toBeGreaterThanOrEqual(112);
      expect(fid).toBe(inp);
      expect(cls).toBeGreaterThan(0.01);
      expect(lcp).toBeGreaterThan(0);
      expect(ratings).toMatchObject({ fcp: expect.any(String) as string });
      expect(attribution).toMatchObject({
        lcp_target: '#hero',
        lcp_url: 'data:',
        inp_target: '#slow',
        inp_event: expect.stringMatching(/^pointer|click/) as string,
        inp_delay_ms: expect.any(Number) as number,
      });
      expect(attribution!['cls_target']).toMatch(/^(#moved|html > body)/);
    });

    it('measures each route of a single-page app by itself', async () => {
      const page = await open(
        `<button id="slow">Slow</button><button id="go">Go</button><button id="quick">Quick</button><main></main>
         <script>
           const block = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
           const route = (path, text) => { history.pushState(null, '', path); document.querySelector('main').innerHTML = '<h1>' + text + '</h1>'; };
           slow.onclick = () => block(250);
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
      await until(() => expect(byView().size).toBe(3));
      const [load, second, third] = views().map(vitalsOf);
      expect(load!['inp']).toBeGreaterThanOrEqual(240);
      expect(second!['inp']).toBeLessThan(200);
      expect(second!['lcp']).toBeGreaterThan(0);
      expect(second!['cls']).toBe(0);
      expect(second!['ttfb']).toBeUndefined();
      expect(third!['cls']).toBeGreaterThan(0.01);
      expect(third!['inp']).toBeUndefined();
      const addresses = views().map(({ event_id }) => byView().get(event_id)!.context!.page!.url);
      expect(addresses).toEqual(['/', '/second', '/third'].map((path) => collector.origin + path));
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
});
