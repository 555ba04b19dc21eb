import type { Server } from 'node:http';
import { launchChromium } from '@px-platform/test-browser';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from 'vitest';
import { createFakeApi, type FakeApi, type FakeApiOptions } from '../dev/fake-api.js';
import { createSampleEvents, type SampleEvents } from '../dev/sample-events.js';
import { buildPage, servePage } from './serve-page.js';

export const WIDE = { viewport: { width: 1280, height: 800 } } as const;
export const NARROW = { viewport: { width: 390, height: 844 }, hasTouch: true } as const;

interface OpenOptions extends FakeApiOptions {
  readonly browser: Browser;
  readonly context?: BrowserContextOptions | undefined;
  /** Which page: `#/flags`. @default the live one */
  readonly hash?: string;
  /** Gets errors of the page, and everything its security policy refused. */
  readonly troubles: string[];
}

export interface OpenedPage {
  readonly api: FakeApi;
  readonly sample: SampleEvents;
  readonly page: Page;
  readonly url: string;
  /** Has so many events arrive. */
  readonly tell: (count: number) => void;
}

/** The suite's own browser over the built page, and what the page complains of: each test fails for what it left there. */
export function browserForPages(executablePath: string | null) {
  let browser: Browser;
  const troubles: string[] = [];
  beforeAll(async () => {
    await buildPage();
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  afterEach(() => {
    if (troubles.length > 0) throw new Error(troubles.splice(0).join('\n'));
  });
  return {
    troubles,
    open: (options: Omit<OpenOptions, 'browser' | 'troubles'> = {}) =>
      openPage({ ...options, browser, troubles }),
  };
}

/** Opens the built page over a fake API; all of it is closed when the test ends. */
async function openPage({
  browser,
  context = WIDE,
  hash = '',
  troubles,
  ...options
}: OpenOptions): Promise<OpenedPage> {
  const api = createFakeApi(options);
  const sample = createSampleEvents();
  const { url, server } = await servePage(api);
  const opened = await browser.newContext({ reducedMotion: 'reduce', ...context });
  const page = await opened.newPage();
  page.setDefaultTimeout(8_000);
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    const expected = /ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION|status of 40[0149]/.test(
      message.text(),
    );
    if (message.type() === 'error' && !expected) troubles.push(message.text());
  });
  onTestFinished(async () => {
    await opened.close();
    await closeServer(server);
  });
  const tell = (count: number) => {
    for (let index = 0; index < count; index += 1) api.push(sample.next(Date.now()));
  };
  await page.goto(`${url}${hash}`);
  return { api, sample, page, tell, url };
}

/** Asks again until it holds, and says what was wrong last where it never does. */
export const until = (assertion: () => Promise<void> | void) =>
  expect
    .poll(
      async () => {
        try {
          await assertion();
          return true;
        } catch (error) {
          return error;
        }
      },
      { timeout: 8_000, interval: 50 },
    )
    .toBe(true);

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
