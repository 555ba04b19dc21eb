/// <reference types="node" />
import { findChromium, launchChromium } from '@px-platform/test-browser';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Px, PxOptions } from '../src/index.js';
import { bundleSources } from './bundle-sources.js';
import { CANARIES } from './canaries.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

declare global {
  var PX: Px;
}

const executablePath = findChromium();
const KEY = { apiKey: 'px_write_key', projectId: 'shop' };

describe.skipIf(executablePath === null)('given a real browser', () => {
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

  const open = async (
    options: Partial<PxOptions> = {},
    { body = '', path = '/' }: { readonly body?: string; readonly path?: string } = {},
  ): Promise<Page> => {
    collector.pages.set(
      path,
      `<!doctype html><title>Shop</title><script src="/sdk.js"></script>
      <script>PX.init(${JSON.stringify({ ...KEY, ...options })})</script><body>${body}</body>`,
    );
    const page = await context.newPage();
    await page.goto(collector.origin + path);
    return page;
  };
  const names = () => collector.stored().map(({ event }) => event);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

  /** Everything a browser can keep of a page, by name. */
  const kept = (page: Page) =>
    page.evaluate(async () => ({
      local: Object.keys(localStorage).sort(),
      session: Object.keys(sessionStorage),
      cookies: document.cookie,
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
    }));
  const NOTHING = { local: [], session: [], cookies: '', databases: [], caches: [] };
  /** All that a person and a page do, and the time in which it would be written. */
  const live = async (page: Page) => {
    await page.click('button');
    await page.evaluate(() => {
      PX.track('own');
      PX.identify('ana', { plan: 'pro' });
      PX.register({ theme: 'dark' });
      PX.group('company', 'acme');
      history.pushState(null, '', '/cart?utm_source=news');
      void PX.flush();
    });
    await page.waitForTimeout(1_500);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
      dispatchEvent(new PageTransitionEvent('pagehide'));
    });
  };
  const BODY = { body: '<button>Buy</button>' };

  describe('before the person agrees', () => {
    it.each(['pending', 'denied'] as const)(
      'writes nothing anywhere and sends nothing while consent is %s, on this page and the next',
      async (consent) => {
        const page = await open({ consent }, BODY);
        await live(page);
        expect(await kept(page)).toEqual(NOTHING);
        await page.goto(`${collector.origin}/`);
        await live(page);
        expect(await kept(page)).toEqual(NOTHING);
        expect(collector.received).toEqual([]);
        const stats = await page.evaluate(() => PX.stats());
        expect(stats.delivered).toBe(0);
        if (consent === 'pending') expect(stats.pending).toBe(stats.accepted);
        else expect(stats.dropped).toEqual({ consent: stats.accepted });
      },
    );

    it.each(['globalPrivacyControl', 'doNotTrack'] as const)(
      'does not either where the browser says %s, until the person agrees all the same',
      async (signal) => {
        await context.addInitScript((name) => {
          const value = name === 'doNotTrack' ? '1' : true;
          Object.defineProperty(Navigator.prototype, name, { get: () => value });
        }, signal);
        const page = await open({}, BODY);
        await live(page);
        expect(await kept(page)).toEqual(NOTHING);
        expect(collector.received).toEqual([]);
        await page.evaluate(() => PX.setConsent('granted'));
        await page.evaluate(() => PX.track('agreed'));
        await page.evaluate(() => PX.flush());
        expect(names()).toContain('agreed');
        expect(names()).not.toContain('own');
      },
    );

    it('sends all that was held, in order and of one visit, once they agree, and keeps who they are', async () => {
      // How long a frame or an answer to a click takes is the machine's affair.
      const autocapture = { longFrames: false, deadClicks: false };
      const page = await open({ consent: 'pending', autocapture }, BODY);
      await page.click('button');
      await page.evaluate(() => {
        PX.identify('ana');
        PX.track('own');
        PX.setConsent('granted');
      });
      await page.evaluate(() => PX.flush());
      await until(() => expect(names()).toEqual(['page_view', 'click', '$identify', 'own']));
      expect(collector.stored().map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
      expect(new Set(collector.stored().map(({ session_id }) => session_id)).size).toBe(1);
      expect((await kept(page)).local).toEqual(
        expect.arrayContaining(['px:shop:anonymous_id', 'px:shop:consent', 'px:shop:user_id']),
      );
    });
  });

  const consents = () =>
    new Map(collector.stored().map(({ event, context: said }) => [event, said?.consent]));

  it('tells with each event what had been agreed to when it was made', async () => {
    const page = await open({ consent: { replay: 'denied', messages: 'pending' } }, BODY);
    await page.evaluate(() => {
      PX.track('before');
      PX.setConsent({ messages: 'granted' });
      PX.track('after');
      return PX.flush();
    });
    await until(() => expect(consents().get('after')).toBe('gdgg'));
    expect(consents().get('before')).toBe('gdgp');
    expect(consents().get('page_view')).toBe('gdgp');
  });

  it('tells what the browser says for the person, where they said nothing themselves', async () => {
    await context.addInitScript(() =>
      Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
    );
    const page = await open({}, BODY);
    await page.evaluate(() => {
      setTimeout(() => {
        throw new Error('a fault of the page');
      });
    });
    await until(() => expect(consents().get('error')).toBe('ddgd'));
    expect([...consents().keys()]).toEqual(['error']);
  });

  it('keeps the decision alone when they refuse, in every tab, and empties the database', async () => {
    collector.answer = () => ({ status: 503 });
    const page = await open({}, BODY);
    const other = await context.newPage();
    await other.goto(`${collector.origin}/`);
    await live(page);
    expect((await kept(page)).local.length).toBeGreaterThan(3);
    await other.evaluate(() => PX.setConsent('denied'));
    await page.evaluate(() => PX.track('not this'));
    await page.waitForTimeout(1_000);
    const { local, session, cookies } = await kept(page);
    expect({ local, session, cookies }).toEqual({
      local: ['px:shop:consent'],
      session: [],
      cookies: '',
    });
    const rows = await page.evaluate(async () => {
      const counts: number[] = [];
      for (const { name } of await indexedDB.databases()) {
        const db = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open(name!);
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error('not opened'));
        });
        for (const store of db.objectStoreNames) {
          counts.push(
            await new Promise<number>((resolve) => {
              const request = db.transaction(store).objectStore(store).count();
              request.onsuccess = () => resolve(request.result);
            }),
          );
        }
        db.close();
      }
      return counts;
    });
    expect(rows.every((count) => count === 0)).toBe(true);
  });

  it(`puts none of ${CANARIES.length} canaries on the wire, wherever on a page they are`, async () => {
    const encode = encodeURIComponent;
    const escape = (text: string) =>
      text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
    expect(CANARIES.length).toBeGreaterThanOrEqual(60);
    const page = await open();
    const PER_PAGE = 6;
    for (let from = 0; from < CANARIES.length; from += PER_PAGE) {
      const planted = CANARIES.slice(from, from + PER_PAGE);
      const path = `/p${from}`;
      const body = planted.map(({ value, name }) => {
        const text = escape(value);
        return `
        <a href="/away/${encode(value)}?q=${encode(value)}#${encode(value)}" onclick="event.preventDefault()">${text}</a>
        <button aria-label="${text}" title="${text}" class="c ${value.includes(' ') ? '' : text}" data-px-click="${text}" data-px-note="${text}"
          data-testid="${text}">Pay ${text} now</button>
        <form action="/done?${encode(name)}=${encode(value)}" onsubmit="event.preventDefault()">
          <input name="field" value="${text}"><input type="password" value="${text}"><textarea>${text}</textarea>
          <button>Send</button></form>`;
      });
      const all = planted.map(({ value }) => value).join(' | ');
      collector.pages.set(
        path,
        `<!doctype html><title>About ${escape(all)}</title><script src="/sdk.js"></script>
        <script>PX.init(${JSON.stringify(KEY)})</script><body>${body.join('')}</body>`,
      );
      const query = planted.map(
        ({ value, name }) =>
          `${encode(name)}=${encode(value)}&q=${encode(`x ${value}`)}&utm_content=${encode(value)}`,
      );
      // The page that is left is the referrer of the next.
      await page.evaluate((to) => location.assign(to), `${path}?${query.join('&')}#${encode(all)}`);
      await page.waitForURL((at) => at.pathname === path);
      for (const element of await page.locator('a,button').all())
        await element.dispatchEvent('click');
      for (const element of await page.locator('a,button').all()) await element.click();
      await page.evaluate(async (planted) => {
        for (const { value, name } of planted) {
          const encoded = encodeURIComponent(value);
          document.title = `Now ${value}`;
          history.pushState(null, '', `?${name}=${encoded}&step=2`);
          history.pushState(null, '', `#/done/${encoded}`);
          setTimeout(() => {
            throw new Error(`refused ${value} of ${location.href}`);
          });
          void Promise.reject(new TypeError(`no ${value}`));
          for (const url of [
            `/nowhere/${encoded}?${name}=${encoded}`,
            `http://localhost:1/?${name}=${encoded}`,
          ]) {
            await fetch(url, { method: 'POST' }).catch(() => {});
          }
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await PX.flush();
      }, planted);
    }
    await page.goto(`${collector.origin}/bye`);
    await page.waitForTimeout(500);
    const sent = JSON.stringify(collector.received.map(({ batch }) => batch));
    // As it stands, and without what JSON and selectors escape with.
    const wire = sent + sent.replace(/\\+(?:3(\d) )?/g, '$1');
    const events = new Set(names());
    expect([...events]).toEqual(
      expect.arrayContaining([
        'page_view',
        'page_leave',
        'click',
        'form_submit',
        'error',
        'network',
      ]),
    );
    const found = CANARIES.flatMap(({ value, leak = value }) =>
      [leak, encode(leak), leak.replace(/ /g, '+')]
        .filter((form) => wire.includes(form))
        .map((form) => {
          const at = wire.indexOf(form);
          return `${form}: …${wire.slice(Math.max(0, at - 120), at + form.length + 20)}`;
        }),
    );
    expect(found).toEqual([]);
  }, 240_000);

  it("leaves a developer's own properties as they are, and redacts them where asked", async () => {
    const page = await open();
    await page.evaluate(() => PX.track('own', { to: 'ana@example.com' }));
    await page.evaluate(() => PX.flush());
    expect(collector.stored().find(({ event }) => event === 'own')!.properties).toEqual({
      to: 'ana@example.com',
    });
    const strict = await open({ redact: { properties: true } }, { path: '/strict' });
    await strict.evaluate(() => PX.track('strict', { to: 'ana@example.com' }));
    await strict.evaluate(() => PX.flush());
    expect(collector.stored().find(({ event }) => event === 'strict')!.properties).toEqual({
      to: '[email]',
    });
  });
});
