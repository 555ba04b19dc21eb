import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startFaultProxy, type FaultProxy, type SdkScripts } from './fault-proxy.js';
import { until, type PxDev } from './px-dev.js';

/** What `PX.stats()` answers. */
export interface PageStats {
  readonly accepted: number;
  readonly delivered: number;
  readonly pending: number;
  readonly dropped: Readonly<Record<string, number>>;
}

declare global {
  var PX: {
    track(event: string, properties: object): void;
    flush(): Promise<void>;
    stats(): PageStats;
  };
  var setClock: (offByMs: number) => void;
  var setOnline: (isOnline: boolean) => void;
}

/** What a page does with itself at the end of the task in which it tracked. */
export type Farewell = 'stay' | 'navigate' | 'close' | 'reload';

export interface Burst {
  /** The first `n`. @default 0 */
  readonly from?: number;
  /** @default 1000 */
  readonly events?: number;
  /** @default 'stay' */
  readonly farewell?: Farewell;
  /** The event of this `n` carries so many characters. */
  readonly oversize?: { readonly n: number; readonly characters: number };
  /** Before the event of this `n`, the clock on the wall is set off by so much. */
  readonly clock?: { readonly n: number; readonly offByMs: number };
}

/** One case's own browser profile, site and road to the collector. */
export interface Stage {
  /** The name of this case's events. */
  readonly event: string;
  readonly context: BrowserContext;
  readonly proxy: FaultProxy;
  /** What PX has said in the console. */
  readonly said: readonly string[];
  /** A visit of the site: a new tab, with PX in it. */
  visit(): Promise<Page>;
  /** The same in a tab that a script may close, and that no other shares a process with. */
  visitInClosableTab(): Promise<Page>;
  /** Tracks a burst in one task, at whose end the page may leave. */
  track(page: Page, burst?: Burst): Promise<void>;
  /** Waits until the collector has stored so many of this case's events, and no page of it has any pending. */
  settle(pages: readonly Page[], events?: number): Promise<void>;
  /** The pages' books, as they were when they were settled. */
  readonly stats: readonly PageStats[];
  close(): Promise<void>;
}

/** Sets a stage. `crossOrigin`: the page sends to the collector at an address of its own. */
export async function openStage({
  event,
  browser,
  px,
  scripts,
  crossOrigin = false,
}: {
  readonly event: string;
  readonly browser: Browser;
  readonly px: PxDev;
  readonly scripts: SdkScripts;
  readonly crossOrigin?: boolean;
}): Promise<Stage> {
  const proxy = await startFaultProxy({ px, scripts });
  proxy.pages.set(
    '/',
    sitePage({ apiKey: px.writeKey, ...(crossOrigin ? { endpoint: proxy.collectorUrl } : {}) }),
  );
  const context = await browser.newContext();
  context.setDefaultTimeout(30_000);
  const said: string[] = [];
  let stats: readonly PageStats[] = [];
  context.on('console', (message) => {
    if (message.text().startsWith('px:')) said.push(message.text());
  });
  context.on('weberror', (error) => said.push(`thrown: ${String(error.error())}`));

  const isSettled = async (pages: readonly Page[], events: number) => {
    if (proxy.stored(event).size < events) return false;
    stats = await Promise.all(pages.map((page) => page.evaluate(() => PX.stats())));
    return stats.every(({ pending }) => pending === 0);
  };

  return {
    event,
    context,
    proxy,
    said,
    get stats() {
      return stats;
    },
    async visit() {
      const page = await context.newPage();
      await page.goto(proxy.origin);
      return page;
    },
    async visitInClosableTab() {
      const opener = await context.newPage();
      await opener.goto(`${proxy.origin}/elsewhere`);
      const [tab] = await Promise.all([
        context.waitForEvent('page'),
        opener.evaluate(() => void open('/', '_blank', 'noopener')),
      ]);
      await tab.waitForLoadState();
      await opener.close();
      return tab;
    },
    async track(page, { from = 0, events = 1_000, farewell = 'stay', oversize, clock } = {}) {
      const task: Task = { event, from, events, farewell, oversize, clock };
      const run = () => page.evaluate(trackHere, task);
      if (farewell === 'stay') return run();
      // Offline there is nothing to load anew; the page is gone all the same.
      const gone =
        farewell === 'close' ? page.waitForEvent('close') : page.waitForEvent('framenavigated');
      // The page may be gone before it can answer.
      await Promise.all([gone, run().catch(() => {})]);
    },
    settle: (pages, events = 1_000) =>
      until(
        () => isSettled(pages, events),
        60_000,
        `${event}: ${proxy.stored(event).size} of ${events} stored, and nothing pending`,
      ),
    async close() {
      await context.close();
      await proxy.close();
    },
  };
}

/** A page with PX on it, as the documentation has it. */
export function sitePage(
  options: {
    readonly apiKey: string;
    readonly endpoint?: string;
    readonly maxQueueEvents?: number;
    readonly maxQueueBytes?: number;
  },
  { before = '', after = '' } = {},
): string {
  const init = JSON.stringify({ projectId: 'shop', ...options });
  return `<!doctype html><title>Site</title>${before}<script src="/px.js"></script>
    <script>PX.init(${init})</script>${after}<h1>Site</h1>`;
}

interface Task extends Required<Pick<Burst, 'from' | 'events' | 'farewell'>> {
  readonly event: string;
  readonly oversize: Burst['oversize'];
  readonly clock: Burst['clock'];
}

/** Runs in the page, in one task. */
function trackHere({ event, from, events, farewell, oversize, clock }: Task): void {
  for (let n = from; n < from + events; n += 1) {
    if (n === clock?.n) setClock(clock.offByMs);
    const text = n === oversize?.n ? { text: 'x'.repeat(oversize.characters) } : {};
    PX.track(event, { n, area: 'checkout', is_member: true, ...text });
  }
  if (farewell === 'navigate') location.href = '/elsewhere';
  if (farewell === 'close') window.close();
  if (farewell === 'reload') location.reload();
}
