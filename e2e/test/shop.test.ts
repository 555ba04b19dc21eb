import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startPxDev, until, type PxDev } from './px-dev.js';
import { askCount, readStoredRows } from './stored-rows.js';

const executablePath = findChromium();

describe.skipIf(executablePath === null)('given a person who clicks through the shop', () => {
  let dataDir: string;
  let px: PxDev;
  let browser: Browser;
  let live: Page;
  let shop: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'px-shop-'));
    px = await startPxDev({ dataDir, port: await freePort() });
    browser = await launchChromium(executablePath);
    live = await browser.newPage();
    await live.goto(px.url);
    shop = await browser.newPage();
    shop.setDefaultTimeout(10_000);
    await shop.goto(px.shopUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await px?.stop('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  const click = (id: string) => shop.getByTestId(id).click();
  const type = (id: string, text: string) => shop.getByTestId(id).fill(text);
  const row = (name: string) =>
    live.locator('button[aria-expanded]').filter({ hasText: name }).first();

  it('uses the snippet as it was written', () => {
    const source = readFileSync(
      new URL('../../examples/shop/src/analytics.ts', import.meta.url),
      'utf8',
    );
    for (const line of [
      "import PX from '@px-platform/sdk'",
      "PX.init({ apiKey, projectId, bufferSize: 100, flushInterval: 5000, compression: 'gzip' })",
      "PX.track('user_action', properties)",
    ]) {
      expect(source).toContain(line);
    }
  });

  it('shows each event on the live page, which tells what arrived and what was enriched', async () => {
    await click('product-card-night-mug');
    await row('product_viewed').waitFor();
    await click('add-to-cart');
    await row('product_added').waitFor();

    await row('product_added').click();
    await live.getByText('Arrived').waitFor();
    await live.getByText('Enriched').waitFor();
    // What the device step found, and the address as the page step cut it.
    await live.getByText('page_path', { exact: true }).waitFor();
    await live.getByText('device_type', { exact: true }).waitFor();
    await row('product_added').click();
  });

  it('counts failed sign-up steps, by step, for whoever asks', async () => {
    await click('signup-link');
    await click('signup-next');
    await shop.getByTestId('signup-error').waitFor();
    await type('signup-email', 'ida@night.example');
    await type('signup-password', 'hunter-of-owls');
    await click('signup-next');
    await type('signup-name', 'Ida Morrow');
    for (const phone of ['030 555 0199', '+49 30 555 0199']) {
      await type('signup-phone', phone);
      await click('signup-next');
      await shop.getByTestId('signup-error').waitFor();
    }
    await type('signup-phone', '(030) 555-0199');
    await click('signup-next');
    await click('signup-plan-doze');
    await click('signup-next');
    await shop.getByTestId('signup-done').waitFor();

    const query = { event: 'signup_step_failed', by: 'step' };
    await until(
      async () => (await askCount(px, { event: 'signup_completed' })).total.events === 1,
      15_000,
    );
    const { rows, total } = await askCount(px, query);
    expect(total.people).toBe(1);
    expect(Object.fromEntries(rows.map(({ value, events }) => [value, events]))).toMatchObject({
      '2': 2,
    });
    expect(rows.find(({ value }) => value === '1')?.events).toBeGreaterThanOrEqual(1);
    // Anonymous and known, one person: the sign-up made them known half way through.
    expect((await askCount(px, {})).total.people).toBe(1);
  });

  it('shows why an event was refused', async () => {
    const response = await fetch(`${px.url}/v1/batch`, {
      method: 'POST',
      headers: { 'x-api-key': px.writeKey },
      body: JSON.stringify({ events: [{ event: 'from_1970', user_id: 'u', timestamp: 1_000 }] }),
    });
    expect(await response.json()).toMatchObject({
      accepted: 0,
      results: [{ code: 'timestamp_out_of_range' }],
    });
    await row('from_1970').click();
    await live.getByText('timestamp_out_of_range').first().waitFor();
  });

  it('has stored every event once, in order, as one session of one person', async () => {
    await shop.close();
    await until(
      async () => (await askCount(px, { event: '$identify' })).total.events === 1,
      15_000,
    );
    expect(await px.stop('SIGINT')).toBe(0);

    const rows = await readStoredRows(dataDir);
    expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(rows.length);
    expect(new Set(rows.map(({ session_id }) => session_id)).size).toBe(1);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, n) => n));

    const known = rows.findIndex(({ event_name }) => event_name === '$identify');
    expect(
      rows.slice(0, known).every(({ is_identified, person }) => !is_identified && person === 1),
    ).toBe(true);
    expect(
      rows.slice(known).every(({ is_identified, person }) => is_identified && person === 2),
    ).toBe(true);
    expect(rows[0]).toMatchObject({ event_name: 'page_view', page_path: '/' });
    expect(rows.find(({ event_name }) => event_name === 'product_added')).toMatchObject({
      page_path: '/product/night-mug',
      properties: { product_id: 'night-mug', price: 18, quantity: 1 },
    });
    expect(rows.filter(({ event_name }) => event_name === 'click').length).toBeGreaterThan(5);
  });
});
