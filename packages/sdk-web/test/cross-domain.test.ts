/// <reference types="node" />
import { CHROMIUM_ARGS, findChromium } from '@px-platform/test-browser';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Px } from '../src/index.js';
import { bundleSources } from './bundle-sources.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

declare global {
  var PX: Px;
}

const executablePath = findChromium();

describe.skipIf(executablePath === null)('given a site of several domains', () => {
  let sdk: string;
  let browser: Browser;
  let collector: StubCollector;
  let context: BrowserContext;

  beforeAll(async () => {
    sdk = `${await bundleSources('iife')};${await bundleSources('crossDomain')}`;
    browser = await chromium.launch({
      executablePath: executablePath!,
      // Names need not exist: every one is this machine.
      args: [...CHROMIUM_ARGS, '--host-resolver-rules=MAP * 127.0.0.1'],
    });
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

  const at = (host: string, path = '/') =>
    `http://${host}:${new URL(collector.origin).port}${path}`;
  const serve = (plugins: string, { options = '', body = '' } = {}) =>
    collector.pages.set(
      '/',
      `<!doctype html><title>Shop</title><script src="/sdk.js"></script><script>
      PX.init({ apiKey: 'k', projectId: 'shop', ${options} plugins: [${plugins}] })</script><body>${body}</body>`,
    );
  const visit = async (host: string, page?: Page): Promise<Page> => {
    const visited = page ?? (await context.newPage());
    await visited.goto(at(host));
    await visited.evaluate(() => PX.flush());
    return visited;
  };
  const views = () =>
    collector
      .stored()
      .filter(({ event }) => event === 'page_view')
      .map(({ anonymous_id, session_id, user_id, context }) => ({
        anonymous_id,
        session_id,
        user_id,
        url: context!.page!.url,
      }));

  describe('that are subdomains', () => {
    const plugin = 'crossDomain.crossSubdomain()';

    it.each(['shop.example', 'shop.co.uk'])(
      'knows one person in one visit on all of %s, in cookies of that domain alone',
      async (domain) => {
        serve(plugin);
        const page = await visit(`www.${domain}`);
        await page.evaluate(() => PX.identify('ana'));
        await visit(`app.${domain}`, page);
        const [one, two] = views();
        expect(two).toMatchObject({
          anonymous_id: one!.anonymous_id,
          session_id: one!.session_id,
          user_id: 'ana',
        });
        const cookies = await context.cookies();
        expect(new Set(cookies.map(({ domain }) => domain))).toEqual(new Set([`.${domain}`]));
        expect(new Set(cookies.map(({ sameSite }) => sameSite))).toEqual(new Set(['Lax']));
        expect(cookies.map(({ name }) => name).sort()).toEqual([
          'px_shop_anonymous_id',
          'px_shop_session',
          'px_shop_user_id',
        ]);
        await visit(`www.other.${domain.slice(5)}`, page);
        expect(views()[2]!.anonymous_id).not.toBe(one!.anonymous_id);
      },
    );

    it('goes on with the id a page had before it was shared, and forgets it everywhere at reset', async () => {
      serve('');
      const page = await visit('www.shop.example');
      serve(plugin);
      await visit('www.shop.example', page);
      await visit('app.shop.example', page);
      const [before, , app] = views();
      expect(app!.anonymous_id).toBe(before!.anonymous_id);
      await page.evaluate(() => PX.reset());
      await visit('www.shop.example', page);
      expect(views()[3]!.anonymous_id).not.toBe(before!.anonymous_id);
    });

    it('sets no cookie before the person agrees, and shares what they say', async () => {
      serve(plugin, { options: "consent: 'pending'," });
      const page = await visit('www.shop.example');
      expect(await context.cookies()).toEqual([]);
      await page.evaluate(() => PX.setConsent('denied'));
      await visit('app.shop.example', page);
      expect(await page.evaluate(() => PX.getConsent().analytics)).toBe('denied');
      expect((await context.cookies()).map(({ name }) => name)).toEqual(['px_shop_consent']);
      await page.evaluate(() => PX.setConsent('granted'));
      await visit('www.shop.example', page);
      expect(views().map(({ url }) => new URL(url!).hostname)).toEqual(['www.shop.example']);
    });

    it('takes over the id that a server gave a device on its first visit, once', async () => {
      serve(plugin);
      const offer = (value: string) =>
        context.addCookies([{ name: 'px_shop_new', value, url: at('www.shop.example') }]);
      await offer('device-of-the-server');
      const page = await visit('www.shop.example');
      expect(views()[0]!.anonymous_id).toBe('device-of-the-server');
      expect((await context.cookies()).map(({ name }) => name)).not.toContain('px_shop_new');
      // Who has an id keeps it; who was forgotten is nobody that a server knows.
      await offer('another');
      await visit('www.shop.example', page);
      expect(views()[1]!.anonymous_id).toBe('device-of-the-server');
      await page.evaluate(() => PX.reset());
      await visit('www.shop.example', page);
      expect(['device-of-the-server', 'another']).not.toContain(views()[2]!.anonymous_id);
    });

    it('leaves that id alone before the person agrees', async () => {
      serve(plugin, { options: "consent: 'pending'," });
      await context.addCookies([
        { name: 'px_shop_new', value: 'of-the-server', url: at('www.shop.example') },
      ]);
      const page = await visit('www.shop.example');
      expect((await context.cookies()).map(({ name }) => name)).toEqual(['px_shop_new']);
      await page.evaluate(() => PX.setConsent('granted'));
      await page.evaluate(() => PX.flush());
      expect(views()[0]!.anonymous_id).toBe('of-the-server');
    });

    it('works where there is but one name', async () => {
      serve(plugin);
      const page = await visit('localhost');
      await visit('localhost', page);
      expect(new Set(views().map(({ anonymous_id }) => anonymous_id)).size).toBe(1);
    });
  });

  describe('that are not', () => {
    const plugin = "crossDomain.linkDomains(['shop.example', 'pay.example'])";
    const follow = async (page: Page, host: string) => {
      await page.evaluate((href) => {
        const link = document.createElement('a');
        link.id = 'away';
        link.href = href;
        link.textContent = 'Pay';
        document.body.append(link);
      }, at(host));
      await page.click('#away');
      await page.waitForURL((url) => url.hostname === host);
      await page.evaluate(() => PX.flush());
    };

    it('takes the visit along a followed link, and leaves nothing in the address', async () => {
      serve(plugin);
      const page = await visit('www.shop.example');
      await follow(page, 'secure.pay.example');
      const [shop, pay] = views();
      expect(pay).toMatchObject({
        anonymous_id: shop!.anonymous_id,
        session_id: shop!.session_id,
        url: at('secure.pay.example'),
      });
      expect(page.url()).toBe(at('secure.pay.example'));
      await visit('secure.pay.example', page);
      expect(views()[2]!.anonymous_id).toBe(shop!.anonymous_id);
    });

    it('gives nothing to strangers, and takes nothing that is old, from elsewhere or no id', async () => {
      serve(plugin);
      const page = await visit('www.shop.example');
      await follow(page, 'www.else.example');
      expect(page.url()).toBe(at('www.else.example'));
      const id = '01912d68-783e-7a00-8000-0000000000a1';
      const now = Date.now();
      for (const value of [
        `${id}.${id}.${(now - 130_000).toString(36)}`,
        `${id}.${id}.${(now + 300_000).toString(36)}`,
        `${id}.${id}`,
        '<script>',
      ]) {
        await page.goto(at('www.pay.example', `/?_px=${encodeURIComponent(value)}&q=1`));
        await page.evaluate(() => PX.flush());
        expect(page.url()).toBe(at('www.pay.example', '/?q=1'));
      }
      await page.goto(at('www.else.example'));
      const fresh = `${id}.${id}.${Date.now().toString(36)}`;
      await page.evaluate((to) => location.assign(to), at('pay.example', `/?_px=${fresh}`));
      await page.waitForURL((url) => url.hostname === 'pay.example');
      await page.evaluate(() => PX.flush());
      expect(views().map(({ anonymous_id }) => anonymous_id)).not.toContain(id);
    });

    it('does neither before the person agrees', async () => {
      serve(plugin, { options: "consent: 'pending'," });
      const page = await visit('www.shop.example');
      await page.evaluate(() => addEventListener('click', (event) => event.preventDefault()));
      const hrefs = await page.evaluate((href) => {
        const link = document.createElement('a');
        link.href = href;
        document.body.append(link);
        const seen: string[] = [];
        link.addEventListener('click', () => seen.push(link.href));
        link.click();
        PX.setConsent('granted');
        PX.track('agreed');
        link.click();
        return seen;
      }, at('pay.example'));
      expect(hrefs[0]).toBe(at('pay.example'));
      expect(hrefs[1]).toContain('?_px=');
    });

    it('leaves who is known here as they are', async () => {
      serve(plugin);
      const page = await visit('pay.example');
      await page.evaluate(() => PX.identify('ana'));
      await page.evaluate(() => PX.flush());
      await visit('www.shop.example', page);
      await follow(page, 'pay.example');
      const all = views();
      expect(all[2]).toMatchObject({ user_id: 'ana', anonymous_id: all[0]!.anonymous_id });
    });
  });
});
