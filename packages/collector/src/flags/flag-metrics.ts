import { Counter, Gauge, type Registry } from 'prom-client';

/** What is counted of flags. */
export interface FlagMetrics {
  countAnswer(route: string, status: number): void;
  countReadError(): void;
  countSegmentsError(): void;
  /** A stream has opened; to be called when it is over. */
  beginStream(route: string): () => void;
  countDropped(reason: 'full' | 'slow'): void;
  setListening(isListening: boolean): void;
}

/** Registers the metrics of flags; `documents` tells how many are remembered. */
export function createFlagMetrics(registry: Registry, documents: () => number): FlagMetrics {
  const registers = [registry];
  const answers = new Counter({
    name: 'px_collector_flags_answers_total',
    help: 'Answers about flags, by route and HTTP status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const readErrors = new Counter({
    name: 'px_collector_flags_read_errors_total',
    help: 'Times that published flags could not be read; what was known last was served.',
    registers,
  });
  const segmentsErrors = new Counter({
    name: 'px_collector_segments_read_errors_total',
    help: 'Times that it could not be read in which segments somebody is; what was known last was told, or 503.',
    registers,
  });
  const streams = new Gauge({
    name: 'px_collector_flags_streams',
    help: 'Open streams of changes, by route.',
    labelNames: ['route'],
    registers,
  });
  const dropped = new Counter({
    name: 'px_collector_flags_streams_dropped_total',
    help: 'Streams that were refused (full), or closed because their reader fell behind (slow).',
    labelNames: ['reason'],
    registers,
  });
  const listening = new Gauge({
    name: 'px_collector_flags_listening',
    help: '1 while publications are told at once, else 0: they are asked for every few seconds.',
    registers,
  });
  registry.registerMetric(
    new Gauge({
      name: 'px_collector_flags_documents',
      help: 'Documents remembered: one for each project and environment that was asked for.',
      registers: [],
      collect() {
        this.set(documents());
      },
    }),
  );
  return {
    countAnswer: (route, status) => answers.inc({ route, status }),
    countReadError: () => readErrors.inc(),
    countSegmentsError: () => segmentsErrors.inc(),
    beginStream(route) {
      streams.inc({ route });
      return () => streams.dec({ route });
    },
    countDropped: (reason) => dropped.inc({ reason }),
    setListening: (isListening) => listening.set(isListening ? 1 : 0),
  };
}
