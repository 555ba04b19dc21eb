import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession } from './session.js';
import { createManualClock, createMemoryKeyValueStorage } from './testing/index.js';

const IDLE_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

function setUp() {
  const clock = createManualClock();
  const storage = createMemoryKeyValueStorage();
  let made = 0;
  const open = () =>
    createSession({ storage, clock, idleMs: IDLE_MS, createId: () => `session ${made++}` });
  return { clock, storage, open, session: open() };
}

describe('given a visit', () => {
  it('lasts while events come within the idle time, and a day at most', async () => {
    const { clock, session } = setUp();
    expect(session.next()).toEqual({ id: 'session 0', seq: 0, isNew: true });
    await clock.advance(IDLE_MS - 1);
    expect(session.next()).toEqual({ id: 'session 0', seq: 1, isNew: false });
    await clock.advance(IDLE_MS);
    expect(session.next()).toEqual({ id: 'session 1', seq: 0, isNew: true });
    for (let passed = 0; passed < DAY_MS - IDLE_MS; passed += IDLE_MS / 2) {
      await clock.advance(IDLE_MS / 2);
      expect(session.next().id).toBe('session 1');
    }
    await clock.advance(IDLE_MS / 2);
    session.next();
    await clock.advance(IDLE_MS / 2);
    expect(session.next()).toEqual({ id: 'session 2', seq: 0, isNew: true });
  });

  it('goes on, as old as it was, when the clock is set back', () => {
    const { clock, session } = setUp();
    session.next();
    clock.setWall(clock.now() - DAY_MS);
    expect(session.next()).toEqual({ id: 'session 0', seq: 1, isNew: false });
    clock.setWall(clock.now() + IDLE_MS);
    expect(session.next().isNew).toBe(true);
  });

  it('is not believed when it comes from a future further than a day', () => {
    const { clock, session } = setUp();
    session.next();
    clock.setWall(clock.now() - DAY_MS - 1);
    expect(session.next().isNew).toBe(true);
  });

  it.each([
    '',
    'null',
    '[]',
    '{"id":""}',
    '{"id":"x","startedAt":"y"}',
    '{broken',
    '{"id":"x","startedAt":1,"activeAt":1,"seq":-4}',
  ])('starts anew where storage holds %j', (text) => {
    const { storage, session } = setUp();
    storage.set('session', text);
    expect(session.next()).toEqual({ id: 'session 0', seq: 0, isNew: true });
  });
});

describe('given several tabs, sleep and clocks that jump', () => {
  it('always has one live id, opened once, whose places are given once and in order', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('event' as const), tab: fc.nat(2) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('sleep' as const),
          ms: fc.integer({ min: 0, max: 2 * IDLE_MS }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('clock' as const),
          ms: fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { clock, open } = setUp();
        const tabs = [open(), open(), open()];
        const opened: string[] = [];
        const places = new Map<string, number[]>();
        let live = '';
        for (const step of steps) {
          if (step.kind === 'sleep') await clock.advance(step.ms);
          else if (step.kind === 'clock') clock.setWall(clock.now() + step.ms);
          else {
            const { id, seq, isNew } = tabs[step.tab]!.next();
            if (isNew) opened.push(id);
            else expect(id).toBe(live);
            live = id;
            places.set(id, [...(places.get(id) ?? []), seq]);
          }
        }
        expect(new Set(opened).size).toBe(opened.length);
        expect([...places.keys()]).toEqual(opened);
        for (const given of places.values()) expect(given).toEqual(given.map((_, index) => index));
      }),
      { numRuns: 60 },
    );
  });
});
