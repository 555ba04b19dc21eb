/// <reference types="node" />
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGS, findChromium, launchChromium } from '@px-platform/test-browser';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Px, PxOptions } from '../src/index.js';
import { bundleSources } from './bundle-sources.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

declare global {
  var PX: Px;
}

const executablePath = findChromium();
const KEY = { apiKey: 'px_write_key', projectId: 'shop' };
/** How long a frame or an answer to a click takes is the machine's affair. */
const CALM = { autocapture: { longFrames: false, deadClicks: false } };

describe.skipIf(executablePath === null)('given a real browser', () => {
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

  const html = (options: Partial<PxOptions> = {}, body = '', before = '') => `<!doctype html>
    <title>Shop</title><script src="/sdk.js"></script><script>${before}</script>
    <script>PX.init(${JSON.stringify({ ...KEY, ...CALM, ...options })})</script><body>${body}</body>`;

  const open = async (options: Partial<PxOptions> = {}, body = '', before = ''): Promise<Page> => {
    collector.pages.set('/', html(options, body, before));
    const page = await context.newPage();
    await page.goto(`${collector.origin}/`);
    return page;
  };
  const names = () => collector.stored().map(({ event }) => event);
  const until = (check: () => void, timeoutMs = 15_000) =>
    vi.waitFor(check, { timeout: timeoutMs, interval: 50 });
  const flush = (page: Page) => page.evaluate(() => PX.flush());
  const stats = (page: Page) => page.evaluate(() => PX.stats());

  it('records a page view, a click and a call, gzipped, to its own origin, without being asked', async () => {
    const page = await open(
      {},
      '<button id="buy" class="cta" data-px-click="buy" onclick="this.after(`Bought`)">Buy <b>now</b></button>',
    );
    await page.click('#buy');
    await page.evaluate(() => PX.track('user_action', { plan: 'pro', text: 'x'.repeat(2_000) }));
    await until(() => expect(names()).toEqual(['page_view', 'click', 'user_action']));

    const request = collector.received.find(({ batch }) =>
      batch.events.some(({ event }) => event === 'user_action'),
    );
    expect(request).toMatchObject({ isGzipped: true, contentType: 'text/plain' });
    expect(request!.url.searchParams.get('key')).toBe('px_write_key');
    expect(request!.batch).toMatchObject({
      project_id: 'shop',
      sdk: { name: '@px-platform/sdk-web' },
    });
    const [view, click, action] = collector.stored();
    expect(view).toMatchObject({
      seq: 0,
      user_id: null,
      properties: { navigation: 'navigate' },
      context: { page: { url: `${collector.origin}/`, title: 'Shop' }, locale: 'en-US' },
    });
    expect(click).toMatchObject({
      seq: 1,
      properties: {
        tag: 'button',
        id: 'buy',
        classes: ['cta'],
        text: 'Buy now',
        name: 'buy',
        selector: '#buy',
      },
    });
    expect(action).toMatchObject({
      seq: 2,
      session_id: view!.session_id,
      anonymous_id: view!.anonymous_id,
    });
    expect(await stats(page)).toEqual({ accepted: 3, delivered: 3, pending: 0, dropped: {} });
  });

  it('reaches another origin without a preflight', async () => {
    const page = await open({ endpoint: `${collector.otherOrigin}/px` });
    await page.evaluate(() => PX.track('far', { text: 'x'.repeat(2_000) }));
    await until(() => expect(names()).toContain('far'));
    expect(collector.received[0]!.isGzipped).toBe(true);
    expect(collector.preflights).toEqual([]);
  });

  it('keeps the time and page of calls made before init, and records them first', async () => {
    const before = `
      const product = { id: 1 };
      history.replaceState(null, '', '/first');
      PX.track('early', product);
      PX.identify('ana', { plan: 'pro' });
      product.id = 2;
      history.replaceState(null, '', '/second');
      const until = performance.now() + 300; while (performance.now() < until);`;
    await open({}, '', before);
    await until(() => expect(names()).toEqual(['early', '$identify', 'page_view']));
    const [early, identify, view] = collector.stored();
    expect(early).toMatchObject({
      properties: { id: 1 },
      context: { page: { url: `${collector.origin}/first` } },
    });
    expect(identify).toMatchObject({ user_id: 'ana', properties: { $set: { plan: 'pro' } } });
    expect(view!.context!.page!.url).toBe(`${collector.origin}/second`);
    expect(Number(view!.timestamp) - Number(early!.timestamp)).toBeGreaterThanOrEqual(250);
    expect(collector.stored().map(({ seq }) => seq)).toEqual([0, 1, 2]);
  });

  it('sees the views of a single-page app, and not its anchors or filters', async () => {
    const page = await open();
    await page.evaluate(() => {
      history.pushState(null, '', '/cart');
      history.replaceState(null, '', '/cart?filter=r');
      history.replaceState(null, '', '/cart?filter=re');
      location.hash = 'reviews';
      location.hash = '#/step/2';
    });
    await page.goBack();
    await flush(page);
    const views = collector
      .stored()
      .filter(({ event }) => event === 'page_view')
      .map(({ context, properties }) => [
        properties!['navigation'],
        context!.page!.url!.replace(collector.origin, ''),
      ]);
    expect(views).toEqual([
      ['navigate', '/'],
      ['push', '/cart'],
      ['push', '/cart?filter=re#/step/2'],
      ['pop', '/cart?filter=re#reviews'],
    ]);
    expect(
      collector.stored().filter(({ event }) => event === 'page_view')[1]!.properties,
    ).toMatchObject({
      previous_url: `${collector.origin}/`,
    });
  });

  it('never reads what a person typed, nor what the page masks', async () => {
    const page = await open(
      { autocapture: { ...CALM.autocapture, pageViews: false } },
      `<button id="a">Pay <input value="4111"><span data-px-mask>secret</span><i contenteditable>mine</i></button>
       <div class="px-mask"><button id="b">Ana Souza</button></div>
       <a id="c" href="/reset?token=abc#x">Reset</a>
       <div data-px-ignore><button id="d">Nothing</button></div>
       <input type="submit" id="e" value="typed">
       <p id="f">Not for clicking</p>
       <a id="g" href="mailto:ana@example.com">Write</a>
       <script>document.getElementById('c').addEventListener('click', (e) => { e.preventDefault(); e.stopPropagation(); });
       document.getElementById('g').addEventListener('click', (e) => e.preventDefault());</script>`,
    );
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
      await page.click(`#${id}`, { position: { x: 3, y: 3 } });
    await page.evaluate(() => document.getElementById('a')!.click());
    await flush(page);
    expect(
      collector
        .stored()
        .map(({ properties }) => [properties!['id'], properties!['text'], properties!['href']]),
    ).toEqual([
      ['a', 'Pay', undefined],
      ['b', undefined, undefined],
      ['c', 'Reset', `${collector.origin}/reset`],
      ['e', undefined, undefined],
      ['g', 'Write', 'mailto:'],
    ]);
    // Ids are left out: their digits may spell anything.
    const said = collector.stored().map(({ properties, context }) => [properties, context]);
    expect(JSON.stringify(said)).not.toMatch(/4111|secret|mine|Ana|abc|typed|example/);
  });

  it('loses nothing of a burst when the page is left at once', async () => {
    const page = await open({ autocapture: false });
    await Promise.all([
      page.waitForURL('**/gone'),
      page.evaluate(() => {
        for (let index = 0; index < 40; index++)
          PX.track(`burst ${index}`, { text: 'x'.repeat(3_000) });
        location.href = '/gone';
      }),
    ]);
    await page.goto(`${collector.origin}/`);
    await until(() => expect(new Set(names()).size).toBe(40), 25_000);
    const ids = new Set(collector.stored().map(({ event_id }) => event_id));
    expect(ids.size).toBe(40);
  });

  it('loses nothing when the burst, and the page, are over before the database is open', async () => {
    collector.pages.set(
      '/burst',
      html(
        { autocapture: false },
        `<script>
        for (let index = 0; index < 40; index++) PX.track('burst ' + index, { text: 'x'.repeat(3000) });
        location.replace('/gone');</script>`,
      ),
    );
    const page = await context.newPage();
    await page.goto(`${collector.origin}/burst`).catch(() => {});
    await page.waitForURL('**/gone');
    collector.pages.set('/', html({ autocapture: false }));
    await page.goto(`${collector.origin}/`);
    await until(() => expect(new Set(names()).size).toBe(40), 25_000);
  });

  it('loses nothing of a thousand events tracked in one task, when the page is left in the same task', async () => {
    const page = await open({ autocapture: false });
    await Promise.all([
      page.waitForURL('**/gone'),
      page.evaluate(() => {
        for (let index = 0; index < 1_000; index++) PX.track(`burst ${index}`, { index });
        location.href = '/gone';
      }),
    ]);
    await page.goto(`${collector.origin}/`);
    await until(() => expect(new Set(names()).size).toBe(1_000), 25_000);
  }, 40_000);

  it('goes on in localStorage where the database never answers, and the next page finds it there', async () => {
    collector.answer = () => ({ status: 503 });
    const page = await open({ autocapture: false }, '', 'IDBFactory.prototype.open = () => ({});');
    await page.evaluate(() => {
      for (let index = 0; index < 5; index++) PX.track(`kept ${index}`);
    });
    const countKept = () =>
      page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(':q:')).length);
    await vi.waitFor(async () => expect(await countKept()).toBe(5), { timeout: 8_000 });
    await page.close();
    collector.answer = null;
    await open({ autocapture: false });
    const kept = [0, 1, 2, 3, 4].map((index) => `kept ${index}`);
    await until(() => expect(names().sort()).toEqual(['$delivery', ...kept]));
    expect(collector.stored().find(({ event }) => event === '$delivery')!.properties).toEqual({
      dropped: {},
      storage_falls: 1,
    });
  });

  it('has in its books at once what another tab delivered for it', async () => {
    const first = await open({ autocapture: false, flushInterval: 600_000 });
    await flush(first);
    const second = await open({ autocapture: false });
    // Each page's first flush is over.
    await second.waitForTimeout(1_000);
    await first.evaluate(() => PX.track('mine'));
    expect(await stats(first)).toMatchObject({ accepted: 1, pending: 1 });
    await flush(second);
    expect(names()).toEqual(['mine']);
    await vi.waitFor(async () =>
      expect(await stats(first)).toMatchObject({ accepted: 0, pending: 0 }),
    );
    expect(await stats(second)).toMatchObject({ accepted: 1, delivered: 1 });
  });

  it('keeps events through an outage and delivers each once after it', async () => {
    collector.answer = () => ({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'unavailable', message: '…' },
    });
    const page = await open({ autocapture: false });
    await page.evaluate(() => {
      for (let index = 0; index < 5; index++) PX.track(`patient ${index}`);
    });
    await until(() => expect(collector.received.length).toBeGreaterThan(0));
    expect(await stats(page)).toMatchObject({ pending: 5, delivered: 0 });
    collector.answer = null;
    await until(() => expect(names()).toHaveLength(5));
    expect(await stats(page)).toEqual({ accepted: 5, delivered: 5, pending: 0, dropped: {} });
  });

  it('delivers after the browser was closed offline and opened again', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'px-profile-'));
    const launch = () =>
      chromium.launchPersistentContext(profile, {
        executablePath: executablePath!,
        args: CHROMIUM_ARGS,
      });
    try {
      collector.pages.set('/', html({ autocapture: false }));
      const first = await launch();
      const page = await first.newPage();
      await page.goto(`${collector.origin}/`);
      await first.setOffline(true);
      await page.evaluate(() => {
        for (let index = 0; index < 10; index++) PX.track(`offline ${index}`);
      });
      await page.waitForTimeout(300);
      await first.close();
      expect(names()).toEqual([]);

      const second = await launch();
      const again = await second.newPage();
      await again.goto(`${collector.origin}/`);
      await until(() => expect(new Set(names()).size).toBe(10), 25_000);
      expect(names()).toHaveLength(10);
      expect(await stats(again)).toEqual({ accepted: 10, delivered: 10, pending: 0, dropped: {} });
      await second.close();
    } finally {
      await rm(profile, { recursive: true, force: true });
    }
  });

  it('sends each event once from two tabs, in one session with one order', async () => {
    const first = await open({ autocapture: false });
    await first.evaluate(() => PX.track('first'));
    await flush(first);
    const tabs = [first, await open({ autocapture: false })];
    for (let index = 0; index < 10; index++) {
      for (const [number, tab] of tabs.entries()) {
        await tab.evaluate(
          ([number, index]) => PX.track(`tab ${number} ${index}`),
          [number, index],
        );
      }
      if (index === 5) await tabs[0]!.bringToFront();
    }
    await Promise.all(tabs.map(flush));
    await until(() => expect(new Set(names()).size).toBe(21));
    expect(names()).toHaveLength(21);
    const events = collector.stored();
    expect(new Set(events.map(({ session_id }) => session_id)).size).toBe(1);
    for (const number of [0, 1]) {
      const own = events.filter(({ event }) => event.startsWith(`tab ${number} `));
      const inOrder = own.sort((x, y) => x.seq! - y.seq!).map(({ event }) => event);
      expect(inOrder).toEqual(Array.from({ length: 10 }, (_, index) => `tab ${number} ${index}`));
      expect(new Set(own.map(({ seq }) => seq)).size).toBe(10);
    }
    for (const tab of tabs) {
      const { accepted, delivered, pending, dropped } = await stats(tab);
      expect({ accepted, pending, dropped }).toEqual({
        accepted: delivered,
        pending: 0,
        dropped: {},
      });
    }
  });

  it('keeps events while the key is wrong, and says what to do', async () => {
    collector.answer = () => ({
      status: 401,
      body: { code: 'unknown_key', message: 'no project has this key' },
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.text().startsWith('px:')) errors.push(message.text());
    });
    collector.pages.set('/', html({ autocapture: false }));
    await page.goto(`${collector.origin}/`);
    await page.evaluate(() => PX.track('kept'));
    await flush(page);
    await flush(page);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/px_write.*shop.*no project has this key.*apiKey/);
    expect(await stats(page)).toMatchObject({ pending: 1, delivered: 0 });
    collector.answer = null;
    await page.reload();
    await until(() => expect(names()).toEqual(['kept']));
  });

  it('works where the browser refuses every storage and lock, and says so once', async () => {
    collector.pages.set('/framed', html({ endpoint: `${collector.origin}/px` }));
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.text().startsWith('px:')) said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(`thrown: ${error.message}`));
    collector.pages.set(
      '/',
      '<!doctype html><iframe sandbox="allow-scripts" src="/framed"></iframe>',
    );
    await page.goto(`${collector.origin}/`);
    await page.frames()[1]!.evaluate(() => PX.track('framed'));
    await until(() => expect(names()).toEqual(['page_view', 'framed']));
    const [view, framed] = collector.stored();
    expect(framed).toMatchObject({ session_id: view!.session_id, seq: 1 });
    await until(() => expect(said).toEqual([expect.stringContaining('storage failed')]));
  });

  it('starts nothing without a key, and says which option is missing', async () => {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(`thrown: ${error.message}`));
    collector.pages.set(
      '/',
      `<!doctype html><script src="/sdk.js"></script><script>
        PX.init({ projectId: 'shop' }); PX.track('a'); PX.identify('b'); PX.page(); PX.reset(); PX.setConsent('denied'); PX.flush();
      </script>`,
    );
    await page.goto(`${collector.origin}/`);
    await until(() => expect(errors).toEqual([expect.stringMatching(/^px: .*apiKey.*undefined/)]));
    expect(await page.evaluate(() => [localStorage.length, PX.stats().accepted])).toEqual([0, 0]);
  });

  it('records a view and a click once where two copies of it are on the page, and each call', async () => {
    const said: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => said.push(message.text()));
    const copy = `<script src="/sdk.js"></script><script>PX.init(${JSON.stringify({ ...KEY, ...CALM })})</script>`;
    const script = `${copy}<script>const first = PX; first.track('one')</script>${copy}`;
    collector.pages.set('/', `<!doctype html>${script}<button>B</button>`);
    await page.goto(`${collector.origin}/`);
    await page.click('button');
    await page.evaluate(() => PX.track('two'));
    await flush(page);
    await page.evaluate('first.flush()');
    await until(() => expect(names().sort()).toEqual(['click', 'one', 'page_view', 'two']));
    await until(() => expect(said).toEqual([expect.stringContaining('twice')]));
    await page.evaluate('first.shutdown()');
    await page.evaluate(async (options) => {
      await PX.shutdown();
      PX.init(options);
    }, KEY);
    await until(() => expect(names().filter((name) => name === 'page_view')).toHaveLength(2));
  });

  it('describes a form by its own id, though a field is named so', async () => {
    const form = '<form id="order" data-px-click="order">Order<select name="id"></select></form>';
    const page = await open({ autocapture: { ...CALM.autocapture, pageViews: false } }, form);
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.click('form', { position: { x: 2, y: 2 } });
    await flush(page);
    expect(errors).toEqual([]);
    expect(collector.stored().map(({ properties }) => properties)).toEqual([
      expect.objectContaining({ tag: 'form', id: 'order', selector: '#order' }),
    ]);
  });

  it('lets the page delete its databases, and goes on in a new one', async () => {
    const page = await open({ autocapture: false });
    await page.evaluate(() => PX.track('before'));
    await flush(page);
    const outcome = await page.evaluate(async () => {
      const [database] = await indexedDB.databases();
      return new Promise<string>((resolve) => {
        const request = indexedDB.deleteDatabase(database!.name!);
        request.onsuccess = () => resolve('deleted');
        request.onblocked = () => resolve('blocked');
      });
    });
    expect(outcome).toBe('deleted');
    collector.answer = () => ({ status: 503 });
    await page.evaluate(() => PX.track('after'));
    await flush(page);
    await page.close();
    collector.answer = null;
    const next = await open({ autocapture: false });
    await flush(next);
    await until(() => expect(names()).toEqual(['before', 'after']));
  });

  it('throws nothing back, whatever `page` is handed', async () => {
    const page = await open({ autocapture: false });
    await page.evaluate(() => {
      const fail = () => {
        throw new Error('no');
      };
      PX.page(Object.defineProperty({ kept: 1 }, 'bad', { enumerable: true, get: fail }));
      PX.page(new Proxy({}, { ownKeys: fail }));
    });
    await flush(page);
    expect(collector.stored().map(({ properties }) => properties)).toEqual([
      { navigation: 'manual', kept: 1 },
      { navigation: 'manual' },
    ]);
  });

  it('leaves the page as it was after shutdown', async () => {
    collector.pages.set(
      '/',
      '<!doctype html><button id="b">B</button><script src="/sdk.js"></script>',
    );
    const page = await context.newPage();
    await page.goto(`${collector.origin}/`);
    const isRestored = await page.evaluate(async (options) => {
      const { pushState, replaceState } = history;
      PX.init(options);
      await PX.shutdown();
      return history.pushState === pushState && history.replaceState === replaceState;
    }, KEY);
    expect(isRestored).toBe(true);
    const before = collector.stored().length;
    await page.click('#b');
    await page.evaluate(() => history.pushState(null, '', '/other'));
    await page.waitForTimeout(1_500);
    expect(collector.stored()).toHaveLength(before);
  });

  it('comes back from the back/forward cache alive', async () => {
    const page = await open();
    await flush(page);
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await page.goto(`${collector.origin}/elsewhere`);
    await page.goBack();
    // Headless builds may have the cache off; then this is a plain load.
    const isRestored = await page.evaluate(() => 'isSamePage' in window);
    await page.evaluate(() => PX.track('back'));
    await flush(page);
    expect(names()).toContain('back');
    const last = collector
      .stored()
      .filter(({ event }) => event === 'page_view')
      .at(-1);
    expect(last!.properties!['navigation']).toBe(isRestored ? 'restore' : 'back_forward');
  });
});
