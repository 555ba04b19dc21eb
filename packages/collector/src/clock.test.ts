import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LIMITS } from '@px-platform/protocol';
import { batchSkew, fixTime } from './clock.js';
import { createJudge } from './judge.js';

interface Vectors {
  readonly received_at: number;
  readonly cases: readonly {
    readonly title: string;
    readonly sent_at?: number;
    readonly skew_ms?: number;
    readonly timestamp?: number;
    readonly expect: object;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../protocol/vectors/clock.json', import.meta.url), 'utf8'),
) as Vectors;

describe('given the golden clocks', () => {
  const judge = createJudge({ newEventId: () => '00000000-0000-7000-8000-000000000001' });
  for (const { title, timestamp, expect: expected, ...batch } of vectors.cases) {
    it(title, () => {
      const receivedAt = vectors.received_at;
      const skewMs = batchSkew(batch, receivedAt);
      const event = { event: 'x', user_id: 'u', ...(timestamp === undefined ? {} : { timestamp }) };
      expect(judge(event, { receivedAt, skewMs, mayBeLarge: false })).toMatchObject(expected);
    });
  }
});

describe('given a session corrected by one figure', () => {
  it('keeps the order of its events whatever the clock and the transit times', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -30 * 86_400_000, max: 30 * 86_400_000 }),
        fc.array(
          fc.record({
            gap: fc.integer({ min: 0, max: 600_000 }),
            transit: fc.integer({ min: 0, max: 30_000 }),
          }),
          {
            minLength: 2,
            maxLength: 20,
          },
        ),
        (errorMs, sends) => {
          let trueTime = 1_760_000_000_000;
          let skew: number | undefined;
          const stored: number[] = [];
          for (const { gap, transit } of sends) {
            trueTime += gap;
            const sentAt = trueTime + errorMs;
            const receivedAt = trueTime + transit;
            // The first answer's figure is the session's; every later batch carries it back.
            skew = batchSkew(
              skew === undefined ? { sent_at: sentAt } : { sent_at: sentAt, skew_ms: skew },
              receivedAt,
            );
            const fixed = fixTime(sentAt, skew, receivedAt);
            if (!('timestamp' in fixed)) throw new Error(fixed.message);
            stored.push(fixed.timestamp);
            expect(Math.abs(fixed.timestamp - trueTime)).toBeLessThanOrEqual(
              LIMITS.clockToleranceMs + 30_000,
            );
          }
          expect(stored).toEqual([...stored].sort((a, b) => a - b));
        },
      ),
      { numRuns: 500 },
    );
  });
});
