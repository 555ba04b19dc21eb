import type { EnrichedEvent, StepReport } from '@px-platform/protocol';

/** An event on its way into the stores, with the story of its enrichment. */
export interface ProcessedEvent {
  readonly event: EnrichedEvent;
  readonly reports: readonly StepReport[];
  /** For an `$identify` or `$alias`: the anonymous person it names. */
  readonly anonymous: { readonly user_id: string; readonly person: number } | null;
}

/** An event that a store will never take, and why. */
export interface Refusal {
  readonly processed: ProcessedEvent;
  readonly message: string;
}

/**
 * One destination. Writing an event again changes nothing. Rejecting means "try all of it again";
 * an event that can never be written is returned instead, so that it costs only itself.
 */
export interface Sink {
  readonly name: string;
  write(events: readonly ProcessedEvent[]): Promise<readonly Refusal[]>;
}
