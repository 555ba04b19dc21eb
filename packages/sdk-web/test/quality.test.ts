/// <reference types="node" />
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { PxEvent } from '@px-platform/protocol';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PxOptions } from '../src/index.js';
import { bundleSources } from './bundle-sources.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

const executablePath = findChromium();
const KEY = { apiKey: 'px_write_key', projectId: 'shop' };
/** Everything else is switched off: what is left is theirs. */
const ALONE = {
  pageViews: false,
  pageLeave: false,
  scroll: false,
  clicks: false,
  forms: false,
  errors: false,
  network: false,
  vitals: false,
  longFrames: false,
};
const SLOWER = 4;
const NODES = 10_000;
const CLICKS = 50;

/** What observes or waits on a page, counted from before any other script. */
interface Busy {
  readonly observers: number;
  readonly timers: number;
}
declare const busy: () => Busy;

/** Sent to the browser as text. Listeners are counted in captures.test.ts. */
function countWhatIsBusy(): void {
  const observing = new Set<unknown>();
  for (const type of [MutationObserver, PerformanceObserver]) {
    const prototype = type.prototype as { observe: () => void; disconnect: () => void };
    const { observe, disconnect } = prototype;
    prototype.observe = function (...args: []) {
      observing.add(this);
      Reflect.apply(observe, this, args);
    };
    prototype.disconnect = function () {
      observing.delete(this);
      Reflect.apply(disconnect, this, []);
    };
  }
  const timers = new Set<unknown>();
  const { setTimeout: later, clearTimeout: cancel } = globalThis;
  Object.assign(globalThis, {
    setTimeout(run: () => void, ms: number, ...args: unknown[]) {
      const id: unknown = later(() => {
        timers.delete(id);
        Reflect.apply(run, globalThis, args);
      }, ms);
      timers.add(id);
      return id;
    },
    clearTimeout(id: number) {
      timers.delete(id);
      cancel(id);
    },
  });
  const busy = (): Busy => ({ observers: observing.size, timers: timers.size });
  Object.assign(globalThis, { busy });
}

