import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startPxDev, type PxDev } from './px-dev.js';

const executablePath = findChromium();
const EXPERIMENT = {
  key: 'checkout_flow_v2',
  hypothesis: 'One page loses fewer people than four.',
  status: 'draft',
  variants: [
    { key: 'classic', range: [0, 0.5] },
    { key: 'one-page', range: [0.5, 1] },
  ],
  phases: [],
  metrics: { goals: [{ key: 'bought', kind: 'conversion', event: 'purchase' }] },
};
const CHECKOUT = {
  key: 'checkout',
  type: 'string',
  variants: { classic: 'classic', 'one-page': 'one-page' },
  default: 'classic',
  environments: { production: { isOn: true, rules: [{ id: 'test', experiment: EXPERIMENT.key }] } },
};

/** Waits until it holds. */
const seen = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 200 });

describe.skipIf(executablePath === null)('given somebody who decides what people see', () => {
  let dataDir: string;
  let px: PxDev;
  let browser: Browser;
  let desk: Page;
  let shop: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'px-flags-'));
    px = await startPxDev({ dataDir, port: await freePort() });
    browser = await launchChromium(executablePath);
    desk = await browser.newPage();
    desk.setDefaultTimeout(15_000);
    shop = await browser.newPage();
    shop.setDefaultTimeout(15_000);
    await shop.goto(px.shopUrl);
    await shop.getByTestId('cart-link').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await px?.stop('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  it('turns a flag on at the desk, and an open page has it at once', async () => {
    await desk.goto(px.url);
    await desk.getByRole('link', { name: 'Flags' }).click();
    await desk.getByRole('link', { name: 'shop_notice' }).click();
    expect(await shop.getByTestId('notice').count()).toBe(0);
    await desk.getByRole('switch').click();
    await desk.getByRole('button', { name: 'Publish' }).click();
    const publishedAt = performance.now();
    const notice = shop.getByTestId('notice');
    await notice.waitFor();
    console.log(
      `\n  from the click on "Publish" to the line in the shop: ${Math.round(performance.now() - publishedAt)} ms\n`,
    );
    expect(await notice.textContent()).toMatch(/^Free delivery/);
    // What is cached is there before anything is asked for.
    await shop.route('**/v1/config**', (route) => route.abort());
    await shop.reload();
    await notice.waitFor();
    await shop.unroute('**/v1/config**');
  });

  it('has people in an experiment, each once, and counts them', async () => {
    const put = async (path: string, definition: object) => {
      const answer = await desk.evaluate(
        async ([path, body]) => {
          const response = await fetch(`/v1/${path}?project=shop`, {
            method: 'PUT',
            headers: { 'content-type': 'application/json' },
            body,
          });
          return { status: response.status, text: await response.text() };
        },
        [path, JSON.stringify({ definition })] as const,
      );
      expect(answer, answer.text).toMatchObject({ status: 200 });
    };
    await put(`experiments/${EXPERIMENT.key}`, EXPERIMENT);
    await put('flags/checkout', CHECKOUT);
    await desk.goto(`${px.url}/#/experiments/${EXPERIMENT.key}`);
    await desk.getByRole('button', { name: 'Start' }).click();
    await desk.locator('.tag[data-status=running]').waitFor();

    const page = await browser.newPage();
    await page.goto(`${px.url}/px.js`);
    await page.setContent(`<script src="${px.url}/px.js"></script>`);
    const visit = async () => {
      await page.evaluate(
        ([apiKey, endpoint]) => {
          const { PX } = globalThis as unknown as { PX: { init(options: object): void } };
          PX.init({ apiKey, projectId: 'shop', endpoint, autocapture: false });
        },
        [px.writeKey, px.url] as const,
      );
      return page.evaluate(async () => {
        const { PX } = globalThis as unknown as {
          PX: {
            getExperiment(key: string): { variant: string; inExperiment: boolean };
            whenFlagsReady(): Promise<unknown>;
            flush(): Promise<void>;
            shutdown(): Promise<void>;
          };
        };
        await PX.whenFlagsReady();
        const seen = [1, 2, 3].map(() => PX.getExperiment('checkout_flow_v2'));
        await PX.flush();
        await PX.shutdown();
        return seen;
      });
    };
    const [first, ...more] = [...(await visit()), ...(await visit())];
    expect(first?.inExperiment).toBe(true);
    for (const each of more) expect(each).toEqual(first);
    await page.close();

    const ask = async (question: string) => {
      const url = `${px.url}/v1/questions/${question}&project=shop`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${px.secretKey}` } });
      return (await response.json()) as object;
    };
    await seen(async () =>
      expect(await ask(`exposures?experiment=${EXPERIMENT.key}`)).toMatchObject({
        phases: [{ phase: '1', units: 1, several: 0, variants: [{ variant: first?.variant }] }],
      }),
    );
    expect(await ask('event-count?event=$exposure')).toMatchObject({ total: { events: 1 } });
    await seen(async () =>
      expect(await desk.locator('.exposure-count').allTextContents()).toContain('1'),
    );
  });
});
