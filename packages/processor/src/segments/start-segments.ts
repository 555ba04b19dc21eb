import type { Counters, Disposer } from '@px-platform/store';
import type { ProcessorMetrics } from '../metrics.js';
import { repeat } from '../repeat.js';
import { createSegmentRunner, type SegmentRunnerDeps } from './segment-runner.js';

/** How often it is looked whether segments are others by now, milliseconds. */
const EVERY_MS = 60_000;

export interface SegmentsDeps extends SegmentRunnerDeps {
  readonly counters: Pick<Counters, 'takeTurn'>;
  readonly metrics: SegmentRunnerDeps['metrics'] & Pick<ProcessorMetrics, 'observeChore'>;
  /** @default 60000 */
  readonly everyMs?: number;
}

/** Computes who belongs to which segment, beside the batches, one processor at a time. */
export function startSegments({ counters, everyMs = EVERY_MS, ...deps }: SegmentsDeps): Disposer {
  const run = createSegmentRunner(deps);
  return repeat(
    async () => {
      if (!(await counters.takeTurn('segments', everyMs - 100))) return;
      const startedAt = performance.now();
      await run();
      deps.metrics.observeChore('segments', (performance.now() - startedAt) / 1_000);
    },
    {
      everyMs,
      onError: (error) =>
        deps.log.warn({ err: error, chore: 'segments' }, 'this is tried again later'),
    },
  );
}
