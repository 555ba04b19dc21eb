import { describe, expect, it } from 'vitest';
import { exposureOf } from '@px-platform/sdk-core/testing';
import { createExposureMemory } from './exposures.js';

describe('given exposures', () => {
  it('tells those apart that differ in unit, experiment, variant or phase, and no others', () => {
    const isNews = createExposureMemory(100);
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
  });

  it('remembers the last so many at least, and forgets who is not seen for long', () => {
    const isNews = createExposureMemory(10);
    const see = (number: number) => isNews(exposureOf({ unitId: `${number}` }));
    const seen = Array.from({ length: 1_000 }, (_, number) => number);
    for (const number of seen) {
      see(number);
      // Whoever comes again and again is not forgotten.
      expect(see(0)).toBe(false);
    }
    expect(seen.slice(-5).map(see)).toEqual(Array(5).fill(false));
    expect(see(500)).toBe(true);
  });
});
