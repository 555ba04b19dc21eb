import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The collector's counters. Every event received is counted under exactly one verdict. */
export interface CollectorMetrics {
  /** A request has begun; to be called when it is over. */
  beginRequest(): () => void;
  countAnswer(status: number): void;
  countEvents(verdict: 'accepted' | 'dropped' | 'retry', code: string, count: number): void;
  observeAnswer(seconds: number): void;
  /** A batch that was read: its bytes once inflated, and its events. */
  observeBatch(bytes: number, events: number): void;
  /** How long the log took to take a batch. */
  observeAppend(seconds: number): void;
  /** A request was refused because its address had asked too much. */
  countRefusedAddress(): void;
  /** Quotas could not be counted: a batch passed uncounted. */
  countLimiterError(): void;
  /** Departures from tracking plans, of events that were stored all the same and of those that were not. */
  countViolation(code: string, outcome: 'kept' | 'dropped'): void;
}

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];

/** Registers the collector's metrics; names follow Prometheus's conventions. */
export function createMetrics(registry: Registry, isLogReady: () => boolean): CollectorMetrics {
  const registers = [registry];
  const inFlight = new Gauge({
    name: 'px_collector_requests_in_flight',
    help: 'Batches under way: being read, judged, or waiting for the log.',
    registers,
  });
  registry.registerMetric(
    new Gauge({
      name: 'px_collector_log_ready',
      help: '1 while the event log takes events, else 0.',
      registers: [],
      collect() {
        this.set(isLogReady() ? 1 : 0);
      },
    }),
  );
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
    buckets: SECONDS,
    registers,
  });
  const appendSeconds = new Histogram({
    name: 'px_collector_append_seconds',
    help: 'Time the event log took to take a batch.',
    buckets: SECONDS,
    registers,
  });
  const batchEvents = new Histogram({
    name: 'px_collector_batch_events',
    help: 'Events in a batch.',
    buckets: [1, 5, 20, 50, 100, 200, 500],
    registers,
  });
  const bodyBytes = new Counter({
    name: 'px_collector_body_bytes_total',
    help: 'Bytes of bodies, once inflated.',
    registers,
  });
  const refusedAddresses = new Counter({
    name: 'px_collector_refused_addresses_total',
    help: 'Requests refused before they were read, for their address had asked too much.',
    registers,
  });
  const limiterErrors = new Counter({
    name: 'px_collector_limiter_errors_total',
    help: 'Batches that passed uncounted, for the limiter could not be asked.',
    registers,
  });
  return {
    beginRequest() {
      inFlight.inc();
      return () => inFlight.dec();
    },
    countAnswer: (status) => answers.inc({ status }),
    countEvents: (verdict, code, count) => events.inc({ verdict, code }, count),
    countLimiterError: () => limiterErrors.inc(),
    observeAnswer: (value) => seconds.observe(value),
    observeBatch(bytes, count) {
      bodyBytes.inc(bytes);
      batchEvents.observe(count);
    },
    observeAppend: (value) => appendSeconds.observe(value),
    countRefusedAddress: () => refusedAddresses.inc(),
    countViolation: (code, outcome) => violations.inc({ code, outcome }),
  };
}
