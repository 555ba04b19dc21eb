/// <reference types="node" />
import { gunzipSync } from 'node:zlib';
import type { Batch, PxEvent } from '@px-platform/protocol';
import type { FlagDocument } from '@px-platform/protocol/flags';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { BrowserContext, Page } from 'playwright-core';
import { bundlePage } from './bundle-page.js';

export const executablePath = findChromium();
const ORIGIN = 'http://shop.test';

/** Pages of one bundle, with a collector that answers. */
export interface BrowserPages {
  readonly open: (html?: string) => Promise<Page>;
  /** What the collector publishes from here on; null: it is not there. */
  readonly publish: (document: FlagDocument | null) => void;
  /** What it was sent since the visit began. */
  readonly received: () => readonly PxEvent[];
  /** How often it was asked for flags since. */
  readonly asked: () => number;
  /** Begins another visit, of somebody else. */
  readonly begin: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function createBrowserPages(
  ...bundled: Parameters<typeof bundlePage>
): Promise<BrowserPages> {
  const script = await bundlePage(...bundled);
  const browser = await launchChromium(executablePath);
  let context: BrowserContext | undefined;
  let published: FlagDocument | null = null;
  let events: PxEvent[] = [];
  let asked = 0;
  let html = '';

  const begin = async () => {
    await context?.close();
    published = null;
    events = [];
    asked = 0;
    context = await browser.newContext();
    await context.route('**/*', (route) => {
      const request = route.request();
      const { pathname } = new URL(request.url());
      if (pathname === '/page.js')
        return route.fulfill({ contentType: 'text/javascript', body: script });
      if (pathname === '/px/v1/config') {
        asked += 1;
        return published
          ? route.fulfill({ json: published, headers: { etag: `"${published.px?.revision}"` } })
          : route.abort();
      }
      if (pathname === '/px/v1/batch') {
        const batch = readBatch(request.postDataBuffer());
        events.push(...batch.events);
        return route.fulfill({ json: { accepted: batch.events.length, results: [] } });
      }
      if (pathname.startsWith('/px/')) return route.abort();
      return route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>Shop</title><div id="root">${html}</div><script src="/page.js"></script>`,
      });
    });
  };
  await begin();
  return {
    begin,
    async open(given = '') {
      html = given;
      if (!context) throw new Error('expected a visit that has begun');
      const opened = await context.newPage();
      await opened.goto(`${ORIGIN}/`);
      return opened;
    },
    publish(document) {
      published = document;
    },
    received: () => events,
    asked: () => asked,
    close: () => browser.close(),
  };
}

function readBatch(body: Buffer | null): Batch {
  if (!body) throw new Error('expected a batch');
  const isZipped = body[0] === 0x1f && body[1] === 0x8b;
  return JSON.parse((isZipped ? gunzipSync(body) : body).toString('utf8')) as Batch;
}
