import type { JsonValue } from '../json.js';

/** Why a flag has the value it has. */
export const VERDICT_REASONS = {
  /** There is no such flag: no value. */
  unknown: 'unknown',
  /** No rule applied. */
  default: 'default',
  /** A rule forced the value. */
  forced: 'forced',
  /** An experiment decided. */
  experiment: 'experiment',
  /** Somebody who tests has said so. */
  override: 'override',
  /** Another flag, which this one depends on, is not as it must be: no value. */
  prerequisite: 'prerequisite',
  /** The flag depends on itself: no value. */
  cycle: 'cycle',
} as const;
export type VerdictReason = (typeof VERDICT_REASONS)[keyof typeof VERDICT_REASONS];

/** What was decided, and why. */
export interface Verdict<T extends JsonValue = JsonValue> {
  readonly value: T | null;
  /** The variant's key, where what decided names one. */
  readonly variant: string | null;
  readonly reason: VerdictReason;
  /** Which rule decided. */
  readonly ruleId: string | null;
  /** Which experiment gave the value; null where none did. */
  readonly experiment: string | null;
  /** Whether an experiment gave the value, be it by the hash, stickily, or forced. */
  readonly inExperiment: boolean;
  /** Where the person hashed to, 0 to 1; null where nothing was hashed. */
  readonly bucket: number | null;
  /** Every experiment that the person was hashed into on the way: holdouts and prerequisites' too. */
  readonly exposures: readonly Exposure[];
}

/** That a unit is in an experiment, and in which variant. */
export interface Exposure {
  readonly experiment: string;
  /** The variation's `meta.key`, or its index as text. */
  readonly variant: string;
  readonly variationId: number;
  /** The attribute that was hashed. */
  readonly unitType: string;
  readonly unitId: string;
  readonly phase: string | null;
  readonly bucketVersion: number;
  /** Whether an earlier assignment was kept. */
  readonly isSticky: boolean;
  /** Which flag's rule runs it; null for one without a flag. */
  readonly flag: string | null;
  readonly ruleId: string | null;
}
