import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from './bundle-page.js';
import type * as pageModule from './router.js';

const executablePath = findChromium();
type RouterPage = typeof pageModule;

describe.skipIf(executablePath === null)('given React Router in a real browser', () => {
  let script: string;
  let browser: Browser;
  beforeAll(async () => {
    script = await bundlePage('react', 'router');
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  const inPage = <T>(opened: Page, run: string) =>
    opened.evaluate<T>(`(async (page) => ${run})(globalThis.router)`);

  const visit = async (making: pageModule.Making, work: (opened: Page) => Promise<void>) => {
    const context = await browser.newContext();
    await context.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/page.js')
        return route.fulfill({ contentType: 'text/javascript', body: script });
      if (pathname.startsWith('/px/')) return route.abort();
      const body = '<!doctype html><div id="root"></div><script src="/page.js"></script>';
      return route.fulfill({ contentType: 'text/html', body });
    });
    const opened = await context.newPage();
    try {
      await opened.goto('http://shop.test/users/7?tab=a');
      await inPage(opened, `page.start(${JSON.stringify(making)})`);
      await opened.waitForSelector('h1');
      await work(opened);
    } finally {
      await context.close();
    }
  };
  const go = async (opened: Page, to: string, replace = false) => {
    await inPage(opened, `page.go(${JSON.stringify(to)}, ${replace})`);
    // Longer than a view waits for its title.
    await opened.waitForTimeout(200);
  };
  const views = async (opened: Page) => {
    await inPage(opened, 'page.flush()');
    const events = await inPage<RouterPage['events']>(opened, 'page.events');
    return events
      .filter(({ event }) => event === 'page_view')
      .map(({ properties, url }) => {
        const { route, area } = properties as { route?: string; area?: string };
        return [new URL(url).pathname, route ?? null, area ?? null];
      });
  };

  const wanderings = [
    ['/users/7', '/users/:id', 'shop'],
    ['/', '/', 'shop'],
    ['/users', '/users', 'shop'],
    ['/users', '/users', 'shop'],
    ['/files/a/b', '/files/*', 'shop'],
    ['/nowhere', null, 'shop'],
    ['/files/a/b', '/files/*', 'shop'],
  ];
  const wander = async (opened: Page) => {
    await go(opened, '/');
    await go(opened, '/users');
    await go(opened, '/users?page=2');
    // A filter that rewrites the query, and an anchor, are no views.
    await go(opened, '/users?page=3', true);
    await go(opened, '/users?page=3#top');
    await go(opened, '/files/a/b');
    await go(opened, '/nowhere');
    await opened.goBack();
    await opened.waitForTimeout(200);
  };

  for (const router of ['data', 'declarative'] as const)
    for (const isCaptured of [true, false]) {
      it.concurrent(
        `records one view for each page, of its route, whether captured or not: ${router}, ${isCaptured}`,
        async () => {
          await visit({ router, starts: 'provider', isCaptured }, async (opened) => {
            await wander(opened);
            expect(await views(opened)).toEqual(wanderings);
          });
        },
      );
    }

  it('counts once, too, where PX began before React; the first view alone is of no route', async () => {
    await visit({ router: 'data', starts: 'page', isCaptured: true }, async (opened) => {
      await wander(opened);
      expect(await views(opened)).toEqual([['/users/7', null, null], ...wanderings.slice(1)]);
    });
  });

  it('has told of the page before its components record anything there', async () => {
    await visit({ router: 'data', starts: 'provider', isCaptured: true }, async (opened) => {
      await go(opened, '/users/8');
      await go(opened, '/');
      const events = await inPage<RouterPage['events']>(opened, 'page.events');
      const said = events
        .filter(({ event }) => event === 'page_view' || event === 'opened')
        .map(({ event, properties }) => [event, (properties as { route?: string }).route ?? null]);
      // StrictMode opens the first page twice.
      expect(said).toEqual([
        ['page_view', '/users/:id'],
        ['opened', null],
        ['opened', null],
        ['page_view', '/users/:id'],
        ['opened', null],
        ['page_view', '/'],
        ['opened', null],
        ['opened', null],
      ]);
    });
  });
});
