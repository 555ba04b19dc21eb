import type { AcceptedEvent, Enrichment } from '@px-platform/protocol';

/** What a step fills on its way; spreading a part for each condition costs more than all the rest of a step. */
export type Findings = { -readonly [key in keyof Enrichment]?: Enrichment[key] };

/**
 * One enrichment: a pure reading of the event as it was accepted. Steps know nothing of each other,
 * so they may run in any order and fail alone.
 */
export interface Step {
  readonly name: string;
  /** The keys this step found. What it leaves out stays at its default. */
  enrich(event: AcceptedEvent): Partial<Enrichment>;
}
