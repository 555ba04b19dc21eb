/// <reference types="node" />
import { CHROMIUM_ARGS, findChromium } from '@px-platform/test-browser';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Px, PxOptions } from '../src/index.js';
import type * as Adapters from './adapters.js';
import { bundleSources } from './bundle-sources.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

declare global {
  var PX: Px;
  var adapters: typeof Adapters;
}

const executablePath = findChromium();
const KEY = { apiKey: 'px_write_key', projectId: 'shop' };
/** Resolves to this machine, and is no `localhost`: an insecure origin, as plain http pages have. */
const INSECURE_HOST = 'shop.test';

describe.skipIf(executablePath === null)('given the browser itself', () => {
  let sdk: string;
  let gzip: string;
  let explain: string;
  let parts: string;
  let browser: Browser;
  let collector: StubCollector;
  let context: BrowserContext;

  beforeAll(async () => {
    [sdk, gzip, explain, parts] = await Promise.all([
      bundleSources('iife'),
      bundleSources('gzip'),
      bundleSources('explain'),
      bundleSources('adapters'),
    ]);
    browser = await chromium.launch({
      executablePath: executablePath!,
      // Playwright turns the back/forward cache off; people have it.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: [...CHROMIUM_ARGS, `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    collector = await startStubCollector({ sdk });
    collector.scripts.set('/px-gzip.js', gzip);
    collector.scripts.set('/px-explain.js', explain);
    collector.scripts.set('/adapters.js', parts);
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await collector.close();
  });

  const open = async ({
    options = {},
    before = '',
    head = '',
    origin = collector.origin,
    path = '/',
  }: {
    readonly options?: Partial<PxOptions>;
    /** Run before any script of the page. */
    readonly before?: string;
    readonly head?: string;
    readonly origin?: string;
    readonly path?: string;
  } = {}): Promise<Page> => {
    collector.pages.set(
      path,
      `<!doctype html><title>Shop</title>${head}<script src="/sdk.js"></script>
      <script>PX.init(${JSON.stringify({ ...KEY, autocapture: false, ...options })})</script>`,
    );
    const page = await context.newPage();
    if (before) await page.addInitScript(before);
    await page.goto(origin + path);
    return page;
  };
  const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 50 });
  const flush = (page: Page) => page.evaluate(() => PX.flush());
  const names = () => collector.stored().map(({ event }) => event);
  /** Tracks so many events in one task. */
  const track = (page: Page, count: number, characters = 1_000) =>
    page.evaluate(
      ([count, characters]) => {
        for (let index = 0; index < count; index++) {
          PX.track('load', { index, text: 'x'.repeat(characters) });
        }
      },
      [count, characters] as const,
    );
  const indexes = () => collector.stored().map(({ properties }) => properties!['index'] as number);
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
  const leave = (page: Page) => page.goto('about:blank');
  /** Tracks in the page's last turn, and ahead of PX's own listener: nothing else can send these. */
  const trackOnLeave = (count: number, text: string) =>
    `<script>addEventListener('pagehide', () => {
      for (let index = 0; index < ${count}; index++) PX.track('load', { index, text: ${text} });
    }, true)</script>`;
  const COMPRESSIBLE = `'x'.repeat(1_000)`;
  const NOISE = `Array.from(crypto.getRandomValues(new Uint8Array(500)), (byte) => byte + 100).join('')`;

  describe('gzip', () => {
    const WITHOUT_STREAMS = 'delete globalThis.CompressionStream';

    it('is not downloaded by a page that tracks little', async () => {
      const page = await open();
      await track(page, 20, 2_000);
      await flush(page);
      await track(page, 5);
      await leave(page);
      await until(() => expect(names()).toHaveLength(25));
      expect(collector.received[0]!.isGzipped).toBe(true);
      expect(collector.requests).not.toContain('/px-gzip.js');
    });

    it.each([
      ['', 'from where the script came'],
      ["default-src 'self'; require-trusted-types-for 'script'", 'under a strict policy'],
    ])('is loaded where the browser has no streams for it %s', async (policy) => {
      if (policy) collector.pageHeaders = { 'content-security-policy': policy };
      collector.scripts.set('/assets/sdk.js', sdk);
      collector.scripts.set('/assets/px-gzip.js', gzip);
      collector.scripts.set('/start.js', `PX.init(${JSON.stringify(KEY)})`);
      collector.pages.set(
        '/deep/page',
        '<!doctype html><script src="/assets/sdk.js"></script><script src="/start.js"></script>',
      );
      const page = await context.newPage();
      await page.addInitScript(WITHOUT_STREAMS);
      await page.goto(`${collector.origin}/deep/page`);
      await track(page, 3);
      await flush(page);
      await until(() => expect(names()).toContain('load'));
      expect(collector.received.at(-1)!.isGzipped).toBe(true);
      expect(collector.requests.filter((path) => path.includes('gzip'))).toEqual([
        '/assets/px-gzip.js',
      ]);
    });

    it('is done without where it cannot be loaded', async () => {
      collector.scripts.delete('/px-gzip.js');
      const page = await open({ before: WITHOUT_STREAMS });
      const said: string[] = [];
      page.on('console', (message) => said.push(`${message.type()} ${message.text()}`));
      for (const _ of [1, 2]) {
        await track(page, 3);
        await flush(page);
      }
      expect(names()).toHaveLength(6);
      expect(collector.received.map(({ isGzipped }) => isGzipped)).toEqual([false, false]);
      expect(said.filter((line) => line.includes('px:'))).toEqual([
        expect.stringMatching(/^debug px: no gzip/),
      ]);
    });

    it('lets a busy page leave with far more than a parting request could carry as it is', async () => {
      const page = await open({ head: trackOnLeave(200, COMPRESSIBLE) });
      await track(page, 80);
      await flush(page);
      await until(() => expect(collector.requests).toContain('/px-gzip.js'));
      await page.waitForTimeout(300);
      collector.received.length = 0;
      await leave(page);
      await until(() => expect(indexes()).toEqual(upTo(200)));
      expect(collector.received.every(({ isGzipped }) => isGzipped)).toBe(true);
      expect(collector.preflights).toEqual([]);
    });
  });

  describe('requests that outlive the page', () => {
    it('are followed by what the browser was left to send', async () => {
      const page = await open({ head: trackOnLeave(80, NOISE) });
      await page.waitForTimeout(700);
      await leave(page);
      await until(() => expect(JSON.stringify(collector.stored()).length).toBeGreaterThan(65_536));
      expect(collector.received.length).toBeGreaterThanOrEqual(2);
      expect(new Set(indexes()).size).toBe(indexes().length);
    });

    it('go as beacons where fetch cannot outlive the page', async () => {
      const page = await open({
        before: 'delete Request.prototype.keepalive',
        head: trackOnLeave(10, COMPRESSIBLE),
      });
      await leave(page);
      await until(() => expect(indexes()).toEqual(upTo(10)));
      expect(collector.received[0]!.contentType).toBe('text/plain');
      expect(collector.preflights).toEqual([]);
    });
  });

  describe('the back/forward cache', () => {
    it('takes a page in the midst of its work, and it goes on when it is back', async () => {
      const page = await open({ options: { autocapture: { pageViews: true } } });
      const session = await context.newCDPSession(page);
      await session.send('Page.enable');
      const reasons: string[] = [];
      session.on('Page.backForwardCacheNotUsed', ({ notRestoredExplanations }) =>
        reasons.push(...notRestoredExplanations.map(({ reason }) => reason)),
      );
      await flush(page);
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
      // It holds the lock, waiting for an answer, and has written and parted.
      collector.delayMs = 1_500;
      await page.evaluate(() => {
        PX.track('before');
        void PX.flush();
      });
      await until(() => expect(collector.requests.at(-1)).toBe('/px/v1/batch'));
      await track(page, 3);

      // Another page of the origin needs the lock, and speaks.
      await open({ path: '/other' });
      const other = context.pages()[1]!;
      await page.goto(`${collector.origin}/next`);
      await other.evaluate(() => {
        PX.track('elsewhere');
        return PX.flush();
      });
      await until(() => expect(names()).toContain('elsewhere'));

      await page.goBack({ waitUntil: 'commit' });
      await page.waitForFunction(() => 'isSamePage' in globalThis);
      collector.delayMs = 0;
      expect(reasons).toEqual([]);
      await page.evaluate(() => {
        PX.track('after');
        return PX.flush();
      });
      await until(() => expect(names()).toContain('after'));
      const views = collector.stored().filter(({ event }) => event === 'page_view');
      const restores = views.filter(({ properties }) => properties!['navigation'] === 'restore');
      expect(new Set(restores.map(({ event_id }) => event_id)).size).toBe(1);
      expect(new Set(indexes().filter((index) => index !== undefined)).size).toBe(3);
      expect((await page.evaluate(() => PX.stats())).pending).toBe(0);
    });

    it('is not turned away by listeners: there is no unload in what is shipped', () => {
      expect(/['"](before)?unload['"]|onbeforeunload|onunload/.exec(sdk)).toBeNull();
    });
  });

  describe('an insecure page', () => {
    const insecure = () => collector.origin.replace('localhost', INSECURE_HOST);

    it('sends each event once from two tabs, by turns, without Web Locks', async () => {
      const first = await open({ origin: insecure() });
      const second = await open({ origin: insecure() });
      expect(await first.evaluate(() => [isSecureContext, 'locks' in navigator])).toEqual([
        false,
        false,
      ]);
      for (const page of [first, second, first, second]) await track(page, 25);
      await Promise.all([flush(first), flush(second)]);
      await until(() => expect(names()).toHaveLength(100));
      await Promise.all([flush(first), flush(second)]);
      expect(new Set(collector.stored().map(({ event_id }) => event_id)).size).toBe(100);
      expect(names()).toHaveLength(100);
      expect(
        await first.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('lock'))),
      ).toEqual([]);
    });

    it('loses nothing when it is left at once, and waits for no dead page', async () => {
      const page = await open({ origin: insecure() });
      await track(page, 50);
      await leave(page);
      const next = await open({ origin: insecure() });
      await until(() => {
        expect(new Set(indexes())).toEqual(new Set(upTo(50)));
      });
      expect((await next.evaluate(() => PX.stats())).dropped).toEqual({});
    });
  });

  describe('a frame of opaque origin', () => {
    it('works, and says once that nothing can be kept', async () => {
      const inner = `<script src="${collector.origin}/sdk.js"></script><script>
        PX.init(${JSON.stringify({ ...KEY, endpoint: `${collector.origin}/px`, autocapture: false })});
        for (let index = 0; index < 30; index++) PX.track('load', { index });
        setTimeout(() => PX.track('load', { index: 30 }), 1500)</script>`;
      collector.pages.set(
        '/frames',
        `<!doctype html><iframe sandbox="allow-scripts" srcdoc="${inner.replaceAll('"', '&quot;')}"></iframe>`,
      );
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', ({ message }) => said.push(message));
      await page.goto(`${collector.origin}/frames`);
      await until(() => expect(indexes()).toEqual(upTo(31)));
      await until(() => expect(said).toEqual([expect.stringMatching(/^px: storage failed/)]));
    });
  });

  describe('the queue in IndexedDB', () => {
    const adaptersPage = async () => {
      collector.pages.set('/', '<!doctype html><script src="/adapters.js"></script>');
      const page = await context.newPage();
      await page.goto(`${collector.origin}/`);
      await page.evaluate(() => {
        const entries = (from: number, to: number) =>
          Array.from({ length: to - from }, (_, index) => {
            const key = String(from + index).padStart(8, '0');
            const json = JSON.stringify({ event_id: key, text: 'x'.repeat(600) });
            return { key, session: 's', json, bytes: json.length, priority: 3 as const };
          });
        const queue = adapters.createQueueStorage({ name: 'px:test:events' });
        Object.assign(globalThis, { entries, queue });
      });
      return page;
    };
    type Scope = {
      queue: ReturnType<typeof Adapters.createQueueStorage>;
      entries(from: number, to: number): Parameters<Scope['queue']['append']>[0];
    };

    it('gives back the oldest within bounds, at least one, and what is taken away is gone', async () => {
      const page = await adaptersPage();
      const read = await page.evaluate(async () => {
        const { queue, entries } = globalThis as unknown as Scope;
        await queue.append(entries(10, 20));
        await queue.append(entries(0, 12));
        const keys = async (limits: Parameters<typeof queue.read>[0]) =>
          (await queue.read(limits)).map(({ key }) => Number(key));
        const found = [
          await keys({ limit: Infinity, maxBytes: Infinity }),
          await keys({ limit: 3, maxBytes: Infinity }),
          await keys({ limit: 10, maxBytes: 1_500 }),
          await keys({ limit: 10, maxBytes: 1 }),
          await keys({ limit: 2, maxBytes: Infinity, after: '00000017' }),
        ];
        const [first] = await queue.read({ limit: 1, maxBytes: 1 });
        await queue.remove(['00000000', '00000001', 'unknown']);
        found.push(await keys({ limit: 2, maxBytes: Infinity }));
        await queue.clear();
        found.push(await keys({ limit: 2, maxBytes: Infinity }));
        return { found, first, expected: entries(0, 1)[0] };
      });
      expect(read.found).toEqual([upTo(20), [0, 1, 2], [0, 1], [0], [18, 19], [2, 3], []]);
      expect(read.first).toEqual(read.expected);
    });

    it('holds what a list would, whatever tabs append, append again, remove and read', async () => {
      const page = await adaptersPage();
      const seed = Date.now() % 2 ** 31;
      const wrong = await page.evaluate(async (seed) => {
        const { queue, entries } = globalThis as unknown as Scope;
        const tabs = [queue, adapters.createQueueStorage({ name: 'px:test:events' })];
        let state = seed;
        const random = (below: number) => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return Math.floor((state / 2 ** 32) * below);
        };
        let model: number[] = [];
        const same = (one: readonly number[], other: readonly number[]) =>
          one.join() === other.join();
        for (let step = 0; step < 400; step += 1) {
          const tab = tabs[random(2)]!;
          const from = random(1_000);
          const act = random(10);
          if (act < 4) {
            const to = from + 1 + (random(4) === 0 ? random(250) : random(5));
            const some = entries(from, to);
            await tab.append(random(2) ? some : [...some].sort(() => random(3) - 1));
            const added = Array.from({ length: to - from }, (_, index) => from + index);
            model = [...new Set([...model, ...added])].sort((one, other) => one - other);
          } else if (act < 7) {
            // The oldest, as after a delivery; or anything.
            const some =
              act < 6 ? model.slice(0, random(120)) : model.filter(() => random(3) === 0);
            await tab.remove(some.map((n) => String(n).padStart(8, '0')));
            model = model.filter((n) => !some.includes(n));
          } else {
            const limit = [1, 7, 100, Infinity][random(4)]!;
            const after = random(3) === 0 ? from : undefined;
            const read = await tab.read({
              limit,
              maxBytes: Infinity,
              ...(after === undefined ? {} : { after: String(after).padStart(8, '0') }),
            });
            const expected = model.filter((n) => n > (after ?? -1)).slice(0, limit);
            if (
              !same(
                read.map(({ key }) => Number(key)),
                expected,
              )
            )
              return { step, limit, after };
          }
        }
        const all = await queue.read({ limit: Infinity, maxBytes: Infinity });
        return same(
          all.map(({ key }) => Number(key)),
          model,
        )
          ? null
          : 'at the end';
      }, seed);
      expect(wrong, `seed ${seed}`).toBeNull();
    });

    it.each([
      [
        'a connection the browser has dropped',
        () => {
          const { transaction } = IDBDatabase.prototype;
          IDBDatabase.prototype.transaction = function () {
            IDBDatabase.prototype.transaction = transaction;
            throw new DOMException('The database connection is closing.', 'InvalidStateError');
          };
        },
      ],
      [
        'a transaction the browser has given up',
        () => {
          const { transaction } = IDBDatabase.prototype;
          IDBDatabase.prototype.transaction = function (...args) {
            IDBDatabase.prototype.transaction = transaction;
            const given = transaction.apply(this, args);
            queueMicrotask(() => given.abort());
            return Object.assign(given, { commit: undefined });
          };
        },
      ],
      [
        'a database that was deleted meanwhile',
        () =>
          new Promise<void>((resolve) => {
            indexedDB.deleteDatabase('px:test:events').onsuccess = () => resolve();
          }),
      ],
      [
        'an opening that failed',
        () => {
          const { open } = IDBFactory.prototype;
          IDBFactory.prototype.open = function () {
            IDBFactory.prototype.open = open;
            throw new DOMException('UnknownError');
          };
          Object.assign(globalThis, {
            queue: adapters.createQueueStorage({ name: 'px:test:events' }),
          });
        },
      ],
    ])('goes on after %s, on a new connection', async (_, hurt) => {
      const page = await adaptersPage();
      await page.evaluate(() => {
        const { queue, entries } = globalThis as unknown as Scope;
        return queue.append(entries(0, 1));
      });
      await page.evaluate(hurt);
      const keys = await page.evaluate(async () => {
        const { queue, entries } = globalThis as unknown as Scope;
        await Promise.all([queue.append(entries(1, 2)), queue.append(entries(2, 3))]);
        const found = await queue.read({ limit: 9, maxBytes: Infinity });
        return found.map(({ key }) => Number(key));
      });
      expect(keys.slice(-2)).toEqual([1, 2]);
    });

    it('rejects what fails twice', async () => {
      const page = await adaptersPage();
      const failure = await page.evaluate(async () => {
        const { queue, entries } = globalThis as unknown as Scope;
        let times = 0;
        IDBDatabase.prototype.transaction = () => {
          times += 1;
          throw new DOMException('closing', 'InvalidStateError');
        };
        const cause = await queue.append(entries(0, 1)).catch(String);
        return { cause, times };
      });
      expect(failure).toEqual({ cause: 'InvalidStateError: closing', times: 2 });
    });

    it('takes 10,000 events piece by piece, as they are journaled, and gives them back', async () => {
      const page = await adaptersPage();
      const took = await page.evaluate(async () => {
        const { queue, entries } = globalThis as unknown as Scope;
        const longTasks: number[] = [];
        new PerformanceObserver((list) => {
          longTasks.push(...list.getEntries().map(({ duration }) => duration));
        }).observe({ type: 'longtask' });
        const all = entries(0, 10_000);
        await new Promise((resolve) => setTimeout(resolve, 200));
        longTasks.length = 0;
        const start = performance.now();
        for (let from = 0; from < 10_000; from += 250) {
          await queue.append(all.slice(from, from + 250));
        }
        const appended = performance.now();
        const batch = await queue.read({ limit: 100, maxBytes: 256 * 1024, after: '00005000' });
        const read = performance.now();
        const everything = await queue.read({ limit: Infinity, maxBytes: Infinity });
        const readAll = performance.now();
        await queue.remove(batch.map(({ key }) => key));
        const removed = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 200));
        return {
          count: everything.length,
          batch: batch.length,
          appendMs: appended - start,
          readMs: read - appended,
          readAllMs: readAll - read,
          removeMs: removed - readAll,
          longTasks,
        };
      });
      console.info('  10,000 events in IndexedDB:', JSON.stringify(took));
      expect(took).toMatchObject({ count: 10_000, batch: 100 });
    });
  });
});
