import type { PrivacyScope } from '../privacy/port.js';

/** How long a project keeps what it was told, and when that was last seen to. */
export interface Retention {
  /** Null: for ever. */
  readonly events_days: number | null;
  /** When what was older was last deleted, epoch milliseconds; null before the first time. */
  readonly swept_at: number | null;
  /** What was deleted that time, by table. */
  readonly deleted: Readonly<Record<string, number>> | null;
}

/** A project whose old rows somebody is to delete. */
export interface DueRetention extends PrivacyScope {
  readonly events_days: number;
}

/** How long projects keep what they were told, and whose turn it is to delete what is older. */
export interface RetentionStore {
  /** The tenant stands first: another's project keeps everything for ever, whatever its id. */
  find(scope: PrivacyScope): Promise<Retention>;
  /** Counts at once, for old rows too; null: for ever. False where the tenant has no such project. */
  set(scope: PrivacyScope, eventsDays: number | null): Promise<boolean>;
  /**
   * Takes projects that are due, so many at most, for so long, milliseconds. Whoever does not tell in time what became of them
   * loses them to somebody else.
   */
  claim(take: { readonly leaseMs: number; readonly most: number }): Promise<DueRetention[]>;
  /** Writes down what was deleted; due again after so many milliseconds, or at once where the days were changed meanwhile. */
  swept(
    due: DueRetention,
    outcome: { readonly deleted: Readonly<Record<string, number>>; readonly waitMs: number },
  ): Promise<void>;
  /** Gives it back, to be tried again after so many milliseconds, or at once where the days were changed meanwhile. */
  putOff(due: DueRetention, waitMs: number): Promise<void>;
}
