import { Counter, Histogram, type Registry } from 'prom-client';

/** The collector's counters. Every event received is counted under exactly one verdict. */
export interface CollectorMetrics {
  countAnswer(status: number): void;
  countEvents(verdict: 'accepted' | 'dropped' | 'retry', code: string, count: number): void;
  observeAnswer(seconds: number): void;
  /** Quotas could not be counted: a batch passed uncounted. */
  countLimiterError(): void;
  /** Departures from tracking plans, of events that were stored all the same and of those that were not. */
  countViolation(code: string, outcome: 'kept' | 'dropped'): void;
}

/** Registers the collector's metrics; names follow Prometheus's conventions. */
export function createMetrics(registry: Registry): CollectorMetrics {
  const registers = [registry];
  const answers = new Counter({
    name: 'px_collector_answers_total',
    help: 'Answers to POST /v1/batch by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  const events = new Counter({
    name: 'px_collector_events_total',
    help: 'Events received, by verdict and code.',
    labelNames: ['verdict', 'code'],
    registers,
  });
  const violations = new Counter({
    name: 'px_collector_plan_violations_total',
    help: 'Events that depart from their tracking plan, by code and by whether they were kept.',
    labelNames: ['code', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'px_collector_answer_seconds',
    help: 'Time from the first byte of a batch to its answer.',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers,
  });
  const limiterErrors = new Counter({
    name: 'px_collector_limiter_errors_total',
    help: 'Batches that passed uncounted, for the limiter could not be asked.',
    registers,
  });
  return {
    countAnswer: (status) => answers.inc({ status }),
    countEvents: (verdict, code, count) => events.inc({ verdict, code }, count),
    countLimiterError: () => limiterErrors.inc(),
    observeAnswer: (value) => seconds.observe(value),
    countViolation: (code, outcome) => violations.inc({ code, outcome }),
  };
}
