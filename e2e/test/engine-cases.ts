import type { ForeignBrowser, ForeignTab } from '@px-platform/test-browser';
import { expect } from 'vitest';
import { BROKEN } from './broken-browser.js';
import type { FaultProxy } from './fault-proxy.js';
import type { PageStats } from './fault-stage.js';
import { until } from './px-dev.js';

/** What a case has: its own site, and a browser that it shares. */
export interface EngineStage {
  readonly browser: ForeignBrowser;
  readonly proxy: FaultProxy;
  /** The name of this case's events. */
  readonly event: string;
}

/** One thing that is so in every browser. */
export interface EngineCase {
  readonly title: string;
  /** Scripts of the page's head, before PX. */
  readonly before?: readonly (() => void)[];
  /** The page's body. */
  readonly body?: string;
  readonly play: (stage: EngineStage) => Promise<void>;
}

const EVENTS = 1_000;
const CAPTURED = [
  'click',
  'dead_click',
  'error',
  'error_click',
  'form_submit',
  'page_leave',
  'page_view',
  'performance',
  'rage_click',
  'scroll',
];

/** Takes from a page what browsers of some years ago have not. Sent to the browser as text. */
const MISSING = {
  compressionStream: () => Reflect.deleteProperty(globalThis, 'CompressionStream'),
  locks: () => Reflect.deleteProperty(Navigator.prototype, 'locks'),
  modernRequests: () => {
    Reflect.deleteProperty(globalThis, 'fetchLater');
    Reflect.deleteProperty(globalThis, 'navigation');
  },
} as const;

/** Keeps what PX warns of. */
function keepWords(): void {
  const said: string[] = [];
  console.warn = console.error = (...words: unknown[]) => said.push(words.join(' '));
  Object.assign(globalThis, { said });
}