describe.skipIf(executablePath === null)(
  'given what clicks and cursors tell in a real browser',
  () => {
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

    const visit = async (body = '', options: Partial<PxOptions> = {}): Promise<Page> => {
      collector.pages.set(
        '/',
        `<!doctype html><title>Shop</title><script src="/sdk.js"></script>
       <script>PX.init(${JSON.stringify({ ...KEY, autocapture: ALONE, ...options })})</script><body>${body}</body>`,
      );
      const page = await context.newPage();
      await page.goto(`${collector.origin}/`);
      return page;
    };
    const told = async (page: Page, name: string): Promise<readonly PxEvent[]> => {
      await page.evaluate(() => PX.flush());
      return collector.stored().filter(({ event }) => event === name);
    };

    describe('error clicks', () => {
      const BUTTONS = `<button id="throws">Pay</button><button id="rejects">Book</button>
      <button id="late">Later</button><button id="image">Picture</button><button id="fine">Fine</button>
      <script>
        throws.onclick = () => { throw new TypeError('no card'); };
        rejects.onclick = () => { setTimeout(() => Promise.reject('sold out'), 300); };
        late.onclick = () => { setTimeout(() => { throw new Error('much later'); }, 1400); };
        image.onclick = () => { document.body.append(Object.assign(new Image(), { src: '/missing.png' })); };
      </script>`;

      it('say which click an error followed, and how soon; once a click', async () => {
        const page = await visit(BUTTONS);
        await page.click('#throws');
        await page.waitForTimeout(100);
        await page.click('#rejects');
        await page.waitForTimeout(600);
        const [first, second, ...more] = await told(page, 'error_click');
        expect(more).toEqual([]);
        expect(first?.properties).toMatchObject({
          id: 'throws',
          text: 'Pay',
          message: expect.stringContaining('no card') as string,
          x: expect.any(Number) as number,
        });
        expect(first?.properties?.['delay_ms']).toBeLessThan(250);
        expect(second?.properties).toMatchObject({ id: 'rejects', message: 'sold out' });
        expect(second?.properties?.['delay_ms']).toBeGreaterThanOrEqual(290);
      });

      it('are none where the error comes late, a file is missing, or nobody clicked', async () => {
        const page = await visit(BUTTONS);
        await page.click('#image');
        await page.waitForTimeout(200);
        await page.click('#late');
        await page.waitForTimeout(1_600);
        await page.evaluate(
          () => void setTimeout(() => document.querySelector<HTMLElement>('#throws')!.click()),
        );
        await page.waitForTimeout(100);
        expect(await told(page, 'error_click')).toEqual([]);
      });
    });

    describe('a thrashed cursor', () => {
      const shake = async (page: Page, times: number, px: number) => {
        for (let n = 0; n < times; n += 1) {
          await page.mouse.move(200 + (n % 2) * px, 200);
          await page.waitForTimeout(40);
        }
      };

      it('is told once, when it has stopped, with its turns', async () => {
        const page = await visit();
        await shake(page, 24, 120);
        await page.waitForTimeout(700);
        const [event, ...more] = await told(page, 'thrashed_cursor');
        expect(more).toEqual([]);
        expect(event?.properties?.['turns']).toBeGreaterThanOrEqual(12);
        expect(event?.properties?.['duration_ms']).toBeGreaterThan(500);
      });

      it('is none where a hand trembles, or goes about its work', async () => {
        const page = await visit();
        await shake(page, 24, 8);
        for (const [x, y] of [
          [20, 20],
          [400, 60],
          [380, 300],
          [60, 280],
          [300, 90],
          [310, 200],
        ] as const) {
          await page.mouse.move(x, y, { steps: 8 });
          await page.waitForTimeout(120);
        }
        await page.waitForTimeout(700);
        expect(await told(page, 'thrashed_cursor')).toEqual([]);
      });
    });

    it('neither observe nor wait once PX is shut down in the middle of a burst', async () => {
      await context.addInitScript(countWhatIsBusy);
      const page = await visit('<button id="b">Nothing</button>');
      for (let clicks = 0; clicks < 3; clicks += 1) await page.click('#b');
      expect(await page.evaluate(() => busy())).toMatchObject({ observers: 2 });
      await page.evaluate(() => PX.shutdown());
      expect(await page.evaluate(() => busy())).toEqual({ observers: 0, timers: 0 });
    });

    it(`holds up a page of ${NODES} nodes no longer than people notice`, async () => {
      const rows = Array.from(
        { length: NODES / 4 },
        (_, n) => `<li><b>${n}</b><i>x</i><a>y</a></li>`,
      );
      const body = `<button id="b">Work</button><ul id="list">${rows.join('')}</ul>
      <script>
        globalThis.tasks = [];
        new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
        // A page at work: every 50 ms a hundred rows change.
        let n = 0;
        setInterval(() => { for (let i = 0; i < 100; i++) list.children[n++ % list.children.length].firstChild.textContent = n; }, 50);
      </script>`;
      const measure = async (autocapture: typeof ALONE | false) => {
        const page = await visit(body, { autocapture });
        const cdp = await context.newCDPSession(page);
        await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
        await page.waitForTimeout(1_000);
        await page.evaluate('tasks.length = 0');
        const box = (await page.locator('#b').boundingBox())!;
        await page.mouse.move(box.x + 5, box.y + 5);
        for (let clicks = 0; clicks < CLICKS; clicks += 1) {
          await page.mouse.down();
          await page.mouse.up();
          await page.waitForTimeout(60);
        }
        await page.waitForTimeout(4_000);
        const tasks = await page.evaluate<readonly number[]>('tasks');
        // That there are none is not for want of an eye for them.
        await page.evaluate(
          () =>
            void setTimeout(() => {
              for (const end = performance.now() + 60; performance.now() < end;);
            }),
        );
        await page.waitForFunction(
          (seen) => (globalThis as unknown as { tasks: unknown[] }).tasks.length > seen,
          tasks.length,
        );
        await page.close();
        return { longest: Math.max(0, ...tasks), count: tasks.length };
      };
      const without = await measure(false);
      const withIt = await measure(ALONE);
      console.info(
        `${CLICKS} clicks among ${NODES} nodes at ${SLOWER}x: longest task ${withIt.longest} ms of ${withIt.count} long ones; without the captures ${without.longest} ms of ${without.count}`,
      );
    }, 60_000);
  },
);
