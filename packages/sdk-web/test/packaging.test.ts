/// <reference types="node" />
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGS, findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Px } from '../src/index.js';
import { SNIPPET } from '../src/snippet.js';
import { bundleSources } from './bundle-sources.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

declare global {
  var PX: Px;
}

const executablePath = findChromium();
const START = `PX.init({ apiKey: 'px_write_key', projectId: 'shop' })`;

/** The strictest policy there is for a page that runs scripts of its own. */
const STRICT =
  "default-src 'self'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

describe.skipIf(executablePath === null)('given the script tag on a real page', () => {
  let sdk: string;
  let browser: Browser;
  let collector: StubCollector;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    sdk = await bundleSources('iife');
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    collector = await startStubCollector({ sdk });
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    await collector.close();
  });

  const names = () => collector.stored().map(({ event }) => event);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

  it('keeps what a page does before the script has come, with its own time and page', async () => {
    collector.pages.set(
      '/',
      `<!doctype html><title>Shop</title><script>${SNIPPET}</script>
      <script>
        ${START}; const held = PX;
        history.replaceState(null, '', '/first');
        PX.track('early', { n: 1 });
        PX.page({ tab: 'cart' });
        history.replaceState(null, '', '/second');
        setTimeout(() => document.head.append(Object.assign(document.createElement('script'), { src: '/sdk.js' })), 500);
      </script>`,
    );
    await page.goto(`${collector.origin}/`);
    await page.waitForFunction(() => 'flush' in PX);
    await page.evaluate('held.track("late"); held.flush()');
    await until(() => expect(names()).toContain('late'));
    const [early, manual, view] = collector.stored();
    expect([early!.event, manual!.event, view!.event]).toEqual(['early', 'page_view', 'page_view']);
    expect(early!.context!.page).toMatchObject({ url: `${collector.origin}/first`, title: 'Shop' });
    expect(manual!.properties).toMatchObject({ navigation: 'manual', tab: 'cart' });
    expect(view!.context!.page!.url).toBe(`${collector.origin}/second`);
    expect(Number(view!.timestamp) - Number(early!.timestamp)).toBeGreaterThanOrEqual(450);
  });

  it('runs under the strictest content security policy without one violation', async () => {
    collector.pageHeaders = { 'content-security-policy': STRICT };
    collector.scripts.set(
      '/page.js',
      `window.violations = [];
       document.addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI));
       ${START};`,
    );
    collector.pages.set(
      '/',
      '<!doctype html><title>Shop</title><script src="/sdk.js"></script><script src="/page.js"></script><button>Buy</button>',
    );
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', ({ message }) => said.push(message));
    await page.goto(`${collector.origin}/`);
    await page.click('button');
    // Playwright's own evaluate needs no script element: the page's policy stays as it is.
    await page.evaluate(() => PX.track('big', { text: 'x'.repeat(5_000) }));
    await page.evaluate(() => PX.flush());
    await until(() =>
      expect(names()).toEqual(expect.arrayContaining(['page_view', 'click', 'big'])),
    );
    expect(await page.evaluate('violations')).toEqual([]);
    expect(said).toEqual([]);
  });

  it.each(['Worker', 'SharedWorker'])('records what a %s tells it', async (kind) => {
    collector.scripts.set(
      '/worker.js',
      `importScripts('/sdk.js'); ${START};
       PX.track('from a worker', { text: 'x'.repeat(2000) }); PX.page(); PX.identify('ana'); PX.flush();`,
    );
    collector.pages.set('/', `<!doctype html><script>new ${kind}('/worker.js')</script>`);
    const errors: string[] = [];
    context.on('weberror', (error) => errors.push(error.error().message));
    await page.goto(`${collector.origin}/`);
    await until(() => expect(names()).toEqual(['from a worker', 'page_view', '$identify']));
    expect(collector.stored()[2]).toMatchObject({ user_id: 'ana', seq: 2 });
    expect(collector.received[0]!.isGzipped).toBe(true);
    expect(errors).toEqual([]);
  });

  it('holds a prerendered page until somebody sees it', async () => {
    const script = `<script src="/sdk.js"></script><script>${START};
      PX.track('tracked', { is_prerendering: document.prerendering });</script>`;
    collector.pages.set('/next', `<!doctype html><title>Next</title>${script}`);
    collector.pages.set(
      '/',
      `<!doctype html><title>Shop</title><script>setTimeout(() => (location.href = '/next'), 2500)</script>
      <script type="speculationrules">{"prerender":[{"source":"list","urls":["/next"]}]}</script>`,
    );
    // Without Playwright: a page that is being debugged is never prerendered.
    const profile = await mkdtemp(join(tmpdir(), 'px-prerender-'));
    const alone = spawn(
      executablePath!,
      [...CHROMIUM_ARGS, '--headless', `--user-data-dir=${profile}`, `${collector.origin}/`],
      { stdio: 'ignore' },
    );
    try {
      await until(() => expect(names()).toEqual(['tracked', 'page_view']));
      const [tracked, view] = collector.stored();
      expect(tracked!.properties).toEqual({ is_prerendering: true });
      const heldMs = Number(view!.timestamp) - Number(tracked!.timestamp);
      expect(heldMs).toBeGreaterThan(500);
    } finally {
      alone.kill('SIGKILL');
      await once(alone, 'exit');
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
