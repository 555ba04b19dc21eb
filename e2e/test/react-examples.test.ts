import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFlags, type ServerFlags } from '@px-platform/sdk-node';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startPxDev, until, type PxDev } from './px-dev.js';
import { publishFlags, startExample, type Example } from './start-example.js';
import { askTimeline, type Moment } from './stored-rows.js';
import { watchDrawing } from './watch-drawing.js';

const executablePath = findChromium();
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
const DESK = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } as const;

describe.skipIf(executablePath === null)('given the React examples beside px dev', () => {
  let dataDir: string;
  let px: PxDev;
  let browser: Browser;
  let flags: ServerFlags;
  let reactApp: Example;
  let nextApp: Example;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'px-react-'));
    px = await startPxDev({ dataDir, port: await freePort() });
    for (const example of ['react-app', 'next-app'] as const) await publishFlags(example, px);
    [reactApp, nextApp] = await Promise.all([
      startExample('react-app', px),
      startExample('next-app', px),
    ]);
    flags = createFlags({ apiKey: px.writeKey, endpoint: px.url });
    await flags.ready(10_000);
    browser = await launchChromium(executablePath);
  });
  afterAll(async () => {
    flags?.close();
    await browser?.close();
    for (const example of [reactApp, nextApp]) await example?.stop();
    await px?.stop('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  /** A device that is dealt a variant. */
  const deviceIn = (experiment: string, variant: string) => {
    for (let nth = 0; nth < 100; nth += 1) {
      const id = `${experiment}-${variant}-${nth}`;
      if (flags.peekExperiment(experiment, { anonymous_id: id }).variant === variant) return id;
    }
    throw new Error(`expected a device in ${experiment} that is dealt ${variant}`);
  };

  /** Somebody of their own on a page, and what their console said. */
  const visit = async (
    url: string,
    { device, ...options }: BrowserContextOptions & { readonly device?: string },
    work: (page: Page, context: BrowserContext, said: string[]) => Promise<void>,
  ) => {
    const context = await browser.newContext(options);
    if (device) await context.addCookies([{ name: 'px_shop_new', value: device, url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() !== 'log') said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(String(error)));
    try {
      await work(page, context, said);
      expect(said).toEqual([]);
    } finally {
      await context.close();
    }
  };
  const answered = (page: Page, path: string) =>
    page.waitForResponse((response) => new URL(response.url()).pathname === path);
  /** What React and PX do once flags have come is done. */
  const settle = (page: Page) => page.waitForTimeout(400);
  /** What is stored of the person who has a device, once all of this is there. */
  const pastOf = async (device: string, expected: readonly string[]) => {
    let moments: readonly Moment[] = [];
    const all = (name: string) => moments.filter(({ event }) => event === name);
    await until(
      async () => {
        moments = await askTimeline(px, device);
        return expected.every((name) => all(name).length > 0);
      },
      30_000,
      `${expected.join(', ')} of ${device}`,
    );
    expect(new Set(moments.map(({ session_id }) => session_id)).size).toBe(1);
    // The latest is told first.
    const routes = all('page_view').map(({ properties }) => properties['route']);
    return { all, routes: routes.reverse() };
  };

  /** What people see of a server's HTML. */
  const htmlOf = (page: Page, html: string) =>
    page.evaluate((text) => {
      const { body } = new DOMParser().parseFromString(text, 'text/html');
      return body.querySelector('main')!.outerHTML.replace(/<!--.*?-->/g, '');
    }, html);

  for (const [variant, how] of [
    ['above', DESK],
    ['below', PHONE],
  ] as const)
    it(`hydrates a page of Next.js without moving a pixel: ${variant}`, async () => {
      const device = deviceIn('evening_subscribe', variant);
      let before: Buffer | undefined;
      await visit(nextApp.url, { ...how, device, javaScriptEnabled: false }, async (page) => {
        await page.goto(nextApp.url);
        await page.getByTestId(`subscribe-${variant}`).waitFor();
        before = await page.screenshot({ fullPage: true });
      });
      await visit(nextApp.url, { ...how, device }, async (page) => {
        const statesOf = await watchDrawing(page, { of: 'main', isWhole: 'footer' });
        const config = answered(page, '/px/v1/config');
        const response = await page.goto(nextApp.url);
        await config;
        await settle(page);
        expect((await page.screenshot({ fullPage: true })).equals(before!)).toBe(true);
        expect(await statesOf()).toEqual([await htmlOf(page, await response!.text())]);
        // It is alive.
        await page.getByRole('button', { name: 'Subscribe' }).click();
        await page.getByRole('button', { name: 'Subscribed' }).waitFor();
        // And what the server knows by now is drawn as calmly.
        const next = answered(page, '/px/v1/config');
        const again = await page.reload();
        await next;
        await settle(page);
        expect(await page.locator('.note').textContent()).toMatch(/^You read us/);
        expect(await statesOf()).toEqual([await htmlOf(page, await again!.text())]);
      });
    });

  it('draws the variant of a React app in its very first paint', async () => {
    const held: (() => void)[] = [];
    await visit(reactApp.url, DESK, async (page) => {
      await page.route('**/px/v1/config**', async (route) => {
        await new Promise<void>((resolve) => held.push(resolve));
        await route.continue();
      });
      const statesOf = await watchDrawing(page, { of: '#root', isWhole: '#root > *' });
      await page.goto(reactApp.url);
      await until(() => held.length > 0, 15_000, 'flags are asked for');
      await settle(page);
      const before = await page.screenshot({ fullPage: true });
      const config = answered(page, '/px/v1/config');
      for (const go of held) go();
      await config;
      await settle(page);
      expect((await page.screenshot({ fullPage: true })).equals(before)).toBe(true);
      const states = await statesOf();
      expect(states).toHaveLength(1);
      expect(states[0]).toMatch(/data-testid="hero-(calm|bold)"/);
      expect(states[0]).toContain('The larches turn');
      expect(states[0]).toContain('data-difficulty="steep"');
      await page.unroute('**/px/v1/config**');
    });
  });

  it('has one person, one exposure and one view of each page, whoever sent it', async () => {
    let offered = '';
    await visit(nextApp.url, PHONE, async (page, context) => {
      const response = await page.goto(nextApp.url);
      const cookie = (await response!.headerValue('set-cookie')) ?? '';
      offered = /^px_shop_new=([\w-]+); /.exec(cookie)?.[1] ?? '';
      expect(offered).not.toBe('');
      await page.getByRole('link', { name: /lamplighters/ }).click();
      await page.getByRole('link', { name: '← Tonight’s edition' }).waitFor();
      await settle(page);
      await page.goBack();
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await page.getByRole('button', { name: 'Subscribed' }).waitFor();
      const cookies = (await context.cookies()).map(({ name, value }) => [name, value]);
      expect(cookies).toContainEqual(['px_shop_anonymous_id', offered]);
      expect(cookies.map(([name]) => name)).not.toContain('px_shop_new');
      await settle(page);
    });
    let device = '';
    await visit(reactApp.url, PHONE, async (page) => {
      await page.goto(reactApp.url);
      await page.getByTestId('pack-list').scrollIntoViewIfNeeded();
      await page.getByTestId('walk-north-notch').click();
      await page.getByTestId('plan').click();
      await settle(page);
      device = await page.evaluate(() => localStorage.getItem('px:shop:anonymous_id') ?? '');
    });
    const reader = await pastOf(offered, ['subscribed', 'subscribe_pressed', '$exposure']);
    expect(reader.routes).toEqual(['/', '/stories/:slug', '/']);
    expect(reader.all('$exposure')).toMatchObject([
      { properties: { experiment: 'evening_subscribe', unit_id: offered } },
    ]);
    expect(reader.all('subscribe_pressed')).toHaveLength(1);
    expect(reader.all('subscribed')).toMatchObject([
      { properties: { trace_id: expect.stringMatching(/^[\da-f]{32}$/) as string } },
    ]);
    const walker = await pastOf(device, ['walk_planned', 'pack_list_seen', '$exposure']);
    expect(walker.routes).toEqual(['/', '/walks/:id']);
    expect(walker.all('$exposure')).toMatchObject([
      { properties: { experiment: 'waypoint_hero' } },
    ]);
    expect(walker.all('walk_planned')).toHaveLength(1);
    expect(walker.all('pack_list_seen')).toHaveLength(1);
    // Nobody had anything to complain of.
    for (const { output } of [reactApp, nextApp]) expect(output()).not.toMatch(/px:|error/i);
  });
});
