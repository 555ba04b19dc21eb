import { Counter, Histogram, type Registry } from 'prom-client';

/** The processor's counters. Every event read is counted under exactly one outcome. */
export interface ProcessorMetrics {
  countEvents(outcome: 'stored' | 'duplicate' | 'dead', count: number): void;
  countStepError(step: string): void;
  observeBatch(seconds: number, events: number): void;
}

export function createMetrics(registry: Registry): ProcessorMetrics {
  const registers = [registry];
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
  return {
    countEvents: (outcome, count) => events.inc({ outcome }, count),
    countStepError: (step) => stepErrors.inc({ step }),
    observeBatch(value, count) {
      seconds.observe(value);
      sizes.observe(count);
    },
  };
}