export const ENGINE_CASES: readonly EngineCase[] = [
  {
    title: 'a thousand events arrive once',
    async play(stage) {
      const tab = await visit(stage);
      await tab.run(track(stage));
      await settle(stage, [tab]);
      expectOnce(stage);
    },
  },
  {
    title: 'what a page tracks in the task in which it leaves arrives',
    async play(stage) {
      const tab = await visit(stage);
      await tab.run(`${track(stage)} location.href = '/elsewhere';`);
      await until(() => tab.run(`return location.pathname === '/elsewhere'`), 10_000);
      await tab.goto(stage.proxy.origin);
      await settle(stage, [tab]);
    },
  },
  {
    title: 'what a tab tracks just before it is closed arrives at the next visit',
    async play(stage) {
      const tab = await visit(stage);
      await tab.run(track(stage));
      await tab.close();
      await settle(stage, [await visit(stage)]);
    },
  },
  {
    title: 'what was tracked without a network survives a closed tab',
    async play(stage) {
      const tab = await visit(stage);
      await tab.run('await PX.flush();');
      await stage.proxy.refuse('everything');
      await tab.run(`${track(stage)} await PX.flush();`);
      await tab.close();
      await stage.proxy.accept();
      await settle(stage, [await visit(stage)]);
      expectOnce(stage);
    },
  },
  {
    title: 'five tabs send each event once',
    async play(stage) {
      await playTabs(stage);
    },
  },
  {
    title: 'five tabs send each event once where there are no Web Locks',
    before: [MISSING.locks],
    async play(stage) {
      await playTabs(stage);
    },
  },
  {
    title: 'a page that was left and is come back to goes on',
    before: [keepWords],
    async play(stage) {
      const tab = await visit(stage);
      await tab.run(`${track(stage, 0, 500)} await PX.flush();`);
      await tab.run(`addEventListener('pageshow', (event) => (window.wasKept = event.persisted));`);
      await tab.goto(`${stage.proxy.origin}/elsewhere`);
      await tab.run('setTimeout(() => history.back());');
      await until(() => tab.run('return window.wasKept'), 5_000, 'kept by the back/forward cache');
      await tab.run(track(stage, 500, EVENTS));
      await settle(stage, [tab]);
      // Also what was begun as it left: the database is not given up for it.
      expect(await tab.run('return said.join();')).not.toContain('storage failed');
    },
  },
  {
    title: 'a browser without streams of gzip sends gzip all the same',
    before: [MISSING.compressionStream, MISSING.modernRequests],
    async play(stage) {
      const tab = await visit(stage);
      await tab.run(`${track(stage)} await PX.flush();`);
      await settle(stage, [tab]);
    },
  },
  ...(['unopened', 'stuck', 'full'] as const).map((fault) => ({
    title: `a database that is ${fault} loses nothing of a page that stays`,
    before: [BROKEN[fault]],
    async play(stage: EngineStage) {
      const tab = await visit(stage);
      await tab.run(track(stage));
      await settle(stage, [tab]);
      expectOnce(stage);
    },
  })),
  {
    title: 'what a person does is captured',
    body: `<button id="dead">Nothing</button> <button id="faulty">Fails</button>
      <form><input name="name"><button id="send">Send</button></form><p style="height: 5000px"></p>
      <script>
        faulty.onclick = () => { throw new Error('as foreseen'); };
        document.forms[0].onsubmit = (event) => event.preventDefault();
      </script>`,
    async play(stage) {
      const tab = await visit(stage);
      await tab.click('#faulty');
      for (let times = 0; times < 4; times += 1) await tab.click('#dead');
      await tab.run(wait(4_000));
      await tab.click('#send');
      await tab.run(`history.pushState({}, '', '/next'); document.title = 'Next';`);
      await tab.run(`${wait(200)} scrollTo(0, 3_000); ${wait(500)}`);
      await tab.goto(`${stage.proxy.origin}/elsewhere`);
      await settle(stage, [await visit(stage)], 0);
      const captured = stage.proxy.requests.flatMap(({ events }) => events);
      const names = new Set(captured.map(({ event }) => event));
      expect([...names].sort()).toEqual(CAPTURED);
      const [error] = captured.filter(({ event }) => event === 'error');
      expect(error?.properties).toMatchObject({
        type: 'Error',
        message: 'as foreseen',
        frames: [expect.stringMatching(/http:.*:\d+:\d+$/)],
      });
      const [vitals] = captured.filter(({ event }) => event === 'performance');
      // The one that every engine has: on a page so near the first byte may take no time that can be told.
      expect(vitals?.properties).toMatchObject({ fcp: expect.any(Number) as number });
    },
  },
];

const visit = ({ browser, proxy }: EngineStage) => browser.open(proxy.origin);

/** The body of a function that tracks this case's events, from one number to the next. */
const track = ({ event }: EngineStage, from = 0, to = EVENTS) =>
  `for (let n = ${from}; n < ${to}; n += 1) PX.track('${event}', { n });`;

async function playTabs(stage: EngineStage): Promise<void> {
  const tabs: ForeignTab[] = [];
  for (let n = 0; n < 5; n += 1) tabs.push(await visit(stage));
  for (const [n, tab] of tabs.entries()) await tab.run(track(stage, n * 200, (n + 1) * 200));
  await settle(stage, tabs);
  expectOnce(stage);
}

/** Waits until the collector has stored them all, and no page has any pending or lost. */
async function settle(
  { proxy, event }: EngineStage,
  tabs: readonly ForeignTab[],
  events = EVENTS,
): Promise<void> {
  let books: readonly PageStats[] = [];
  await until(
    async () => {
      if (proxy.stored(event).size < events) return false;
      books = await Promise.all(tabs.map((tab) => tab.run<PageStats>('return PX.stats();')));
      return books.every(({ pending }) => pending === 0);
    },
    30_000,
    `${event}: ${events} events stored, and nothing pending`,
  );
  expect(proxy.stored(event).size).toBe(events);
  for (const { accepted, delivered, dropped } of books) {
    expect({ accepted, dropped }).toEqual({ accepted: delivered, dropped: {} });
  }
}

/** No event came to the collector twice. */
function expectOnce({ proxy, event }: EngineStage): void {
  const times = [...proxy.arrivals(event).values()];
  expect(times).toEqual(times.map(() => 1));
}

/** For the body of an async function. */
const wait = (ms: number) => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`;
