import { describe, expect, it } from 'vitest';
import { createEventMatcher, isFiltering, nameChips, NO_FILTER, toggled } from './event-filter.js';
import { fakeLiveEvent } from './fake-live-event.js';

const failed = {
  key: '1',
  fresh: false,
  event: fakeLiveEvent({
    event: 'signup_step_failed',
    session_id: 's-7',
    arrived: { user_id: 'u-42', properties: { step: 'Password', note: 'São "Paulo"' } },
    steps: [{ step: 'geo', added: { geo_country: 'BR' }, micros: 1 }],
  }),
};
const refused = {
  key: '2',
  fresh: false,
  event: fakeLiveEvent({
    kind: 'rejected',
    event: 'order_synced',
    reason: { code: 'event_too_large', message: 'the event has 70000 bytes' },
  }),
};

describe('given a filter', () => {
  const matches = createEventMatcher();
  const finds = (text: string) =>
    [failed, refused].filter((item) => matches(item, { ...NO_FILTER, text })).map(({ key }) => key);

  it.each([
    ['', ['1', '2']],
    ['   ', ['1', '2']],
    ['SIGNUP', ['1']],
    ['password', ['1']],
    ['s-7', ['1']],
    ['geo_country br', ['1']],
    ['são', ['1']],
    ['too_large', ['2']],
    ['signup too_large', []],
  ])('finds by %j', (text, keys) => expect(finds(text)).toEqual(keys));

  it('asks for every kind of condition at once, and for any value of each', () => {
    const kinds = new Set(['stored', 'rejected'] as const);
    expect(
      matches(failed, { text: 'step', kinds, names: new Set(['signup_step_failed', 'x']) }),
    ).toBe(true);
    expect(matches(failed, { text: 'step', kinds: new Set(['dead']), names: new Set() })).toBe(
      false,
    );
    expect(matches(refused, { text: '', kinds, names: new Set(['signup_step_failed']) })).toBe(
      false,
    );
  });

  it('knows when it filters nothing', () => {
    expect(isFiltering({ ...NO_FILTER, text: ' ' })).toBe(false);
    expect(isFiltering({ ...NO_FILTER, names: new Set(['x']) })).toBe(true);
  });
});

describe('given names that were seen', () => {
  const seen = new Map([
    ['b', 2],
    ['a', 2],
    ['c', 9],
    ['d', 1],
  ]);

  it('offers the most frequent', () => {
    expect(nameChips(seen, new Set(), 3)).toEqual(['c', 'a', 'b']);
  });

  it('always offers the chosen, even one not seen any more', () => {
    expect(nameChips(seen, new Set(['gone', 'd']), 3)).toEqual(['gone', 'd', 'c']);
  });

  it('toggles without touching the old set', () => {
    const before = new Set(['a']);
    expect([...toggled(before, 'b')]).toEqual(['a', 'b']);
    expect([...toggled(before, 'a')]).toEqual([]);
    expect([...before]).toEqual(['a']);
  });
});
