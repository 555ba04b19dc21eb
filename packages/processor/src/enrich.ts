import type { AcceptedEvent, Enrichment, StepReport } from '@px-platform/protocol';
import type { Step } from './steps/step.js';

/** An enriched event, and what each step did to make it. */
export interface Enriched {
  readonly enrichment: Enrichment;
  readonly reports: readonly StepReport[];
}

/** Runs every step; one that fails leaves its keys at their defaults and is reported. */
export function enrich(event: AcceptedEvent, steps: readonly Step[]): Enriched {
  const enrichment = { ...DEFAULTS };
  const reports = steps.map(({ name, enrich: run }): StepReport => {
    const startedAt = performance.now();
    let added: Partial<Enrichment> = {};
    let error: string | undefined;
    try {
      added = run(event);
      Object.assign(enrichment, added);
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause);
    }
    return {
      step: name,
      added,
      micros: Math.round((performance.now() - startedAt) * 1_000),
      ...(error === undefined ? {} : { error }),
    };
  });
  return { enrichment, reports };
}

const DEFAULTS: Enrichment = {
  distinct_id: '',
  user_id: '00000000-0000-0000-0000-000000000000',
  is_identified: false,
  properties: {},
  page_url: '',
  page_host: '',
  page_path: '',
  page_title: '',
  referrer: '',
  referrer_host: '',
  utm_source: '',
  utm_medium: '',
  utm_campaign: '',
  utm_term: '',
  utm_content: '',
  browser: '',
  browser_version: '',
  os: '',
  os_version: '',
  device_type: '',
  geo_country: '',
  geo_city: '',
  locale: '',
  timezone: '',
};
