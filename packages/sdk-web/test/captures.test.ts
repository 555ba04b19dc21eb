/// <reference types="node" />
import type { PxEvent } from '@px-platform/protocol';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PxOptions } from '../src/index.js';
import { bundleSources } from './bundle-sources.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

const executablePath = findChromium();

describe.skipIf(executablePath === null)('given a person on a page', () => {
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
    context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  });
  afterEach(async () => {
    await context.close();
    await collector.close();
  });

  const open = async (body: string, options: Partial<PxOptions> = {}): Promise<Page> => {
    const given = JSON.stringify({ apiKey: 'px_write_key', projectId: 'shop', ...options });
    collector.pages.set(
      '/',
      `<!doctype html><title>Shop</title><script src="/sdk.js"></script><script>PX.init(${given})</script><body>${body}</body>`,
    );
    const page = await context.newPage();
    await page.goto(`${collector.origin}/`);
    return page;
  };
  const of = (name: string) => collector.stored().filter(({ event }) => event === name);
  const properties = (event: PxEvent | undefined) => event?.properties ?? {};
  const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 50 });
  const flush = (page: Page) => page.evaluate(() => PX.flush());
  const next = () => `${collector.origin}/elsewhere`;

  it('records where a view ended, how long somebody was there and how far they got', async () => {
    const page = await open('<div style="height: 3000px">Long</div>');
    await page.mouse.move(10, 10);
    await page.waitForTimeout(600);
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(300);
    await page.evaluate(() => history.pushState(null, '', '/second'));
    await page.mouse.move(20, 20);
    await page.waitForTimeout(200);
    await page.goto(next());
    await page.goto(`${collector.origin}/`);
    await until(() => expect(of('page_leave').length).toBeGreaterThanOrEqual(2));
    const [first, second] = of('page_view');
    const leaves = of('page_leave');
    expect(leaves[0]!.context!.page!.url).toBe(`${collector.origin}/`);
    expect(properties(leaves[0])).toMatchObject({
      view_id: first!.event_id,
      max_scroll_px: 1500,
      max_scroll_percent: 50,
    });
    const { engaged_ms: engagedMs, duration_ms: durationMs } = properties(leaves[0]);
    expect(Number(engagedMs)).toBeGreaterThanOrEqual(850);
    expect(Number(durationMs)).toBeGreaterThanOrEqual(Number(engagedMs));
    expect(properties(leaves[1])).toMatchObject({ view_id: second!.event_id });
    expect(leaves[1]!.context!.page!.url).toBe(`${collector.origin}/second`);
  });

  it('does not count the time nobody was there', async () => {
    const page = await open('<p>Short</p>', { autocapture: { pageLeave: { idleMs: 200 } } });
    await page.mouse.move(10, 10);
    await page.waitForTimeout(1_500);
    await page.goto(next());
    await page.goto(`${collector.origin}/`);
    await until(() => expect(of('page_leave').length).toBeGreaterThan(0));
    const leave = properties(of('page_leave')[0]);
    expect(Number(leave['engaged_ms'])).toBeLessThan(1_000);
    expect(Number(leave['duration_ms'])).toBeGreaterThan(1_400);
    expect(leave['max_scroll_percent']).toBe(100);
  });

  it('records each depth once a view, and of several at once the deepest', async () => {
    const page = await open('<div style="height: 6000px">Long</div>');
    const scrollTo = async (y: number) => {
      await page.evaluate((top) => window.scrollTo({ top }), y);
      await page.waitForTimeout(120);
    };
    for (const y of [100, 1_000, 200, 4_000, 6_000, 0, 6_000]) await scrollTo(y);
    await flush(page);
    expect(of('scroll').map((event) => properties(event)['depth_percent'])).toEqual([25, 75, 100]);
    expect(properties(of('scroll')[0])['view_id']).toBe(of('page_view')[0]!.event_id);
    await page.evaluate(() => history.pushState(null, '', '/second'));
    await scrollTo(1_200);
    await flush(page);
    expect(of('scroll').map((event) => properties(event)['depth_percent'])).toEqual([
      25, 75, 100, 25,
    ]);
  });

  it('records scrolling of the element that scrolls', async () => {
    const page = await open(
      '<div id="box" style="height: 300px; overflow: auto"><div style="height: 3000px"></div></div>',
      { autocapture: { scroll: { container: '#box', milestones: [50] } } },
    );
    await page.evaluate(() => document.querySelector('#box')!.scrollTo(0, 1_300));
    await page.waitForTimeout(200);
    await flush(page);
    expect(properties(of('scroll')[0])).toMatchObject({ depth_percent: 50, depth_px: 1_600 });
  });

  it('records forms that are sent and forms that are left, by the names of their fields alone', async () => {
    const page = await open(
      `<form id="signup" action="/join?ref=secret"><input name="email" required><input type="password" name="pass"><select name="id"><option>a</option><option>b</option></select><button>Join</button></form>
       <form name="search" onsubmit="return false"><input name="q"></form>
       <form data-px-ignore><input name="hidden"></form>
       <script>document.forms[0].addEventListener('submit', (e) => e.preventDefault())</script>`,
    );
    await page.click('button');
    await page.fill('[name=email]', 'ana@example.com');
    await page.fill('[name=pass]', 'hunter2');
    await page.selectOption('[name=id]', 'b');
    await page.click('button');
    await page.type('[name=q]', 'red shoes');
    await page.type('[name=hidden]', 'nobody');
    await page.goto(next());
    await page.goto(`${collector.origin}/`);
    await until(() =>
      expect([of('form_abandon').length, of('form_submit').length]).toEqual([1, 1]),
    );
    expect(of('form_submit').map(properties)).toEqual([
      {
        id: 'signup',
        action: '/join',
        duration_ms: expect.any(Number) as number,
        fields: ['email', 'pass', 'id'],
        invalid_fields: ['email'],
      },
    ]);
    expect(properties(of('form_abandon')[0])).toEqual({
      name: 'search',
      duration_ms: expect.any(Number) as number,
      fields: ['q'],
      last_field: 'q',
    });
    expect(JSON.stringify(collector.stored())).not.toMatch(/ana@|hunter2|red shoes|secret|nobody/);
  });

  it('tells links that lead away or save a file, the page’s own words, and a middle click', async () => {
    const page = await open(
      `<section data-px-area="pricing" data-px-plan="free"><a id="a" href="https://other.example/x?q=1" data-px-plan="pro">Away</a></section>
       <a id="b" href="/report.pdf" download>Report</a> <button id="c">Nothing</button>
       <script>document.addEventListener('click', (e) => e.preventDefault()); document.addEventListener('auxclick', (e) => e.preventDefault())</script>`,
    );
    await page.click('#a');
    await page.click('#b');
    await page.click('#a', { button: 'middle' });
    await page.click('#c', { button: 'middle' });
    await page.click('#a', { button: 'right' });
    await page.focus('#c');
    await page.keyboard.press('Enter');
    await flush(page);
    const clicks = of('click').map(properties);
    expect(clicks.map(({ id }) => id)).toEqual(['a', 'b', 'a', 'c']);
    expect(clicks[0]).toMatchObject({
      href: 'https://other.example/x',
      outbound: true,
      attributes: { area: 'pricing', plan: 'pro' },
    });
    expect(clicks[1]).toMatchObject({ href: `${collector.origin}/report.pdf`, download: true });
    expect(clicks[1]).not.toHaveProperty('outbound');
  });

  it.each([
    ['<button id="buy">B</button>', '#buy'],
    ['<main><button id=":r1:">B</button></main>', 'main > button'],
    [
      '<div data-testid="bar"><p></p><p><button>B</button></p></div>',
      '[data-testid="bar"] > p:nth-of-type(2) > button',
    ],
    [
      '<nav><a href="#x">1</a><a href="#y" id="radix-12" class="btn-x7f">B</a></nav>',
      'nav > a:nth-of-type(2)',
    ],
    [
      '<form name="pay"><button name="go" type="button">B</button></form>',
      'form[name="pay"] > button[name="go"]',
    ],
  ])('names %s by what stays', async (body, selector) => {
    const page = await open(body);
    await page.getByText('B', { exact: true }).click();
    await flush(page);
    const found = properties(of('click')[0])['selector'] as string;
    expect(found.replace('html > body > ', '')).toBe(selector);
    expect(await page.locator(found).count()).toBe(1);
  });

  it('describes an element of a page with ten thousand others in well under a millisecond', async () => {
    const page = await open(
      `<ul>${'<li><span>x</span></li>'.repeat(10_000)}<li><button>B</button></li></ul>`,
    );
    await page.evaluate(() => document.querySelector('button')!.scrollIntoView());
    await page.click('button');
    await flush(page);
    expect(properties(of('click')[0])['selector']).toContain('li:nth-of-type(10001) > button');
  });

  it.each([
    [{}, ['/a', '/a?b=1#/r', '/a?b=3#/r']],
    [{ hash: true, query: true }, ['/a', '/a#x', '/a?b=1#/r', '/a?b=2#/r', '/a?b=3#/r']],
    [{ hash: false, query: false }, ['/a']],
    [{ query: ['c'] }, ['/a', '/a?b=1#/r']],
  ])('sees the views of routers as told: %j', async (pageViews, expected) => {
    const page = await open('', { autocapture: { pageViews } });
    await page.evaluate(() => {
      history.pushState(null, '', '/a');
      history.pushState(null, '', '/a#x');
      history.pushState(null, '', '/a?b=1#/r');
      history.replaceState(null, '', '/a?b=2#/r');
      history.pushState(null, '', '/a?b=3#/r');
      history.replaceState({ scroll: 1 }, '');
    });
    await flush(page);
    const urls = of('page_view').map(({ context }) =>
      context!.page!.url!.slice(collector.origin.length),
    );
    expect(urls).toEqual(['/', ...expected]);
  });

  it('sees them as well where the browser has no Navigation API', async () => {
    await context.addInitScript(() => Reflect.deleteProperty(window, 'navigation'));
    const page = await open('');
    await page.evaluate(() => {
      history.pushState(null, '', '/a');
      location.hash = '#/r';
      history.replaceState(null, '', '/b');
    });
    await page.goBack();
    await flush(page);
    expect(
      of('page_view').map(({ context }) => context!.page!.url!.slice(collector.origin.length)),
    ).toEqual(['/', '/a', '/a#/r', '/b', '/a']);
    const isRestored = await page.evaluate(async () => {
      await PX.shutdown();
      return /native code/.test(String(history.pushState));
    });
    expect(isRestored).toBe(true);
  });
});
