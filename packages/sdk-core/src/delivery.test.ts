import type { Batch } from '@px-platform/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClient, type Client } from './client.js';
import { parseOptions } from './options.js';
import type { QueueStorage } from './platform.js';
import {
  acceptAll,
  createMortalPage,
  fakePlatform,
  fakeSibling,
  jsonResponse,
  settlePromises,
  type FakePlatform,
  type Script,
} from './testing/index.js';

const answers: Record<string, Script> = {
  yes: acceptAll,
  outage: () => jsonResponse(503, { code: 'unavailable', message: '…' }, { 'retry-after': '2' }),
  silence: () => jsonResponse(0, null),
  hang: () => new Promise(() => {}),
  broken: () => Promise.reject(new Error('broken adapter')),
  portal: () => ({ status: 200, header: () => null, body: '<html>' }),
  refused: () => jsonResponse(401, { code: 'unknown_key', message: '…' }),
  lasting: () => jsonResponse(501, ''),
  unreadable: () => jsonResponse(400, { code: 'malformed_json', message: '…' }),
  large: (request, batch) =>
    batch.events.length > 2 ? jsonResponse(413, '') : acceptAll(request, batch),
  picky: (_, batch) =>
    jsonResponse(200, {
      accepted: 0,
      received_at: 0,
      skew_ms: 0,
      results: batch.events.map(({ event_id, seq }, index) => ({
        event_id,
        index,
        status: (['ok', 'retry', 'drop'] as const)[(seq ?? 0) % 3],
        code: 'log_unavailable',
      })),
    }),
};

type DatabaseMode = 'works' | 'rejects' | 'hangs';

