import type { JsonValue } from '../json.js';

/** Who asks, where and when: all that a verdict depends on beside the document. */
export interface FlagContext {
  /** What is known of the person, by the names that conditions and `hashAttribute` use. */
  readonly attributes: Attributes;
  /** Laid over `attributes`, name by name: what one call says about itself. */
  readonly attributeOverrides?: Attributes;
  /** The page's whole address: for URL targeting, and for `?experiment=1` in its query. */
  readonly url?: string;
  /** Epoch milliseconds, for schedules, `$before` and `$after`. @default Date.now() */
  readonly now?: number;
  /** Values that somebody who tests has set, by the flag's key. */
  readonly forcedValues?: Readonly<Record<string, JsonValue>>;
  /** Variations that somebody who tests has set: their index, by the experiment's key. */
  readonly forcedVariations?: Readonly<Record<string, number>>;
  /** Where assignments are kept. Without it nothing is sticky, and `fallbackAttribute` is not looked at. */
  readonly sticky?: StickyAssignments;
  /** Nobody is in an experiment unless it was forced. @default false */
  readonly isQa?: boolean;
  /** Told of each rule that is skipped because it cannot be read, at every evaluation; it must not throw. */
  readonly onProblem?: (problem: FlagProblem) => void;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** What a unit (an attribute and its value) was assigned to earlier. Both are called within an evaluation. */
export interface StickyAssignments {
  /** Variants by `<experiment>__<bucket version>`. */
  read(attribute: string, value: string): Readonly<Record<string, string>> | null | undefined;
  /** One more assignment of a unit; called only where `read` did not say so already. */
  write(attribute: string, value: string, assignment: string, variant: string): void;
}

/** Why a rule was skipped. */
export interface FlagProblem {
  readonly flag: string;
  readonly ruleId: string | null;
  /** Which of the flag's rules, from 0; null of an experiment without a flag. */
  readonly ruleIndex: number | null;
  /** A sentence for developers. */
  readonly problem: string;
}
