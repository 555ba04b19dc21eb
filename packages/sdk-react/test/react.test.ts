/// <reference types="node" />
import type { FlagDocument } from '@px-platform/protocol/flags';
import { CHROMIUM_ARGS, findChromium } from '@px-platform/test-browser';
import type { PxOptions } from '@px-platform/sdk-web';
import { renderToString } from 'react-dom/server';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { drawApp, type Scene } from './app.js';
import { bundlePage } from './bundle-page.js';
import type * as pageModule from './page.js';
import { KEY, options, shop } from './shop.js';

declare global {
  var page: typeof pageModule;
}

const executablePath = findChromium();
const ORIGIN = 'http://shop.test';

describe.skipIf(executablePath === null).each([
  ['19', 'react'],
  ['18', 'react-18'],
] as const)('given a page of React %s in a real browser', (version, react) => {
  let script: string;
  let browser: Browser;
  let context: BrowserContext;
  let published: FlagDocument | null;

  beforeAll(async () => {
    script = await bundlePage(react);
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    published = null;
    context = await browser.newContext();
  });
  afterEach(() => context.close());

  const open = async (html = ''): Promise<Page> => {
    await context.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/page.js')
        return route.fulfill({ contentType: 'text/javascript', body: script });
      if (pathname === '/px/v1/config')
        return published
          ? route.fulfill({ json: published, headers: { etag: `"${published.px?.revision}"` } })
          : route.abort();
      if (pathname.startsWith('/px/')) return route.abort();
      return route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>Shop</title><div id="root">${html}</div><script src="/page.js"></script>`,
      });
    });
    const opened = await context.newPage();
    await opened.goto(`${ORIGIN}/`);
    return opened;
  };
  /** By its text: Playwright's types do not end where a document's do. */
  const draw = (opened: Page, how: 'withClient' | 'withOptions', drawing: pageModule.Drawing) =>
    opened.evaluate(
      ([how, text]) => {
        page[how](JSON.parse(text) as pageModule.Drawing);
        return document.querySelector('#root')?.textContent;
      },
      [how, JSON.stringify(drawing)] as const,
    );
  const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
  const read = (opened: Page) =>
    opened.evaluate(() => ({
      events: page.events,
      names: page.events.map(({ event }) => event),
      said: page.said.filter((text) => !text.includes('ERR_') && !text.startsWith('px:')),
      px: page.said.filter((text) => text.startsWith('px:')),
      texts: page.texts,
      draws: { ...page.draws },
      html: document.querySelector('#root')?.innerHTML ?? '',
    }));
  /** What React does after it has drawn is done, and what PX says of it. */
  const settle = (opened: Page) => opened.waitForTimeout(150);
  const publish = async (opened: Page, next: FlagDocument) => {
    published = next;
    await opened.evaluate(() => page.PX.refreshFlags());
    await settle(opened);
  };

  it('is a page of that version', async () => {
    const opened = await open();
    expect(await opened.evaluate(() => page.version)).toMatch(new RegExp(`^${version}\\.`));
  });

  it('draws flags that came with the page at once, with a PX that was started first', async () => {
    const opened = await open();
    await draw(opened, 'withClient', { scene: 'flags', options: options() });
    await settle(opened);
    const { texts, said } = await read(opened);
    expect(texts).toEqual(['', 'Hellosale']);
    expect(said).toEqual([]);
  });

  it('starts PX once under StrictMode where the provider has options', async () => {
    const opened = await open();
    await draw(opened, 'withOptions', { scene: 'flags', options: options() });
    await settle(opened);
    const { html, said, px, texts } = await read(opened);
    // No fallback was painted.
    expect(texts).toEqual(['', 'Hellosale']);
    expect(html).toBe('<h1>Hello</h1><p id="banner">sale</p>');
    expect(said).toEqual([]);
    // What cannot be reached is told of; a second start would be as well.
    expect(px.filter((text) => text.includes('again'))).toEqual([]);
  });

  it('draws again what reads a flag that changed, and nothing else', async () => {
    const opened = await open();
    await draw(opened, 'withClient', { scene: 'flags', options: options() });
    await settle(opened);
    const before = (await read(opened)).draws;
    await publish(opened, shop('Bye', { revision: 2 }));
    const after = await read(opened);
    expect(after.html).toContain('<h1>Bye</h1>');
    expect(after.draws['banner']).toBe(before['banner']);
    expect(after.draws['title']).toBeGreaterThan(before['title'] ?? 0);
    // A publication without a change for anybody draws nothing.
    await publish(opened, shop('Bye', { revision: 3 }));
    expect((await read(opened)).draws).toEqual(after.draws);
  });

  it('does not draw a flag’s details again for a publication that changed another flag', async () => {
    const opened = await open();
    published = shop('Hello');
    await draw(opened, 'withClient', { scene: 'details', options: options() });
    await settle(opened);
    const before = (await read(opened)).draws;
    const { features, ...rest } = shop('Hello', { revision: 2 });
    await publish(opened, { ...rest, features: { ...features, banner: { defaultValue: 'none' } } });
    const after = await read(opened);
    expect(after.draws).toEqual(before);
    expect(after.html).toBe('<p id="details">Hello default 1</p>');
    await publish(opened, shop('Bye', { revision: 3 }));
    expect((await read(opened)).html).toBe('<p id="details">Bye default 3</p>');
  });

  it('draws what flags say once a PX is started late', async () => {
    const opened = await open();
    await opened.evaluate(() => page.withoutStart('flags'));
    expect((await read(opened)).html).toContain('<h1>Fallback</h1>');
    await opened.evaluate(
      (text) => page.start(JSON.parse(text) as PxOptions),
      JSON.stringify(options()),
    );
    await until(() => opened.waitForSelector('h1:text("Hello")'));
    expect((await read(opened)).said).toEqual([]);
  });

  for (const scene of ['experiment', 'flagOfExperiment', 'components'] as const) {
    it(`exposes once under StrictMode, after the page is drawn: ${scene}`, async () => {
      const opened = await open();
      const seen = await draw(opened, 'withClient', { scene, options: options() });
      expect(seen).toMatch(/new|one page/);
      await settle(opened);
      const { events, said } = await read(opened);
      const exposures = events.filter(({ event }) => event === '$exposure');
      expect(exposures).toMatchObject([
        {
          properties: { experiment: 'checkout_flow_v2', variant: 'treatment' },
          shown: expect.stringMatching(/new|one page/),
        },
      ]);
      expect(said).toEqual([]);
    });
  }

  it('exposes nobody where the options say so', async () => {
    const opened = await open();
    const silent = options();
    await draw(opened, 'withClient', {
      scene: 'experiment',
      options: { ...silent, flags: { ...silent.flags, expose: false } },
    });
    await settle(opened);
    expect(await read(opened)).toMatchObject({ names: [] });
  });

  it('shows what is on, what a value asks for, and one variant', async () => {
    const opened = await open();
    await draw(opened, 'withClient', { scene: 'components', options: options() });
    expect((await read(opened)).html).toBe(
      '<i id="off">off</i><b id="is">"Hello"</b><b id="treatment">one page</b>',
    );
  });

  it('decides by a context that is made anew at each render, and follows changes of it', async () => {
    const opened = await open();
    await draw(opened, 'withClient', { scene: 'context', options: options() });
    expect(await opened.textContent('#pros')).toBe('true');
    // For this context alone: nothing is another for the page's own person.
    await publish(opened, shop('Hello', { revision: 2, beta: false }));
    expect(await opened.textContent('#pros')).toBe('false');
    expect((await read(opened)).said).toEqual([]);
  });

  it('records what hooks and components say, a page view once under StrictMode', async () => {
    const opened = await open();
    await draw(opened, 'withClient', { scene: 'actions', options: options() });
    await settle(opened);
    expect((await read(opened)).names).toEqual(['page_view']);
    await opened.click('#track');
    await opened.click('#click');
    await opened.click('#identify');
    await opened.locator('footer').scrollIntoViewIfNeeded();
    await settle(opened);
    const { events, said } = await read(opened);
    const named = (name: string) => events.filter(({ event }) => event === name);
    expect(named('page_view')).toMatchObject([{ properties: { area: 'shop' } }]);
    expect(named('pressed')).toMatchObject([{ properties: { by: 'hook' } }]);
    expect(named('clicked')).toMatchObject([{ properties: { by: 'component' } }]);
    expect(named('seen')).toMatchObject([{ properties: { what: 'footer' } }]);
    expect(named('$identify')).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('records an error that a boundary caught, once, and shows something else', async () => {
    const opened = await open();
    const given = { ...options(), autocapture: { pageViews: false, clicks: false } };
    await draw(opened, 'withClient', { scene: 'error', options: given });
    await settle(opened);
    const { events, html } = await read(opened);
    expect(html).toBe('<p id="sorry">Sorry</p>');
    // React 18's development build has the window told, too, before anybody catches.
    const caught = events.filter(({ event, shown }) => event === 'error' && shown === 'Sorry');
    expect(caught).toMatchObject([{ properties: { step: 'payment', handled: true } }]);
    if (version !== '18') expect(events.filter(({ event }) => event === 'error')).toEqual(caught);
  });

  describe('and a server wrote it', () => {
    const html = (scene: Scene, bootstrap?: FlagDocument) =>
      renderToString(drawApp({ scene, options: KEY, bootstrap }));

    for (const scene of ['flags', 'details', 'experiment', 'components'] as const) {
      it(`draws at first what the server drew, without a warning: ${scene}`, async () => {
        const written = html(scene, shop('Hello'));
        const opened = await open(written);
        await draw(opened, 'withOptions', {
          scene,
          options: { ...KEY, flags: { stream: false } },
          isHydrated: true,
          provided: { bootstrap: shop('Hello') },
        });
        await settle(opened);
        const { said, texts } = await read(opened);
        expect(written).toContain(scene === 'experiment' ? 'checkout' : 'Hello');
        expect(said).toEqual([]);
        if (scene === 'flags' || scene === 'details')
          expect(new Set(texts)).toEqual(new Set([texts[0]]));
      });
    }

    it('draws at first what the server drew where this browser knows better, and exposes to what is shown alone', async () => {
      const written = html('experiment');
      expect(written).toContain('null undefined');
      const opened = await open(written);
      await draw(opened, 'withClient', {
        scene: 'experiment',
        options: options(),
        isHydrated: true,
      });
      await until(() => opened.waitForSelector('#checkout:text("treatment new")'));
      await settle(opened);
      const { said, events, texts } = await read(opened);
      expect(said).toEqual([]);
      expect(texts[0]).toBe('null undefined');
      expect(events).toMatchObject([{ event: '$exposure', shown: 'treatment new' }]);
    });
  });
});
