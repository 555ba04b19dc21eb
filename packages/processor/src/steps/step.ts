import type { AcceptedEvent, Enrichment } from '@px-platform/protocol';

/**
 * One enrichment: a pure reading of the event as it was accepted. Steps know nothing of each other,
 * so they may run in any order and fail alone.
 */
export interface Step {
  readonly name: string;
  /** The keys this step found. What it leaves out stays at its default. */
  enrich(event: AcceptedEvent): Partial<Enrichment>;
}
