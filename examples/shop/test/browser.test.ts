import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROKEN_POSTCODE } from '../src/checkout/toy-bank.js';
import { serveShop, type Received, type ShopServer } from './serve-shop.js';

const executablePath = findChromium();
const pxConfig = { apiKey: 'px_wk_test', projectId: 'shop', liveUrl: 'http://localhost:1/live' };

/** What the SDK sends by itself; everything else the shop asked for by name. */
const BY_ITSELF = new Set([
  'page_view',
  'page_leave',
  'scroll',
  'click',
  'rage_click',
  'dead_click',
  'error_click',
  'thrashed_cursor',
  'form_submit',
  'form_abandon',
  'error',
  'network',
  'performance',
  'long_frame',
]);

describe.skipIf(executablePath === null)('the built shop in a real browser', () => {
  let dist: string;
  let browser: Browser;

  beforeAll(async () => {
    dist = await mkdtemp(join(tmpdir(), 'px-shop-'));
    const root = fileURLToPath(new URL('..', import.meta.url));
    // Vitest sets NODE_ENV to test; what is driven here is the build as it ships.
    vi.stubEnv('NODE_ENV', 'production');
    await build({ root, mode: 'test', logLevel: 'error', build: { outDir: dist } });
    vi.unstubAllEnvs();
    browser = await launchChromium(executablePath);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(dist, { recursive: true, force: true });
  });

  /** One visitor on a shop of their own. */
  async function visit(
    work: (page: Page, shop: ShopServer) => Promise<void>,
    config: object | null = pxConfig,
  ) {
    const shop = await serveShop(dist, { pxConfig: config });
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.goto(shop.url);
      await work(page, shop);
    } finally {
      await context.close();
      await shop.close();
    }
  }

  it('sends every event of the way from the shelf to an order, in order', async () => {
    await visit(async (page, shop) => {
      const click = (id: string) => page.getByTestId(id).click();
      const type = (id: string, text: string) => page.getByTestId(id).fill(text);

      await click('filter-sip');
      await click('product-card-night-mug');
      await click('quantity-up');
      await click('add-to-cart');
      await click('cart-link');

      await click('signup-link');
      await type('signup-email', 'ida@night.example');
      await type('signup-password', 'hunter-of-owls');
      await click('signup-next');
      await type('signup-name', 'Ida Morrow');
      await type('signup-phone', '030 555 0199');
      await click('signup-next');
      await page.getByTestId('signup-error').waitFor();
      await type('signup-phone', '(030) 555-0199');
      await click('signup-next');
      await click('signup-next');
      await page.getByTestId('signup-error').waitFor();
      await click('signup-plan-doze');
      await click('signup-next');
      await page.getByTestId('signup-done').waitFor();

      await click('cart-link');
      await click('checkout-link');
      await type('checkout-street', 'Lantern Row 3');
      await type('checkout-postcode', BROKEN_POSTCODE);
      await type('checkout-city', 'Berlin');
      await click('checkout-next');
      await click('checkout-toy-card');
      await click('checkout-pay');
      await page.getByTestId('checkout-error').waitFor();
      await click('checkout-back');
      await type('checkout-postcode', '10997');
      await click('checkout-next');
      await click('checkout-toy-card');
      await click('checkout-pay');
      await page.getByTestId('order-confirmed').waitFor();
      const orderId = await page.getByTestId('order-id').textContent();

      await arrived(shop, 'checkout_completed');
      const told = inOrder(shop.received).filter(({ event }) => !BY_ITSELF.has(event));
      const mug = { product_id: 'night-mug', price: 18 };
      const step = (step: number, step_name: string) => ({ step, step_name });
      expect(told.map(({ event, properties }) => [event, properties])).toEqual([
        ['user_action', { action: 'filter_changed', category: 'sip' }],
        ['product_viewed', { ...mug, category: 'sip' }],
        ['product_added', { ...mug, quantity: 2 }],
        ['cart_viewed', { items: 2, total: 40.9 }],
        ['signup_started', { from: 'cart' }],
        ['signup_step_viewed', step(1, 'account')],
        ['signup_step_completed', step(1, 'account')],
        ['signup_step_viewed', step(2, 'about_you')],
        [
          'signup_step_failed',
          { ...step(2, 'about_you'), field: 'phone', reason: 'invalid_format' },
        ],
        ['signup_step_completed', step(2, 'about_you')],
        ['signup_step_viewed', step(3, 'preferences')],
        ['signup_step_failed', { ...step(3, 'preferences'), field: 'plan', reason: 'required' }],
        ['signup_step_completed', step(3, 'preferences')],
        ['$identify', { $set: { name: 'Ida Morrow', plan: 'doze', interests: [] } }],
        ['signup_completed', { plan: 'doze' }],
        ['cart_viewed', { items: 2, total: 36 }],
        ['checkout_started', { items: 2, total: 36 }],
        ['checkout_step_failed', { ...step(2, 'payment'), field: null, reason: 'payment_error' }],
        ['checkout_completed', { order_id: orderId, items: 2, total: 36 }],
      ]);

      // One device throughout; a known person from `$identify` on.
      expect(new Set(told.map(({ anonymous_id }) => anonymous_id)).size).toBe(1);
      const known = told.findIndex(({ event }) => event === '$identify');
      expect(told.slice(0, known).every(({ user_id }) => !user_id)).toBe(true);
      expect(new Set(told.slice(known).map(({ user_id }) => user_id))).toEqual(
        new Set(['cust_1132c055']),
      );

      // Nothing that was typed in confidence left the page.
      const sent = JSON.stringify(shop.received);
      for (const secret of [
        'hunter-of-owls',
        '555-0199',
        '555 0199',
        '0000 0000',
        'ida@night',
        'Lantern Row',
      ]) {
        expect(sent, secret).not.toContain(secret);
      }
    });
  });

  it('names each page view after its own page, back and forth', async () => {
    await visit(async (page, shop) => {
      await page.getByTestId('product-card-door-cat').click();
      await page.getByTestId('add-to-cart').waitFor();
      await page.goBack();
      await page.getByTestId('product-card-quiet-clock').click();
      await arrived(shop, 'product_viewed', 2);
      const views = inOrder(shop.received).filter(({ event }) => event === 'page_view');
      expect(
        views.map(({ context }) => [
          new URL(context?.page?.url ?? '').pathname,
          context?.page?.title,
        ]),
      ).toEqual([
        ['/', 'Small Hours: things for the quiet end of the day'],
        ['/product/door-cat', 'Door cat · Small Hours'],
        ['/', 'Small Hours: things for the quiet end of the day'],
        ['/product/quiet-clock', 'Quiet clock · Small Hours'],
      ]);
      expect(shop.received.some(({ event }) => event === 'click')).toBe(true);
    });
  });

  it('holds its planted friction: a badge that does nothing, a coupon that is slow and fails', async () => {
    await visit(async (page, shop) => {
      await page.getByTestId('product-card-moon-lamp').click();
      await page.getByTestId('add-to-cart').click();
      await page.getByTestId('in-cart').getByRole('link').waitFor();
      const before = await page.content();
      await page.getByTestId('gift-wrap').click();
      expect(await page.content()).toBe(before);

      await page.getByTestId('cart-link').click();
      await page.getByTestId('coupon-code').fill('GOODNIGHT');
      const asked = performance.now();
      await page.getByTestId('coupon-apply').click();
      await page.getByTestId('coupon-apply').click();
      await page.getByText('Something went wrong.').waitFor();
      expect(performance.now() - asked).toBeGreaterThan(3_500);
      await arrived(shop, 'coupon_failed');
      expect(shop.received.filter(({ event }) => event === 'coupon_failed')).toMatchObject([
        { properties: { reason: 'unavailable', waited_ms: 4_000 } },
      ]);

      await page.goto(`${shop.url}/product/felt-slippers`);
      await page.getByTestId('size-guide').click();
      await page.getByTestId('not-found').waitFor();
    });
  });

  it('moves focus to the field that is wrong and says so to a screen reader', async () => {
    await visit(async (page) => {
      await page.getByTestId('signup-link').click();
      await page.getByTestId('signup-email').fill('ida@night.example');
      await page.getByTestId('signup-next').click();
      const password = page.getByTestId('signup-password');
      await page.getByTestId('signup-error').waitFor();
      expect(await password.evaluate((field) => field === document.activeElement)).toBe(true);
      expect(await password.getAttribute('aria-invalid')).toBe('true');
      expect(await page.getByTestId('signup-email').getAttribute('aria-invalid')).toBe('false');
      const described = (await password.getAttribute('aria-describedby')) ?? '';
      const issue = await page.getByTestId('signup-error').getAttribute('id');
      expect(described.split(' ')).toContain(issue);
    });
  });

  it('does not let a deep link past a step that is not done', async () => {
    await visit(async (page, shop) => {
      await page.goto(`${shop.url}/signup/preferences`);
      await page.getByTestId('signup-email').waitFor();
      expect(new URL(page.url()).pathname).toBe('/signup');
      await page.goto(`${shop.url}/checkout/payment`);
      await page.getByTestId('cart-empty').waitFor();
    });
  });

  it('is somebody new after signing out', async () => {
    await visit(async (page, shop) => {
      await page.getByTestId('signup-link').click();
      await page.getByTestId('signup-email').fill('ida@night.example');
      await page.getByTestId('signup-password').fill('hunter-of-owls');
      await page.getByTestId('signup-next').click();
      await page.getByTestId('signup-name').fill('Ida');
      await page.getByTestId('signup-phone').fill('(030) 555-0199');
      await page.getByTestId('signup-next').click();
      await page.getByTestId('signup-plan-nap').click();
      await page.getByTestId('signup-next').click();
      await page.getByTestId('sign-out').click();
      await page.getByTestId('product-card-door-cat').click();
      await arrived(shop, 'product_viewed');
      const after = shop.received.find(({ event }) => event === 'product_viewed');
      const before = shop.received.find(({ event }) => event === 'signup_completed');
      expect(before?.user_id).toBe('cust_1132c055');
      expect(after?.user_id ?? null).toBeNull();
      expect(after?.anonymous_id).not.toBe(before?.anonymous_id);
    });
  });

  it('links to the live page when there is one', async () => {
    await visit(async (page) => {
      expect(await page.getByTestId('live-link').getAttribute('href')).toBe(pxConfig.liveUrl);
    });
  });

  it('runs without analytics, and says so once, where there is no config', async () => {
    await visit(async (page, shop) => {
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(String(error)));
      await page.reload();
      await page.getByTestId('product-card-door-cat').click();
      await page.getByTestId('add-to-cart').click();
      await page.waitForTimeout(1_500);
      expect(shop.received).toEqual([]);
      expect(said).toEqual(['shop: no PX_CONFIG on this page, running without analytics']);
      expect(await page.getByTestId('live-link').count()).toBe(0);
    }, null);
  });
});

/** Waits until an event has arrived so many times. */
async function arrived(shop: ShopServer, event: string, times = 1) {
  await expect
    .poll(() => shop.received.filter((received) => received.event === event).length, {
      timeout: 12_000,
      interval: 50,
    })
    .toBe(times);
}

function inOrder(received: readonly Received[]): readonly Received[] {
  return received.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}
