import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startPxDev, until, type PxDev } from './px-dev.js';
import { askCount, readStoredRows } from './stored-rows.js';

const executablePath = findChromium();
const TOGGLES = 30;

describe.skipIf(executablePath === null)(
  'given a platform killed while somebody uses the shop',
  () => {
    let dataDir: string;
    let port: number;
    let px: PxDev;
    let browser: Browser;

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'px-browser-kill-'));
      port = await freePort();
      px = await startPxDev({ dataDir, port });
      browser = await launchChromium(executablePath);
    });
    afterAll(async () => {
      await browser?.close();
      await px?.stop('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    });

    /** Each toggle is one `user_action` and one `click`. */
    async function toggleFavourite(shop: Page, times: number) {
      for (let n = 0; n < times; n += 1) await shop.getByTestId('favourite-night-mug').click();
    }

    it('stores what was answered once, and gets the rest from the browser, even from a tab that was closed', async () => {
      const context = await browser.newContext();
      const first = await context.newPage();
      await first.goto(px.shopUrl);
      const killed = (async () => {
        await until(
          async () => (await askCount(px, { event: 'user_action' })).total.events > 0,
          15_000,
        );
        await px.stop('SIGKILL');
      })();
      await toggleFavourite(first, TOGGLES);
      await killed;
      await toggleFavourite(first, TOGGLES);
      // The tab goes while nothing answers; its events can only be in the browser's own storage now.
      await first.close();

      px = await startPxDev({ dataDir, port });
      const second = await context.newPage();
      await second.goto(px.shopUrl);
      await toggleFavourite(second, 1);
      const actions = 2 * TOGGLES + 1;
      // Pages that had no answer three times ask again within the minute: 15 s, then up to 38 s.
      await until(
        async () => (await askCount(px, { event: 'user_action' })).total.events >= actions,
        60_000,
      );
      await until(
        async () => (await askCount(px, { event: 'click' })).total.events >= actions,
        10_000,
      );
      await context.close();
      expect(await px.stop('SIGINT')).toBe(0);

      const rows = await readStoredRows(dataDir);
      const count = (name: string) => rows.filter(({ event_name }) => event_name === name).length;
      expect(count('user_action')).toBe(actions);
      expect(count('click')).toBe(actions);
      expect(count('page_view')).toBe(2);
      expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(rows.length);
    });
  },
);