/** One tab, and whatever pages follow one another in it. */
function openTab(number: number, first: FakePlatform | null, onArrival: (id: string) => void) {
  let pages = 0;
  let database: DatabaseMode = 'works';
  const clients: Client[] = [];
  let script: Script = acceptAll;
  let page: ReturnType<typeof openPage>;

  const openPage = (base: FakePlatform) => {
    const dieable =
      <A extends readonly unknown[], T>(run: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> => {
        if (database === 'hangs') return new Promise(() => {});
        return database === 'rejects' ? Promise.reject(new Error('quota')) : run(...args);
      };
    const { append, read, remove, clear } = base.queueStorage;
    const queueStorage: QueueStorage = {
      append: dieable(append),
      read: dieable(read),
      remove: dieable(remove),
      clear: dieable(clear),
    };
    const mortal = createMortalPage({ ...base, queueStorage });
    const { options } = parseOptions(
      { apiKey: 'k', projectId: 'p', maxQueueEvents: 40 },
      { endpoint: '/px' },
    );
    base.transport.answer(async (request, batch) => {
      const response = await script(request, batch);
      for (const id of storedBy(batch, response)) onArrival(id);
      return response;
    });
    const client = createClient({ platform: { ...base, ...mortal.ports }, options: options! });
    clients.push(client);
    return { base, client, vanish: mortal.vanish };
  };
  const seed = () => 7 + number * 1_000 + pages++;
  page = openPage(first ? fakeSibling(first, seed()) : fakePlatform());

  return {
    clients,
    page: () => page,
    setScript: (next: Script) => void (script = next),
    setDatabase: (next: DatabaseMode) => void (database = next),
    /** The page ends as pages do, out of sight first; another opens in its place. */
    reload() {
      page.base.hide();
      page.vanish();
      page = openPage(fakeSibling(page.base, seed()));
    },
  };
}

/** The events that a collector answering so has stored. */
function storedBy(batch: Batch, { status, body }: { status: number; body: string }): string[] {
  if (status !== 200 || body === '<html>') return [];
  const { results } = JSON.parse(body) as { results: { event_id: string; status: string }[] };
  const kept = new Set(results.filter(({ status }) => status !== 'ok').map((r) => r.event_id));
  return batch.events.map(({ event_id }) => event_id).filter((id) => !kept.has(id));
}

const TABS = 3;
const tab = fc.nat(TABS - 1);
const any = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const step = fc.oneof(
  any(
    8,
    fc.record({ kind: fc.constant('track' as const), tab, count: fc.integer({ min: 1, max: 6 }) }),
  ),
  any(
    4,
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  ),
  any(1, fc.record({ kind: fc.constant('wait' as const), ms: fc.constant(70_000) })),
  any(
    3,
    fc.record({
      kind: fc.constant('answer' as const),
      name: fc.constantFrom(...Object.keys(answers)),
    }),
  ),
  any(
    2,
    fc.record({
      kind: fc.constantFrom(
        'hide' as const,
        'show' as const,
        'flush' as const,
        'goOffline' as const,
        'goOnline' as const,
      ),
      tab,
    }),
  ),
  any(
    1,
    fc.record({
      kind: fc.constant('database' as const),
      tab,
      mode: fc.constantFrom('works' as const, 'rejects' as const, 'hangs' as const),
    }),
  ),
  any(1, fc.record({ kind: fc.constant('reload' as const), tab })),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Plays the steps, heals everything, and lets every page and one more come to rest. */
async function play(steps: readonly Step[]) {
  const arrivals: string[] = [];
  const tabs = [openTab(0, null, (id) => arrivals.push(id))];
  for (let number = 1; number < TABS; number++) {
    tabs.push(openTab(number, tabs[0]!.page().base, (id) => arrivals.push(id)));
  }
  const { clock, queueStorage } = tabs[0]!.page().base;
  const tracked: { client: Client; count: number }[] = [];

  for (const step of steps) {
    if (step.kind === 'wait') await clock.advance(step.ms);
    else if (step.kind === 'answer') for (const each of tabs) each.setScript(answers[step.name]!);
    else {
      const tab = tabs[step.tab]!;
      const { base, client } = tab.page();
      if (step.kind === 'track') {
        tracked.push({ client, count: step.count });
        for (let index = 0; index < step.count; index++) client.track('x', { index });
      } else if (step.kind === 'database') tab.setDatabase(step.mode);
      else if (step.kind === 'reload') tab.reload();
      else if (step.kind === 'flush') void client.flush();
      else base[step.kind]();
    }
    for (const { clients } of tabs) for (const client of clients) expectBalance(client);
  }

  for (const tab of tabs) {
    tab.setScript(acceptAll);
    tab.setDatabase('works');
    tab.page().base.goOnline();
    tab.page().base.show();
  }
  await clock.advance(1_000_000);
  // A page whose database failed goes on without it: what it left there is for the next.
  for (const tab of tabs) tab.reload();
  await clock.advance(1_000_000);
  for (const tab of tabs) await tab.page().client.flush();
  await clock.advance(20_000);
  for (const tab of tabs) await tab.page().client.flush();
  await settlePromises();
  const clients = tabs.flatMap(({ clients }) => clients);
  const sum = (pick: (stats: ReturnType<Client['stats']>) => number) =>
    clients.reduce((all, client) => all + pick(client.stats()), 0);
  return {
    arrivals,
    tracked: tracked.reduce((all, { count }) => all + count, 0),
    accepted: sum(({ accepted }) => accepted),
    delivered: sum(({ delivered }) => delivered),
    pending: tabs.reduce((all, tab) => all + tab.page().client.stats().pending, 0),
    dropped: sum(({ dropped }) => Object.values(dropped).reduce((all, n) => all + n, 0)),
    left: await queueStorage.read({ limit: Infinity, maxBytes: Infinity }),
    small: tabs[0]!
      .page()
      .base.storage.keys()
      .filter((key) => key.startsWith('q:')),
  };
}

function expectBalance(client: Client) {
  const { accepted, delivered, pending, dropped } = client.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(accepted).toBe(delivered + pending + lost);
  expect(Math.min(delivered, pending, lost)).toBeGreaterThanOrEqual(0);
}

describe('given three tabs, a collector that answers anything, databases that fail, and pages that come and go', () => {
  it('has in the end delivered or counted every event, and nothing is left anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const end = await play(steps);
        expect(end.pending).toBe(0);
        expect(end.left).toEqual([]);
        expect(end.small).toEqual([]);
        expect(new Set(end.arrivals).size + end.dropped).toBeGreaterThanOrEqual(end.tracked);
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it('sends each event once, and has it in one book only, where no page vanished and no database failed', async () => {
    const calm = step.filter(({ kind }) => kind !== 'reload' && kind !== 'database');
    await fc.assert(
      fc.asyncProperty(fc.array(calm, { maxLength: 60, size: 'max' }), async (steps) => {
        const end = await play(steps);
        expect(new Set(end.arrivals).size).toBe(end.arrivals.length);
        const reports = end.accepted - end.tracked;
        expect(reports).toBeGreaterThanOrEqual(0);
        // One summary a minute and tab, and one a departure, where something was dropped.
        expect(reports).toBeLessThanOrEqual(end.dropped === 0 ? 0 : end.dropped + steps.length);
        expect(end.delivered + end.dropped).toBe(end.accepted);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});

describe('given one tab', () => {
  it('has accepted what was tracked, no more and no less, at every moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const only = openTab(0, null, () => {});
        const { base, client } = only.page();
        let tracked = 0;
        for (const step of steps) {
          if (step.kind === 'track') {
            tracked += step.count;
            for (let index = 0; index < step.count; index++) client.track('x');
          } else if (step.kind === 'wait') await base.clock.advance(Math.min(step.ms, 20_000));
          else if (step.kind === 'answer') only.setScript(answers[step.name]!);
          else if (step.kind === 'database') only.setDatabase(step.mode);
          else if (step.kind === 'flush') void client.flush();
          else if (step.kind !== 'reload' && step.kind !== 'hide') base[step.kind]();
          const { accepted, dropped } = client.stats();
          const isReportPossible = Object.keys(dropped).length > 0 || base.logs.length > 0;
          if (isReportPossible) expect(accepted).toBeGreaterThanOrEqual(tracked);
          else expect(accepted).toBe(tracked);
        }
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});

describe('given a page that loses its turn, as in the back/forward cache', () => {
  it('finishes the request under way, and goes on when it has its turn again', async () => {
    let turns = 0;
    let isHeld = true;
    let letIn = () => {};
    const platform = fakePlatform({
      locks: {
        async exclusive(_, run) {
          turns += 1;
          if (!isHeld) await new Promise<void>((resolve) => (letIn = resolve));
          isHeld = true;
          await run(() => isHeld);
        },
      },
    });
    const { options } = parseOptions({ apiKey: 'k', projectId: 'p' }, { endpoint: '/px' });
    const client = createClient({ platform, options: options! });
    for (let index = 0; index < 250; index++) client.track('x');
    platform.transport.answer((request, batch) => {
      isHeld = false;
      return acceptAll(request, batch);
    });
    const flushed = client.flush();
    await settlePromises();
    expect(platform.transport.batches().map(({ events }) => events.length)).toEqual([100]);
    expect({ turns, delivered: client.stats().delivered }).toEqual({ turns: 2, delivered: 100 });
    platform.transport.answer(acceptAll);
    letIn();
    await flushed;
    expect(client.stats()).toMatchObject({ delivered: 250, pending: 0 });
  });
});
