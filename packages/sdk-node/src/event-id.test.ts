import { randomBytes } from 'node:crypto';
import { isUuid } from '@px-platform/protocol';
import { describe, expect, it } from 'vitest';
import { createEventIds } from './event-id.js';

const make = (now: () => number) => createEventIds({ clock: { now }, randomBytes });

describe('given ids of events', () => {
  it('makes UUIDv7s of the time', () => {
    const createId = make(() => 1_700_000_000_123.9);
    for (let nth = 0; nth < 100; nth += 1) {
      const id = createId();
      expect(isUuid(id)).toBe(true);
      expect(id).toMatch(/^018bcfe5-687b-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('increases strictly, within a millisecond, beyond its counter, and as the clock steps back', () => {
    let now = 1_700_000_000_000;
    const createId = make(() => now);
    const ids: string[] = [];
    for (let nth = 0; nth < 20_000; nth += 1) {
      if (nth % 5_000 === 4_999) now -= 1_000;
      ids.push(createId());
    }
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('differs between processes of the same moment', () => {
    const ids = Array.from({ length: 1_000 }, () => make(() => 1_700_000_000_000)());
    const ends = new Set(ids.map((id) => id.slice(19)));
    expect(ends.size).toBe(1_000);
  });
});
