import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SESSION_RULES, sessionize, stretches, type Timed } from './sessionize.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let ids = 0;
const at = (timestamp: number, more: Partial<Timed> = {}): Timed => ({
  event_id: `e${(ids += 1)}`,
  timestamp,
  seq: 0,
  campaign: '',
  ...more,
});
const lengths = (events: readonly Timed[]) => sessionize(events).map(({ length }) => length);

describe('sessionize', () => {
  it('has no session of nobody', () => {
    expect(sessionize([])).toEqual([]);
  });

  it('lets a pause of exactly half an hour pass, and ends a session at a longer one', () => {
    expect(lengths([at(0), at(30 * MINUTE), at(60 * MINUTE)])).toEqual([3]);
    expect(lengths([at(0), at(30 * MINUTE + 1), at(60 * MINUTE)])).toEqual([1, 2]);
  });

  it('ends a session after a day, however busy', () => {
    const busy = Array.from({ length: 100 }, (_, index) => at(index * 20 * MINUTE));
    // 72 pauses of twenty minutes make the day full; the 73rd event is still within it.
    expect(lengths(busy)).toEqual([73, 27]);
  });

  it('begins another with another campaign, not with an event that names none', () => {
    expect(
      lengths([
        at(0),
        at(1, { campaign: 'mail' }),
        at(2),
        at(3, { campaign: 'mail' }),
        at(4, { campaign: 'ad' }),
        at(5),
      ]),
    ).toEqual([1, 3, 2]);
    const rules = { ...SESSION_RULES, splitsOnCampaign: false };
    expect(sessionize([at(0), at(1, { campaign: 'ad' })], rules)).toHaveLength(1);
  });

  it('orders events of one millisecond as their sender did', () => {
    const second = at(5, { seq: 2 });
    const first = at(5, { seq: 1 });
    expect(sessionize([second, first])).toEqual([[first, second]]);
  });

  const event = fc.record({
    event_id: fc.integer({ min: 0, max: 999 }).map((id) => `e${id}`),
    timestamp: fc.oneof(
      fc.integer({ min: 0, max: 6 * HOUR }),
      fc.integer({ min: 0, max: 12 }).map((step) => step * 30 * MINUTE),
      fc.integer({ min: 0, max: 72 * HOUR }),
    ),
    seq: fc.integer({ min: 0, max: 3 }),
    campaign: fc.constantFrom('', '', '', 'mail', 'ad'),
  });
  const many = fc.uniqueArray(event, { maxLength: 60, selector: ({ event_id }) => event_id });

  it('comes to the same for every order and any repetition', () => {
    fc.assert(
      fc.property(
        many.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
          ),
        ),
        ([events, shuffled]) => {
          expect(sessionize(shuffled)).toEqual(sessionize(events));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps every event once, every rule within a session, and a reason between two', () => {
    fc.assert(
      fc.property(many, (events) => {
        const sessions = sessionize(events);
        expect(new Set(sessions.flat().map(({ event_id }) => event_id)).size).toBe(
          new Set(events.map(({ event_id }) => event_id)).size,
        );
        let before: readonly Timed[] | null = null;
        for (const session of sessions) {
          const [first, last] = [session[0]!, session.at(-1)!];
          expect(last.timestamp - first.timestamp).toBeLessThanOrEqual(24 * HOUR);
          expect(
            new Set(session.map(({ campaign }) => campaign).filter(Boolean)).size,
          ).toBeLessThan(2);
          for (const [index, each] of session.slice(1).entries())
            expect(each.timestamp - session[index]!.timestamp).toBeLessThanOrEqual(30 * MINUTE);
          if (before) {
            const named = before.findLast(({ campaign }) => campaign)?.campaign ?? '';
            const isApart =
              first.timestamp - before.at(-1)!.timestamp > 30 * MINUTE ||
              first.timestamp - before[0]!.timestamp > 24 * HOUR ||
              (first.campaign !== '' && first.campaign !== named);
            expect(isApart).toBe(true);
          }
          before = session;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets no session go beyond its stretch: each may be cut by itself', () => {
    fc.assert(
      fc.property(many, (events) => {
        expect(stretches(events).flatMap((stretch) => sessionize(stretch))).toEqual(
          sessionize(events),
        );
      }),
      { numRuns: 500 },
    );
  });
});
