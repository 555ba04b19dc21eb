import type { Counters, Disposer, EventLog, EventStore, ServerLog } from '@px-platform/store';
import type { AcceptedEvent } from '@px-platform/protocol';
import type { ProcessorMetrics } from '../metrics.js';
import { createAggregator } from './aggregator.js';
import { conversionNames } from './conversions.js';
import { LIVE_NUMBERS_EVERY_MS, refreshLiveNumbers } from './live-numbers.js';
import { repeat } from '../repeat.js';

/** A cell is published once in so many milliseconds at most. */
const PUBLISH_EVERY_MS = 1_000;
/** One that late events have changed, once in so many. */
const PUBLISH_LATE_EVERY_MS = 10_000;
const SWEEP_EVERY_MS = 30_000;

export interface AggregatesDeps {
  readonly eventStore: Pick<EventStore, 'query'>;
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly counters: Pick<Counters, 'put' | 'takeTurn'>;
  /** Names of events that are conversions. */
  readonly conversions: readonly string[] | undefined;
  readonly metrics: Pick<ProcessorMetrics, 'countUnpublished' | 'observeChore'>;
  readonly clock: () => number;
  readonly log: ServerLog;
}

/** What is counted by the minute, kept up beside the batches: none of them waits for it. */
export interface Aggregates {
  touch(events: readonly AcceptedEvent[]): void;
  /** Publishes what waits, and stops. */
  readonly stop: Disposer;
}

export function startAggregates({
  eventStore,
  eventLog,
  counters,
  conversions: names,
  metrics,
  clock,
  log,
}: AggregatesDeps): Aggregates {
  const conversions = conversionNames(names);
  const aggregator = createAggregator({
    eventStore,
    eventLog,
    conversions,
    onSkipped: (events) => metrics.countUnpublished('aggregates', events),
    clock,
  });
  const start = (name: string, everyMs: number, chore: () => Promise<unknown>) =>
    repeat(
      async () => {
        const startedAt = performance.now();
        await chore();
        metrics.observeChore(name, (performance.now() - startedAt) / 1_000);
      },
      {
        everyMs,
        onError: (error) => log.warn({ err: error, chore: name }, 'this is tried again later'),
      },
    );
  const stops = [
    start('aggregates', PUBLISH_EVERY_MS, () => aggregator.publish('fresh')),
    start('late_aggregates', PUBLISH_LATE_EVERY_MS, () => aggregator.publish('late')),
    start('live_numbers', LIVE_NUMBERS_EVERY_MS, () =>
      refreshLiveNumbers({ eventStore, counters, conversions, clock }).catch((error: unknown) => {
        metrics.countUnpublished('live_numbers', 1);
        throw error;
      }),
    ),
    start('sweep', SWEEP_EVERY_MS, aggregator.sweep),
  ];
  const begun = aggregator.sweep().catch((error: unknown) => {
    log.warn({ err: error }, 'what was stored before the start is swept later');
  });

  return {
    touch: aggregator.touch,
    async stop() {
      await begun;
      for (const stop of stops) await stop();
      try {
        await aggregator.publish('fresh');
        await aggregator.publish('late');
      } catch (error) {
        log.warn({ err: error }, 'aggregates are left to whoever comes next');
      }
    },
  };
}
