import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPageClock } from './page-clock.js';
import type { KeyValueStorage } from './platform.js';
import { createSession } from './session.js';
import { createManualClock, createMemoryKeyValueStorage, fakePlatform } from './testing/index.js';
import { createUuidv7 } from './uuidv7.js';

const IDLE_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

/** An origin, whose pages share time and storage. */
function setUp() {
  const clock = createManualClock();
  const storage = createMemoryKeyValueStorage();
  const { randomBytes } = fakePlatform();
  const openPage = (seen: KeyValueStorage = storage) => {
    const platform = fakePlatform({ clock, storage: seen });
    const pageClock = createPageClock(platform);
    const createId = createUuidv7({ clock: pageClock, randomBytes });
    const session = createSession({ storage: seen, clock: pageClock, createId, idleMs: IDLE_MS });
    return { ...session, hide: platform.hide, show: platform.show };
  };
  return { clock, storage, openPage, page: openPage() };
}

describe('given a visit', () => {
  it('lasts while events come within the idle time, and a day at most', async () => {
    const { clock, page } = setUp();
    const first = page.next();
    expect(first).toMatchObject({ seq: 0, isNew: true });
    await clock.advance(IDLE_MS - 1);
    expect(page.next()).toMatchObject({ id: first.id, seq: 1, isNew: false });
    await clock.advance(IDLE_MS);
    const second = page.next();
    expect(second).toMatchObject({ seq: 0, isNew: true });
    expect(second.id).not.toBe(first.id);
    for (let passed = 0; passed < DAY_MS - IDLE_MS; passed += IDLE_MS / 2) {
      await clock.advance(IDLE_MS / 2);
      expect(page.next().id).toBe(second.id);
    }
    await clock.advance(IDLE_MS / 2);
    page.next();
    await clock.advance(IDLE_MS / 2);
    expect(page.next()).toMatchObject({ seq: 0, isNew: true });
  });

  it('can be looked at, which neither begins, prolongs nor counts', async () => {
    const { clock, storage, page } = setUp();
    expect(page.peek()).toBeNull();
    expect(storage.keys()).toEqual([]);
    const { id } = page.next();
    await clock.advance(IDLE_MS - 1);
    expect(page.peek()).toBe(id);
    await clock.advance(1);
    // The one that the next event will be of.
    const succeeding = page.peek();
    expect(succeeding).not.toBe(id);
    await clock.advance(IDLE_MS);
    expect(page.peek()).toBe(succeeding);
    expect(page.next()).toMatchObject({ id: succeeding, seq: 0, isNew: true });
    page.forget();
    expect(page.peek()).toBeNull();
  });

  it.each([-DAY_MS, DAY_MS, 30 * DAY_MS, -30 * DAY_MS])(
    'neither ends nor lasts longer when the clock is set by %d ms in the middle of a page',
    async (ms) => {
      const { clock, page } = setUp();
      const { id } = page.next();
      clock.setWall(clock.now() + ms);
      expect(page.next()).toMatchObject({ id, seq: 1 });
      await clock.advance(IDLE_MS - 1);
      expect(page.next()).toMatchObject({ id, seq: 2 });
      clock.setWall(clock.now() - ms);
      await clock.advance(IDLE_MS);
      expect(page.next()).toMatchObject({ seq: 0, isNew: true });
    },
  );

  it('is over after a sleep that the page saw from out of sight', async () => {
    const { clock, page } = setUp();
    page.next();
    page.hide();
    clock.setWall(clock.now() + IDLE_MS);
    page.show();
    expect(page.next()).toMatchObject({ seq: 0, isNew: true });
  });

  it('goes on on the next page when the clock was set back in between, in order of time', async () => {
    const { clock, page, openPage } = setUp();
    const { id, now } = page.next();
    clock.setWall(clock.now() - DAY_MS);
    const next = openPage().next();
    expect(next).toMatchObject({ id, seq: 1 });
    expect(next.now).toBeGreaterThanOrEqual(now);
  });

  it('is not believed when it comes from a future further than a day', () => {
    const { clock, page, openPage } = setUp();
    page.next();
    clock.setWall(clock.now() - DAY_MS - 1);
    expect(openPage().next().isNew).toBe(true);
  });

  it('goes on in a tab whose clock is a day behind the others, and ends there when idle', async () => {
    const { clock, page, openPage } = setUp();
    page.next();
    clock.setWall(clock.now() + DAY_MS);
    const other = openPage();
    // Across pages there is only the wall, which says that a day has passed.
    const { id } = other.next();
    await clock.advance(1_000);
    expect(page.next()).toMatchObject({ id, seq: 1, isNew: false });
    await clock.advance(IDLE_MS);
    expect(page.next()).toMatchObject({ isNew: true });
  });

  it('is not brought back by a tab that has not seen yet that it was forgotten', () => {
    const { storage, page } = setUp();
    const { id } = page.next();
    const stale = storage.get('session')!;
    page.forget();
    storage.set('session', stale);
    expect(page.next().id).not.toBe(id);
  });

  it.each([
    '',
    'null',
    '[]',
    '7',
    '{"id":""}',
    '{"id":"x","activeAt":"y"}',
    '{broken',
    '{"id":"x","activeAt":1,"age":1,"seq":-4}',
    '{"id":7,"activeAt":1,"age":1,"seq":4}',
  ])('starts anew where storage holds %j', (text) => {
    const { storage, page } = setUp();
    storage.set('session', text);
    expect(page.next()).toMatchObject({ seq: 0, isNew: true });
    expect(page.next()).toMatchObject({ seq: 1, isNew: false });
  });
});

