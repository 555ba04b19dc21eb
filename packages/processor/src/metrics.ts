import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { StepReport, Topic } from '@px-platform/protocol';

/** The processor's counters. Every event read is counted under exactly one outcome. */
export interface ProcessorMetrics {
  countEvents(outcome: 'stored' | 'duplicate' | 'dead' | 'forgotten', count: number): void;
  /** What the steps did with one event: all failures, and of one event in so many the time of each step. */
  observeSteps(reports: readonly StepReport[]): void;
  observeBatch(seconds: number, events: number): void;
  /** What somebody who listens, or reads, will not be told of. Nothing that is stored. */
  countUnpublished(what: 'live' | 'critical' | 'live_numbers' | 'aggregates', count: number): void;
  /** What is done beside the batches. */
  observeChore(chore: string, seconds: number): void;
  /** Rows of a table that went because they were kept long enough. */
  countExpired(table: string, rows: number): void;
  /** Rows of members of segments that were written. */
  countMembers(change: 'joined' | 'left', rows: number): void;
  /** A segment whose members are not what they should be. */
  countSegmentProblem(problem: 'too_many' | 'failed'): void;
  /** Segments that a run has left to the next one. */
  setSegmentsBehind(segments: number): void;
  /** How long after it was received an event was stored. */
  observeAge(seconds: number): void;
}

/** A prime: batches have round sizes, and their first events must not be all that is timed. */
const TIMED_EVERY = 97;

/** What processors read; both fall behind where one cannot keep up. */
const READ: readonly Topic[] = ['events_raw', 'events_dead'];

/** Registers the processor's metrics. The log's lag is asked for at each scrape; where it is not told it is left out. */
export function createMetrics(
  registry: Registry,
  lag: (topic: Topic) => Promise<readonly number[]>,
): ProcessorMetrics {
  const registers = [registry];
  registry.registerMetric(
    new Gauge({
      name: 'px_processor_log_lag_events',
      help: 'Records of a partition that are yet to be handled. Every processor tells of all of them: take the maximum.',
      labelNames: ['topic', 'partition'],
      registers: [],
      async collect() {
        this.reset();
        await Promise.all(
          READ.map((topic) =>
            lag(topic).then(
              (partitions) =>
                partitions.forEach((events, partition) => this.set({ topic, partition }, events)),
              () => {},
            ),
          ),
        );
      },
    }),
  );
  const ages = new Histogram({
    name: 'px_processor_freshness_seconds',
    help: 'Time from an event being received to its being stored, where questions see it.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600],
    registers,
  });
  const events = new Counter({
    name: 'px_processor_events_total',
    help: 'Events read from events_raw, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const stepErrors = new Counter({
    name: 'px_processor_step_errors_total',
    help: 'Enrichment steps that failed on an event, which was stored without their keys.',
    labelNames: ['step'],
    registers,
  });
  const stepSeconds = new Histogram({
    name: 'px_processor_step_seconds',
    help: `Time a step takes for an event, of one event in ${TIMED_EVERY}.`,
    labelNames: ['step'],
    buckets: [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 1e-3, 1e-2],
    registers,
  });
  let untilTimed = 1;
  const seconds = new Histogram({
    name: 'px_processor_batch_seconds',
    help: 'Time from reading a batch to its commit.',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers,
  });
  const sizes = new Histogram({
    name: 'px_processor_batch_events',
    help: 'Events in a batch.',
    buckets: [1, 10, 100, 500, 1_000, 5_000],
    registers,
  });
  const unpublished = new Counter({
    name: 'px_processor_unpublished_total',
    help: 'What was stored but not told of: entries of the live page and of events:critical, refreshes of the live numbers, events too late for an aggregate.',
    labelNames: ['what'],
    registers,
  });
  const chores = new Histogram({
    name: 'px_processor_chore_seconds',
    help: 'Time that aggregates, the live numbers and the sweep after them take, each time.',
    labelNames: ['chore'],
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers,
  });
  const expired = new Counter({
    name: 'px_processor_expired_rows_total',
    help: 'Rows deleted because their project had kept them long enough, by table.',
    labelNames: ['table'],
    registers,
  });
  const members = new Counter({
    name: 'px_processor_segment_members_total',
    help: 'Rows of members of segments that were written, by whether they came or went; a device is a row.',
    labelNames: ['change'],
    registers,
  });
  const segmentProblems = new Counter({
    name: 'px_processor_segment_problems_total',
    help: 'Times that a segment was left as it was: it has too many members, or could not be computed.',
    labelNames: ['problem'],
    registers,
  });
  const segmentsBehind = new Gauge({
    name: 'px_processor_segments_behind',
    help: 'Segments that the last run left to the next one, for it took too long.',
    registers,
  });
  return {
    countMembers: (change, rows) => members.inc({ change }, rows),
    countSegmentProblem: (problem) => segmentProblems.inc({ problem }),
    setSegmentsBehind: (segments) => segmentsBehind.set(segments),
    countExpired: (table, rows) => expired.inc({ table }, rows),
    countUnpublished: (what, count) => unpublished.inc({ what }, count),
    observeChore: (chore, value) => chores.observe({ chore }, value),
    countEvents: (outcome, count) => events.inc({ outcome }, count),
    observeSteps(reports) {
      for (const { step, error } of reports) if (error !== undefined) stepErrors.inc({ step });
      if ((untilTimed -= 1) > 0) return;
      untilTimed = TIMED_EVERY;
      for (const { step, micros } of reports) stepSeconds.observe({ step }, micros / 1_000_000);
    },
    observeBatch(value, count) {
      seconds.observe(value);
      sizes.observe(count);
    },
    observeAge: (age) => ages.observe(Math.max(0, age)),
  };
}
