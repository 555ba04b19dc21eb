/// <reference types="node" />
import type { FlagDocument } from '@px-platform/protocol/flags';
import { documentOf, experimentRule } from '@px-platform/sdk-core/testing';
import { CHROMIUM_ARGS, findChromium } from '@px-platform/test-browser';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Px, PxOptions } from '../src/index.js';
import { SNIPPET } from '../src/snippet.js';
import { bundleSources } from './bundle-sources.js';
import type * as pageModule from './openfeature-page.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

declare global {
  var PX: Px;
  var openfeature: typeof pageModule;
  var providerReady: Promise<void>;
  var flagsChanged: Promise<readonly string[] | undefined>;
}

const executablePath = findChromium();
const KEY = { apiKey: 'px_write_key', projectId: 'shop' };

const shop = (title: string, revision = 1): FlagDocument =>
  documentOf(
    {
      title: { defaultValue: title },
      checkout: { defaultValue: 'old', rules: [experimentRule()] },
    },
    revision,
  );

describe.skipIf(executablePath === null)('given flags in a real browser', () => {
  let sdk: string;
  let explain: string;
  let browser: Browser;
  let collector: StubCollector;
  let context: BrowserContext;

  beforeAll(async () => {
    [sdk, explain] = await Promise.all([bundleSources('iife'), bundleSources('explain')]);
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: CHROMIUM_ARGS,
      // Playwright turns the back/forward cache off; people have it.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    collector = await startStubCollector({ sdk });
    collector.scripts.set('/px-explain.js', explain);
    collector.flags.publish(shop('Shop'));
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await collector.close();
  });

  const open = async ({
    flags = {},
    options = {},
    head = '',
    body = '',
    page,
  }: {
    readonly flags?: PxOptions['flags'];
    readonly options?: Partial<PxOptions>;
    readonly head?: string;
    readonly body?: string;
    readonly page?: Page;
  } = {}): Promise<Page> => {
    const all = { ...KEY, autocapture: false, flags, ...options };
    collector.pages.set(
      '/',
      `<!doctype html><title>Shop</title>${head}<script src="/sdk.js"></script>
      <script>PX.init(${JSON.stringify(all)})</script><body>${body}</body>`,
    );
    const opened = page ?? (await context.newPage());
    await opened.goto(`${collector.origin}/`);
    return opened;
  };
  const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
  const ready = (page: Page) => page.evaluate(() => PX.whenFlagsReady(10_000));
  const exposures = () => collector.stored().filter(({ event }) => event === '$exposure');
  const setVisible = (page: Page, state: 'hidden' | 'visible') =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, state);

  it('draws a page once where its flags came with it: nothing changes after the first paint', async () => {
    collector.flags.publish(shop('Bootstrapped'));
    const page = await open({
      head: `<script>window.PX_FLAGS = ${JSON.stringify(shop('Bootstrapped'))}</script>`,
      body: `<h1></h1><script>
        const draw = () => {
          const text = PX.getFlag('title', {}, 'Fallback');
          const title = document.querySelector('h1');
          if (title.textContent !== text) title.textContent = text;
        };
        draw();
        PX.onFlagsChange(draw);
        window.mutations = [];
        requestAnimationFrame(() => requestAnimationFrame(() => {
          new MutationObserver((list) => mutations.push(...list.map(({ type }) => type)))
            .observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true });
        }));
      </script>`,
    });
    expect(await page.textContent('h1')).toBe('Bootstrapped');
    await until(() => expect(collector.flags.openStreams()).toBe(1));
    collector.flags.publish(shop('Bootstrapped', 2));
    await until(() => expect(collector.flags.answered.length).toBe(2));
    await page.waitForTimeout(100);
    expect(
      await page.evaluate(() => (globalThis as unknown as { mutations: unknown[] }).mutations),
    ).toEqual([]);
  });

  it('decides at once on the next page, by what was kept, and asks only whether it has changed', async () => {
    const page = await open();
    await ready(page);
    await open({
      body: `<h1></h1><script>
        document.querySelector('h1').textContent = PX.getFlag('title') + ' ' + PX.flagsStatus();
      </script>`,
      page,
    });
    expect(await page.textContent('h1')).toBe('Shop stale');
    await until(async () => expect(await page.evaluate(() => PX.flagsStatus())).toBe('ready'));
    // The browser's own cache asks: no header of ours, so no preflight for another origin.
    expect(collector.flags.answered).toEqual(['GET 200', 'GET "production-1" 304']);
    const other = await context.newPage();
    await open({ options: { endpoint: `${collector.otherOrigin}/px` }, page: other });
    expect(await ready(other)).toBe('ready');
    expect(collector.preflights).toEqual([]);
  });

  it('exposes once, whatever is read, in two tabs and after a reload', async () => {
    const one = await open();
    await one.evaluate(() => PX.track('begun'));
    const other = await open();
    const read = (page: Page) =>
      page.evaluate(async () => {
        await PX.whenFlagsReady();
        PX.identify('u-1');
        const { variant } = PX.getExperiment('checkout_flow_v2');
        PX.getFlag('checkout');
        await PX.flush();
        return variant;
      });
    expect(await Promise.all([read(one), read(other)])).toEqual(['treatment', 'treatment']);
    await one.reload();
    expect(await read(one)).toBe('treatment');
    const ids = exposures().map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(1);
    expect(exposures()[0]!.properties).toMatchObject({ unit_type: 'user_id', unit_id: 'u-1' });
  });

  it('hears of a change in well under a second', async () => {
    const page = await open();
    await ready(page);
    await until(() => expect(collector.flags.openStreams()).toBe(1));
    await page.evaluate(() => {
      const heard: number[] = [];
      Object.assign(globalThis, { heard });
      PX.onFlagsChange(() => heard.push(Date.now()));
    });
    const times: number[] = [];
    for (let revision = 2; revision < 12; revision++) {
      const at = Date.now();
      collector.flags.publish(shop(`Title ${revision}`, revision));
      await until(async () =>
        expect(await page.evaluate(() => PX.getFlag('title'))).toBe(`Title ${revision}`),
      );
      const heard = await page.evaluate(() =>
        (globalThis as unknown as { heard: number[] }).heard.at(-1)!,
      );
      times.push(heard - at);
    }
    times.sort((one, other) => one - other);
    console.info(
      `flags: a change is there after ${times[5]} ms (median of 10), ${times.at(-1)} ms at most`,
    );
    // A guard against polling in place of the stream.
    expect(times[5]).toBeLessThan(1_000);
  });

  it('listens only while somebody looks', async () => {
    const page = await context.newPage();
    await page.clock.install();
    await open({ page });
    await until(() => expect(collector.flags.openStreams()).toBe(1));
    await setVisible(page, 'hidden');
    await page.clock.fastForward(15_000);
    expect(collector.flags.openStreams()).toBe(1);
    await page.clock.fastForward(6_000);
    await until(() => expect(collector.flags.openStreams()).toBe(0));
    const asked = collector.requests.length;
    await page.clock.fastForward(3_600_000);
    expect(collector.requests.length).toBe(asked);
    collector.flags.publish(shop('Meanwhile', 2));
    await setVisible(page, 'visible');
    await until(async () =>
      expect(await page.evaluate(() => PX.getFlag('title'))).toBe('Meanwhile'),
    );
    await until(() => expect(collector.flags.openStreams()).toBe(1));
  });

  it('does not cost the page its place in the back/forward cache', async () => {
    const page = await open({
      body: `<script>addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted })</script>`,
    });
    await ready(page);
    await until(() => expect(collector.flags.openStreams()).toBe(1));
    await page.goto(`${collector.origin}/gone`);
    await until(() => expect(collector.flags.openStreams()).toBe(0));
    await page.goBack({ waitUntil: 'commit' });
    await until(async () =>
      expect(await page.evaluate(() => (globalThis as { persisted?: boolean }).persisted)).toBe(
        true,
      ),
    );
    await until(() => expect(collector.flags.openStreams()).toBe(1));
  });

  it('is as ready as can be within a second though the network hangs', async () => {
    collector.flags.isHung = true;
    const page = await open();
    const [status, ms] = await page.evaluate(async () => {
      const since = performance.now();
      return [await PX.whenFlagsReady(), performance.now() - since] as const;
    });
    console.info(`flags: given up waiting after ${Math.round(ms)} ms`);
    expect(status).toBe('loading');
    expect(await page.evaluate(() => PX.getFlag('title', {}, 'Fallback'))).toBe('Fallback');
  });

  it('decides by what lies in the bundle at a first visit without a network', async () => {
    collector.flags.isHung = true;
    const page = await open({ flags: { bootstrap: shop('Bundled') } });
    expect(await page.evaluate(() => PX.getFlag('title'))).toBe('Bundled');
  });

  it('asks for values where rules are secret, without a preflight', async () => {
    collector.flags.isSecret = true;
    const page = await open({ options: { endpoint: `${collector.otherOrigin}/px` } });
    await page.evaluate(() => PX.identify('u-1'));
    await until(async () => expect(await page.evaluate(() => PX.getFlag('who'))).toBe('u-1'));
    expect(collector.flags.answered).toContain('POST text/plain');
    expect(collector.preflights).toEqual([]);
    // Somebody else's, for as long as the page says so; the page's own person stays who they are.
    const others = await page.evaluate(async () => {
      const statuses: string[] = [];
      PX.onFlagsStatus((status) => statuses.push(status));
      await PX.setFlagAttributes({ user_id: 'u-2' });
      const who = PX.getFlag('who');
      await PX.setFlagAttributes({ user_id: undefined });
      return [who, PX.getFlag('who'), ...statuses];
    });
    expect(others).toEqual(['u-2', 'u-1']);
  });

  it('is a provider of OpenFeature’s, made before init, that exposes once and hears of changes', async () => {
    collector.scripts.set('/openfeature.js', await bundleSources('openfeature'));
    collector.pages.set(
      '/',
      `<script src="/sdk.js"></script><script src="/openfeature.js"></script><script>
        window.providerReady = openfeature.OpenFeature.setProviderAndWait(
          openfeature.createPxProvider(PX), { targetingKey: 'u-1' });
        PX.init(${JSON.stringify({ ...KEY, autocapture: false })})</script>`,
    );
    const page = await context.newPage();
    await page.goto(`${collector.origin}/`);
    const read = await page.evaluate(async () => {
      await providerReady;
      const { OpenFeature, ProviderEvents } = openfeature;
      const client = OpenFeature.getClient();
      globalThis.flagsChanged = new Promise((resolve) => {
        client.addHandler(ProviderEvents.ConfigurationChanged, (details) =>
          resolve(details?.flagsChanged),
        );
      });
      const { value, variant, reason } = client.getStringDetails('checkout', 'own');
      await PX.flush();
      return [value, variant, reason, PX.getFlag('checkout')];
    });
    expect(read).toEqual(['new', 'treatment', 'SPLIT', 'new']);
    expect(exposures()).toMatchObject([{ user_id: null, properties: { unit_id: 'u-1' } }]);
    await until(() => expect(collector.flags.openStreams()).toBe(1));
    collector.flags.publish(shop('Changed', 2));
    expect(await page.evaluate(() => flagsChanged)).toEqual(['title']);
  });

  it('makes no request on a page that asks for no flag', async () => {
    const { flags: _, ...options } = { ...KEY, flags: undefined };
    collector.pages.set(
      '/',
      `<script src="/sdk.js"></script><script>PX.init(${JSON.stringify(options)})</script>`,
    );
    const page = await context.newPage();
    await page.goto(`${collector.origin}/`);
    await page.evaluate(() => PX.flush());
    expect(collector.requests.filter((path) => /config|flags/.test(path))).toEqual([]);
  });

  it('overrides by the address, and says so in the console', async () => {
    const said: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => said.push(message.text()));
    await open({ page });
    await page.goto(`${collector.origin}/?px_flag.title=Mine&px_exp.checkout_flow_v2=control`);
    expect(
      await page.evaluate(() => [
        PX.getFlag('title'),
        PX.getExperiment('checkout_flow_v2').variant,
      ]),
    ).toEqual(['Mine', 'control']);
    await until(() => expect(said.join()).toContain('FLAGS ARE OVERRIDDEN'));
  });

  it('answers before the script has come, and tells of changes once it has', async () => {
    collector.pages.set(
      '/',
      `<script>${SNIPPET}</script>
      <script>
        window.early = [PX.getFlag('title', {}, 'Fallback'), PX.getExperiment('checkout_flow_v2').variant];
        window.changed = [];
        PX.onFlagsChange((keys) => changed.push(...keys));
        PX.setFlagAttributes({ segment: 'trial' });
        PX.init(${JSON.stringify({ ...KEY, autocapture: false })});
      </script>
      <script async src="/sdk.js"></script>`,
    );
    const page = await context.newPage();
    await page.goto(`${collector.origin}/`);
    expect(await page.evaluate(() => (globalThis as unknown as { early: unknown }).early)).toEqual([
      'Fallback',
      null,
    ]);
    await until(async () =>
      expect(
        await page.evaluate(() => (globalThis as unknown as { changed: string[] }).changed),
      ).toContain('title'),
    );
    expect(await page.evaluate(() => PX.getFlag('title'))).toBe('Shop');
  });
});
