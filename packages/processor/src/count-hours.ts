import type { Counters, Disposer, EventStore, ServerLog } from '@px-platform/store';
import type { ProcessorMetrics } from './metrics.js';
import { repeat } from './repeat.js';

/** How often it is looked which hours have been left alone, milliseconds. */
const EVERY_MS = 30_000;
/** Hours of projects at once. */
const AT_ONCE = 2_000;

export interface CountHoursDeps {
  readonly eventStore: Pick<EventStore, 'countHours'>;
  readonly counters: Pick<Counters, 'takeTurn'>;
  readonly metrics: Pick<ProcessorMetrics, 'observeChore'>;
  readonly log: ServerLog;
  /** @default 30000 */
  readonly everyMs?: number;
}

/**
 * Counts hours that nothing comes into any more, beside the batches, one processor at a time. Questions are right without it, and
 * slower: an hour that is not counted is read event by event (docs/adr/0022).
 */
export function startCountingHours({
  eventStore,
  counters,
  metrics,
  log,
  everyMs = EVERY_MS,
}: CountHoursDeps): Disposer {
  let isBehind = false;
  return repeat(
    async () => {
      // Whoever is at it goes on until all is counted; the pauses between are `repeat`'s.
      if (!isBehind && !(await counters.takeTurn('count-hours', everyMs - 100))) return;
      const startedAt = performance.now();
      isBehind = (await eventStore.countHours(AT_ONCE)) === AT_ONCE;
      metrics.observeChore('count_hours', (performance.now() - startedAt) / 1_000);
    },
    {
      everyMs,
      onError: (error) =>
        log.warn({ err: error, chore: 'count_hours' }, 'this is tried again later'),
    },
  );
}
