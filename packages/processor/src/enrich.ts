import {
  EMPTY_ENRICHMENT,
  type AcceptedEvent,
  type Enrichment,
  type StepReport,
} from '@px-platform/protocol';
import { boundedFindings } from './bounds.js';
import type { Step } from './steps/step.js';

/** An enriched event, and what each step did to make it. */
export interface Enriched {
  readonly enrichment: Enrichment;
  readonly reports: readonly StepReport[];
}

/** Runs every step; one that fails leaves its keys as they were and is reported. */
export function enrich(event: AcceptedEvent, steps: readonly Step[]): Enriched {
  const enrichment: Enrichment = { ...EMPTY_ENRICHMENT };
  const reports = steps.map(({ name, enrich: run }): StepReport => {
    const startedAt = performance.now();
    let added: Partial<Enrichment> = {};
    let error: string | undefined;
    try {
      added = boundedFindings(run(event));
      Object.assign(enrichment, added);
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause);
    }
    return {
      step: name,
      added,
      // To the tenth: most steps take less than one.
      micros: Math.round((performance.now() - startedAt) * 10_000) / 10,
      ...(error === undefined ? {} : { error }),
    };
  });
  return { enrichment, reports };
}
