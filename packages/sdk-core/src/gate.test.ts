import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate } from './gate.js';
import { createManualClock } from './testing/index.js';

function gate(burst = 10, refillMs = 10_000) {
  const clock = createManualClock();
  const told: [item: string, count: number][] = [];
  const { pass, flush } = createGate<string>({
    burst,
    refillMs,
    elapsed: clock.elapsed,
    setTimer: clock.setTimer,
    emit: (item, count) => void told.push([item, count]),
  });
  const total = () => told.reduce((sum, [, count]) => sum + count, 0);
  return { clock, told, pass, flush, total };
}

describe('given a flood', () => {
  it('lets ten through at once and one each ten seconds, and each says how many it stands for', async () => {
    const { clock, told, pass } = gate();
    for (let index = 0; index < 30; index++) pass('a', `a${index}`);
    expect(told).toEqual(Array.from({ length: 10 }, (_, index) => [`a${index}`, 1]));
    await clock.advance(9_999);
    pass('a', 'too early');
    expect(told).toHaveLength(10);
    await clock.advance(1);
    pass('a', 'due');
    expect(told.at(-1)).toEqual(['due', 22]);
  });

  it('tells what is counted within a minute, and then rests', async () => {
    const { clock, told, pass } = gate();
    for (let index = 0; index < 30; index++) pass('a', `a${index}`);
    await clock.advance(60_000);
    expect(told).toHaveLength(11);
    expect(told.at(-1)).toEqual(['a29', 20]);
    expect(clock.timerCount()).toBe(0);
  });

  it('makes twenty events at most of a million, and none is missing in their counts', async () => {
    const { clock, told, pass, flush, total } = gate();
    for (let index = 0; index < 1_000_000; index++) {
      pass('a', 'a');
      // Two million a minute.
      if (index % 50_000 === 0) await clock.advance(1_500);
    }
    flush();
    expect(total()).toBe(1_000_000);
    expect(told.length).toBeLessThanOrEqual(20);
  });

  it('measures each kind by itself, and all beyond fifty together', () => {
    const { told, pass, flush, total } = gate();
    for (let index = 0; index < 1_000; index++) pass(`kind ${index}`, `${index}`);
    expect(told).toHaveLength(60);
    flush();
    expect(total()).toBe(1_000);
  });

  it('never loses or invents one, whatever comes when', async () => {
    const step = fc.record({ kind: fc.nat(80), wait: fc.nat(30_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
        const { clock, pass, flush, total } = gate(3, 5_000);
        for (const { kind, wait } of steps) {
          pass(String(kind), '');
          await clock.advance(wait);
        }
        flush();
        expect(total()).toBe(steps.length);
      }),
      { numRuns: 30 },
    );
  });
});
