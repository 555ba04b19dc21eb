import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { BROKEN } from './broken-browser.js';
import type { Misdeed, WireEvent, WireRequest } from './fault-proxy.js';
import type { PageStats, Stage } from './fault-stage.js';
import { until } from './px-dev.js';
import type { StoredRow } from './stored-rows.js';

/** One way for things to go wrong. */
export interface FaultCase {
  readonly title: string;
  /** Plays it, until everything is settled. Every case tracks the events `n` from 0 to 999. */
  readonly play: (stage: Stage, random: () => number) => Promise<void>;
  /** These `n` cannot arrive, and the page's books say why. @default [] */
  readonly lost?: readonly number[];
  /** Nothing happens that would need an event to be brought to the collector twice. @default false */
  readonly isSentOnce?: boolean;
  /** The collector has an address of its own, which can be closed while the site stays up. @default false */
  readonly crossOrigin?: boolean;
  /** What else must be so. */
  readonly check?: (outcome: FaultOutcome) => void;
}

/** What came of a case. */
export interface FaultOutcome {
  readonly requests: readonly WireRequest[];
  /** By event id. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** Of the pages that were there at the end. */
  readonly stats: readonly PageStats[];
  readonly said: readonly string[];
  readonly rows: readonly StoredRow[];
}

/** Of each case, tracked in one task. */
export const EVENTS = 1_000;
const OUTAGE_MS = 60_000;
const DAY_MS = 86_400_000;
const RETRY_AFTER_S = 3;
/** What a proxy in front of the collector takes of one event, and of events at once. */
const MOST_CHARACTERS = 16_000;
const MOST_EVENTS = 40;
const OVERSIZE = { n: 500, characters: 20_000 };

