import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMemoryCounters } from '@px-platform/store/memory';
import { startCountingHours } from './count-hours.js';
import { createMetrics } from './metrics.js';

const EVERY_MS = 120;

/** A store whose first answers are these, then none is left. */
function open(answers: (number | Error)[], counters = createMemoryCounters()) {
  const asked: number[] = [];
  const warnings: object[] = [];
  const stop = startCountingHours({
    eventStore: {
      async countHours(most) {
        asked.push(most);
        const answer = answers.shift() ?? 0;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    counters,
    metrics: createMetrics(new Registry(), async () => []),
    log: { info() {}, error() {}, warn: (facts: object) => void warnings.push(facts) },
    everyMs: EVERY_MS,
  });
  return { asked, warnings, stop };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isTrue(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isTrue()).toBe(true);
}

it('goes on while hours are left, and tries again where the store is away', async () => {
  const { asked, warnings, stop } = open([2_000, new Error('away'), 2_000, 7]);
  await until(() => asked.length >= 4);
  await stop();
  expect(warnings).toHaveLength(1);
  const before = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 3 * EVERY_MS));
  expect(asked).toHaveLength(before);
});

it('leaves it to whoever has the turn', async () => {
  const counters = createMemoryCounters();
  await counters.takeTurn('count-hours', 60_000);
  const { asked, stop } = open([], counters);
  await new Promise((resolve) => setTimeout(resolve, 4 * EVERY_MS));
  await stop();
  expect(asked).toEqual([]);
});
