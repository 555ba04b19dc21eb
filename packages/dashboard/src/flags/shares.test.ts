import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenShares, rangesOf, sharesOf } from './shares.js';

describe('given shares of an experiment', () => {
  it.each([
    [
      evenShares(2),
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
    [
      evenShares(2, 0.2),
      [
        [0, 0.1],
        [0.5, 0.6],
      ],
    ],
    [
      evenShares(3),
      [
        [0, 0.3333],
        [0.3333, 0.6667],
        [0.6667, 1],
      ],
    ],
    [
      { coverage: 1, weights: [0.9, 0.1] },
      [
        [0, 0.9],
        [0.9, 1],
      ],
    ],
  ])('deals %j', (shares, ranges) => {
    expect(rangesOf(shares)).toEqual(ranges);
  });

  it('knows them again, and takes nobody from one variant to another as it grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 1, max: 100 }),
        (parts, percent) => {
          const sum = parts.reduce((total, part) => total + part, 0);
          const shares = { coverage: percent / 100, weights: parts.map((part) => part / sum) };
          const ranges = rangesOf(shares);
          const read = sharesOf(ranges);
          expect(read?.coverage).toBeCloseTo(shares.coverage, 2);
          read?.weights.forEach((weight, index) =>
            expect(weight).toBeCloseTo(shares.weights[index] ?? 0, 3),
          );
          const whole = rangesOf({ ...shares, coverage: 1 });
          ranges.forEach(([from, to], index) => {
            expect(from).toBe(whole[index]?.[0]);
            expect(to).toBeLessThanOrEqual((whole[index]?.[1] ?? 0) + 0.0001);
          });
        },
      ),
    );
  });

  it.each([
    [
      [
        [0.1, 0.5],
        [0.5, 1],
      ],
    ],
    [
      [
        [0, 0.2],
        [0.5, 1],
      ],
    ],
    [
      [
        [0, 0.6],
        [0.5, 1],
      ],
    ],
  ])('does not take %j for shares', (ranges) => {
    expect(sharesOf(ranges as [number, number][])).toBeNull();
  });
});
