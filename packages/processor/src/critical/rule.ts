import type { CriticalEntry, EnrichedEvent, JsonObject } from '@px-platform/protocol';
import type { Counters } from '@px-platform/store';

/** An event that a rule may look at. It is read as it is stored: what is masked there is masked here. */
export type CriticalCandidate = Omit<EnrichedEvent, 'person'>;

/** What rules may ask. */
export interface RuleContext {
  readonly counters: Pick<Counters, 'add'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** The event was read before: it may have been counted. */
  readonly isAgain: boolean;
}

/** Why an event is critical. */
export interface Finding {
  readonly detail: JsonObject;
  /** Tells no second entry of the same id within this time. @default the event's own id, for a day */
  readonly once?: { readonly id: string; readonly withinMs: number };
}

/** One reason to tell somebody at once. Rules know nothing of each other. */
export interface CriticalRule {
  readonly name: CriticalEntry['rule'];
  /** Events it looks at, by their plain names. */
  readonly events: readonly string[];
  /** Rejects where it cannot be told now. */
  find(event: CriticalCandidate, context: RuleContext): Finding | null | Promise<Finding | null>;
}