export const FAULT_CASES: readonly FaultCase[] = [
  {
    title: 'collector down for 60 s',
    crossOrigin: true,
    async play(stage) {
      await stage.proxy.refuse('collector');
      const page = await stage.visit();
      await stage.track(page);
      await page.waitForTimeout(OUTAGE_MS);
      await stage.proxy.accept();
      await comeBack(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
  },
  {
    title: 'collector hangs',
    async play(stage) {
      stage.proxy.misbehave(firstTimes(1, () => ({ kind: 'hang' })));
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
  },
  {
    title: 'normal',
    async play(stage) {
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
  },
  {
    title: 'tab closed right after the calls, by the person',
    async play(stage) {
      const page = await stage.visit();
      await stage.track(page);
      const closed = page.waitForEvent('close');
      await page.close({ runBeforeUnload: true });
      await closed;
      await stage.settle([await stage.visit()]);
    },
  },
  {
    // Chromium ends the process of such a tab at once: no farewell event is fired.
    title: 'tab closed in the task of the calls, by itself',
    async play(stage) {
      const tab = await stage.visitInClosableTab();
      // By then it has a database, too.
      await tab.evaluate(() => PX.flush());
      await stage.track(tab, { farewell: 'close' });
      await stage.settle([await stage.visit()]);
    },
  },
  {
    title: 'navigation away',
    async play(stage) {
      const page = await stage.visit();
      await stage.track(page, { farewell: 'navigate' });
      await page.goto(stage.proxy.origin);
      await stage.settle([page]);
    },
  },
  {
    title: 'offline, then reload',
    async play(stage) {
      await stage.context.addInitScript(BROKEN.network);
      const page = await stage.visit();
      await page.evaluate(() => setOnline(false));
      await stage.proxy.refuse('everything');
      await stage.track(page, { farewell: 'reload' });
      // Chromium loads such a page by itself once it can; another load beside that would be another case.
      await page.close();
      await stage.proxy.accept();
      await stage.settle([await stage.visit()]);
    },
    isSentOnce: true,
  },
  {
    title: '503 with Retry-After in seconds',
    async play(stage) {
      const headers = { 'retry-after': String(RETRY_AFTER_S) };
      stage.proxy.misbehave(firstTimes(2, () => ({ kind: 'answer', status: 503, headers })));
      await trackAndPress(stage);
    },
    isSentOnce: true,
    check({ requests }) {
      const asked = requests.flatMap(({ misdeed, receivedAt }) =>
        misdeed ? [receivedAt + RETRY_AFTER_S * 1_000] : [],
      );
      expect(asked).toHaveLength(2);
      expect(tooEarly(requests, asked)).toEqual([]);
    },
  },
  {
    title: '429 with Retry-After as a date',
    async play(stage) {
      stage.proxy.misbehave(
        firstTimes(1, () => {
          const date = new Date(Date.now() + (RETRY_AFTER_S + 1) * 1_000);
          return { kind: 'answer', status: 429, headers: { 'retry-after': date.toUTCString() } };
        }),
      );
      await trackAndPress(stage);
    },
    isSentOnce: true,
    check({ requests }) {
      const asked = requests.flatMap(({ misdeed }) =>
        misdeed?.kind === 'answer' ? [Date.parse(misdeed.headers?.['retry-after'] ?? '')] : [],
      );
      expect(asked).toHaveLength(1);
      expect(tooEarly(requests, asked)).toEqual([]);
    },
  },
  {
    title: '413 for one oversize event',
    async play(stage) {
      const isOversize = ({ characters }: WireEvent) => characters > MOST_CHARACTERS;
      stage.proxy.misbehave((events) =>
        events.some(isOversize) ? { kind: 'answer', status: 413 } : null,
      );
      const page = await stage.visit();
      await stage.track(page, { oversize: OVERSIZE });
      await stage.settle([page], EVENTS - 1);
    },
    lost: [OVERSIZE.n],
    isSentOnce: true,
    check({ said, stats }) {
      expect(stats.map(({ dropped }) => dropped)).toEqual([{ body_too_large: 1 }]);
      expect(said.filter((text) => text.includes('body_too_large'))).toHaveLength(1);
    },
  },
  {
    title: `413 for more than ${MOST_EVENTS} events at once`,
    async play(stage) {
      stage.proxy.misbehave((events) =>
        events.length > MOST_EVENTS ? { kind: 'answer', status: 413 } : null,
      );
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
  },
  {
    title: '10 % of connections dropped at random',
    async play(stage, random) {
      stage.proxy.misbehave(oneInTen(random));
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
    check({ requests }) {
      expect(requests.filter(({ misdeed }) => misdeed).length).toBeGreaterThan(0);
    },
  },
  {
    title: 'response lost after storage',
    async play(stage) {
      let count = 0;
      stage.proxy.misbehave(() => (count++ % 3 === 0 ? { kind: 'lose-answer' } : null));
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
  },
  {
    title: 'ten tabs',
    async play(stage) {
      const tabs = await Promise.all(Array.from({ length: 10 }, () => stage.visit()));
      const track = (tab: Page, index: number) =>
        stage.track(tab, { from: index * 100, events: 100 });
      await Promise.all(tabs.map(track));
      await stage.settle(tabs);
    },
    isSentOnce: true,
  },
  {
    title: 'database quota exceeded',
    async play(stage) {
      await exceedQuota(stage);
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
    check: saysThatStorageFailed,
  },
  {
    title: 'database quota exceeded, navigation away',
    async play(stage) {
      await exceedQuota(stage);
      const page = await stage.visit();
      await stage.track(page, { farewell: 'navigate' });
      await page.goto(stage.proxy.origin);
      await stage.settle([page]);
    },
  },
  {
    title: 'every storage full',
    async play(stage) {
      await stage.context.addInitScript(BROKEN.full);
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
    check: saysThatStorageFailed,
  },
  {
    title: 'IndexedDB never opens',
    async play(stage) {
      await stage.context.addInitScript(BROKEN.unopened);
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
    check: saysThatStorageFailed,
  },
  {
    title: 'IndexedDB never opens, navigation away',
    async play(stage) {
      await stage.context.addInitScript(BROKEN.unopened);
      const page = await stage.visit();
      await stage.track(page, { farewell: 'navigate' });
      await page.goto(stage.proxy.origin);
      await stage.settle([page]);
    },
  },
  {
    title: 'IndexedDB transactions never end',
    async play(stage) {
      await stage.context.addInitScript(BROKEN.stuck);
      const page = await stage.visit();
      await stage.track(page);
      await stage.settle([page]);
    },
    isSentOnce: true,
    check: saysThatStorageFailed,
  },
  {
    title: 'IndexedDB transactions never end, navigation away',
    async play(stage) {
      await stage.context.addInitScript(BROKEN.stuck);
      const page = await stage.visit();
      await stage.track(page, { farewell: 'navigate' });
      await page.goto(stage.proxy.origin);
      await stage.settle([page]);
    },
  },
  {
    title: 'clock set a day back in mid-session',
    async play(stage) {
      await stage.context.addInitScript(BROKEN.clock);
      const page = await stage.visit();
      await stage.track(page, { clock: { n: 500, offByMs: -DAY_MS }, farewell: 'navigate' });
      await page.goto(stage.proxy.origin);
      await stage.settle([page]);
    },
    check({ rows }) {
      const inOrder = Array.from({ length: EVENTS }, (_, n) => n);
      const numbers = (sorted: readonly StoredRow[]) =>
        sorted.map(({ properties }) => properties.n);
      expect(new Set(rows.map(({ session_id }) => session_id)).size).toBe(1);
      expect(numbers([...rows].sort((one, other) => one.seq - other.seq))).toEqual(inOrder);
      // As the store gives them: by the time it believes, and then by `seq`.
      expect(numbers(rows)).toEqual(inOrder);
    },
  },
];

/** Somebody goes elsewhere in the tab and back again: the page is restored as it was, and shown. */
async function comeBack(page: Page): Promise<void> {
  await page.evaluate(() => void (location.href = '/elsewhere'));
  await page.waitForURL('**/elsewhere');
  await page.evaluate(() => history.back()).catch(() => {});
  await until(async () => (await page.title().catch(() => '')) === 'Site', 10_000);
}

/** Tracks, and does all that could make PX ask sooner than it was told to: a new tab, `flush`, a reload. */
async function trackAndPress(stage: Stage): Promise<void> {
  const page = await stage.visit();
  await stage.track(page);
  // A page that leaves before it has read the answer cannot hand it on.
  await until(() => stage.said.length > 0, 30_000, 'PX speaks of an answer');
  const other = await stage.visit();
  await other.evaluate(() => void PX.flush());
  await page.evaluate(() => void PX.flush());
  await page.reload();
  await page.evaluate(() => void PX.flush());
  await stage.settle([page, other]);
}

/** Requests in the time that was to be kept free before each of these moments. */
function tooEarly(requests: readonly WireRequest[], moments: readonly number[]): readonly number[] {
  const refused = requests.filter(({ misdeed }) => misdeed);
  return moments.flatMap((moment, index) => {
    const from = requests.indexOf(refused[index] as WireRequest) + 1;
    // Clocks tell whole milliseconds.
    return requests
      .slice(from)
      .flatMap(({ receivedAt }) => (receivedAt < moment - 1 ? [moment - receivedAt] : []));
  });
}

/** The device is full as far as the database is concerned; a blank tab holds it so. */
async function exceedQuota({ context, proxy }: Stage): Promise<void> {
  const holder = await context.newPage();
  await holder.goto(`${proxy.origin}/elsewhere`);
  const devTools = await context.newCDPSession(holder);
  await devTools.send('Storage.overrideQuotaForOrigin', { origin: proxy.origin, quotaSize: 1 });
}

function saysThatStorageFailed({ said }: FaultOutcome): void {
  expect(said.filter((text) => text.includes('storage failed'))).toHaveLength(1);
}

function firstTimes(times: number, misdeed: () => Misdeed): () => Misdeed | null {
  let left = times;
  return () => (left-- > 0 ? misdeed() : null);
}

/** Of each ten in a row one, at a place that is drawn: a tenth, and never none. */
function oneInTen(random: () => number): () => Misdeed | null {
  let index = 0;
  let dropped = 0;
  return () => {
    if (index % 10 === 0) dropped = index + Math.floor(random() * 10);
    return index++ === dropped ? { kind: 'drop' } : null;
  };
}