const event = (tabs: number) =>
  fc.record({ kind: fc.constant('event' as const), tab: fc.nat(tabs - 1) });
const wait = (most: number) =>
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: most }) });
const jump = fc.record({
  kind: fc.constant('jump' as const),
  ms: fc.integer({ min: -DAY_MS, max: DAY_MS }),
});
/** Counting stops while the device sleeps; every page is out of sight. */
const sleep = fc.record({
  kind: fc.constant('sleep' as const),
  ms: fc.integer({ min: 0, max: 2 * IDLE_MS }),
});

describe('given several tabs, sleep and clocks that jump', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: event(3) },
    { weight: 3, arbitrary: wait(2 * IDLE_MS) },
    { weight: 1, arbitrary: jump },
    { weight: 1, arbitrary: sleep },
  );

  it('always has one live id, opened once, over when nobody was active and a day at most, with places given once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { clock, openPage } = setUp();
        const tabs = [openPage(), openPage(), openPage()];
        /** The model: a visit by true time. */
        let time = 0;
        let live: { id: string; since: number; active: number; seq: number } | null = null;
        const opened: string[] = [];
        for (const step of steps) {
          if (step.kind === 'wait') {
            await clock.advance(step.ms);
            time += step.ms;
          } else if (step.kind === 'jump') {
            clock.setWall(clock.now() + step.ms);
          } else if (step.kind === 'sleep') {
            for (const tab of tabs) tab.hide();
            clock.setWall(clock.now() + step.ms);
            for (const tab of tabs) tab.show();
            time += step.ms;
          } else {
            const { id, seq, isNew } = tabs[step.tab]!.next();
            const isOver: boolean =
              !live || time - live.active >= IDLE_MS || time - live.since >= DAY_MS;
            expect(isNew).toBe(isOver);
            if (isNew) opened.push(id);
            else expect({ id, seq }).toEqual({ id: live!.id, seq: live!.seq + 1 });
            live = { id, seq, active: time, since: isNew ? time : live!.since };
            expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
          }
        }
        expect(new Set(opened).size).toBe(opened.length);
      }),
      { numRuns: 150 },
    );
  });
});

describe("given tabs that see one another's writes late", () => {
  const LAG_MS = 100;

  /** Each tab sees its own writes at once, and the others' after the lag. */
  function lateStorage(now: () => number, most: number) {
    const writes: { readonly at: number; readonly tab: number; readonly value: string | null }[] =
      [];
    return (tab: number): KeyValueStorage => ({
      get: () => {
        const seen = writes.filter((write) => write.tab === tab || write.at + most <= now());
        return seen.at(-1)?.value ?? null;
      },
      set: (_key, value) => writes.push({ at: now(), tab, value }) > 0,
      remove: () => void writes.push({ at: now(), tab, value: null }),
      keys: () => [],
    });
  }

  it('names one successor whoever finds the visit over first, and never goes back to one that is', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: event(4) },
      { weight: 3, arbitrary: wait(LAG_MS) },
      { weight: 1, arbitrary: wait(2 * IDLE_MS) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
        const { clock, openPage } = setUp();
        const seenBy = lateStorage(clock.elapsed, LAG_MS);
        const tabs = [0, 1, 2, 3].map((tab) => openPage(seenBy(tab)));
        // There is a visit: its first id is drawn by whoever is first.
        tabs[0]!.next();
        await clock.advance(LAG_MS);
        const given: {
          readonly at: number;
          readonly tab: number;
          readonly id: string;
          readonly seq: number;
        }[] = [];
        for (const step of steps) {
          if (step.kind === 'wait') await clock.advance(step.ms);
          else given.push({ at: clock.elapsed(), tab: step.tab, ...tabs[step.tab]!.next() });
        }
        for (const [index, one] of given.entries()) {
          for (const later of given.slice(index + 1)) {
            // Ids say when they were opened.
            if (later.at - one.at > LAG_MS) expect(later.id >= one.id).toBe(true);
            if (later.tab === one.tab && later.id === one.id) {
              expect(later.seq).toBeGreaterThan(one.seq);
            }
          }
        }
        // Found over at once by all: one id.
        await clock.advance(IDLE_MS);
        expect(new Set(tabs.map((tab) => tab.next().id)).size).toBe(1);
      }),
      { numRuns: 100 },
    );
  });
});
