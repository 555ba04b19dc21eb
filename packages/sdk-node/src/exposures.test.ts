import { describe, expect, it } from 'vitest';
import type { Exposure } from '@px-platform/protocol/flags';
import { exposureOf } from '@px-platform/sdk-core/testing';
import { createExposureMemory, periodOf } from './exposures.js';

describe('given exposures', () => {
  it('tells those apart that differ in unit, experiment, variant or phase, and no others', () => {
    const memory = createExposureMemory(100);
    const isNews = (exposure: Exposure) => memory(exposure, 'today');
    const all = [
      exposureOf(),
      exposureOf({ experiment: 'other' }),
      exposureOf({ variant: 'other' }),
      exposureOf({ unitType: 'other' }),
      exposureOf({ unitId: 'other' }),
      exposureOf({ phase: '1' }),
    ];
    expect(all.map(isNews)).toEqual(all.map(() => true));
    expect(all.map(isNews)).toEqual(all.map(() => false));
    expect(isNews(exposureOf({ flag: 'other', ruleId: null, isSticky: true }))).toBe(false);
    expect(memory(exposureOf(), 'tomorrow')).toBe(true);
  });

  it('remembers the last so many at least, and forgets who is not seen for long', () => {
    const isNews = createExposureMemory(10);
    const see = (number: number) => isNews(exposureOf({ unitId: `${number}` }), 'today');
    const seen = Array.from({ length: 1_000 }, (_, number) => number);
    for (const number of seen) {
      see(number);
      // Whoever comes again and again is not forgotten.
      expect(see(0)).toBe(false);
    }
    expect(seen.slice(-5).map(see)).toEqual(Array(5).fill(false));
    expect(see(500)).toBe(true);
  });

  it('count once in a visit, or in a day in UTC where none is named', () => {
    const session_id = '0190163d-8694-739b-aea5-966c26f8ad91';
    const dayMs = Date.UTC(2026, 0, 2);
    expect(periodOf({ session_id }, dayMs + 5)).toEqual({ session: session_id, dayMs });
    expect(periodOf({ session_id: 'mine' }, dayMs + 86_399_999)).toEqual({ session: null, dayMs });
    expect(periodOf({}, dayMs)).toEqual({ session: null, dayMs });
  });
});
