import { DROP_REASONS, type DropReason } from './errors.js';
import type { Logger } from './logger.js';
import type { Clock } from './platform.js';

/** What became of the events in this page's care. Always: accepted = delivered + pending + dropped. */
export interface Stats {
  /**
   * Events tracked by this page, plus those it took over from pages that are gone, minus those
   * another page took over.
   */
  readonly accepted: number;
  /** Answered `ok` by the collector. */
  readonly delivered: number;
  /** Waiting or under way. */
  readonly pending: number;
  /** Gone, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** What the collector has not been told of: numbers alone. */
export interface Losses {
  /** Events, by reason. Those a person did not agree to are nobody's business, and left out. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** How often a storage failed and a lesser one took its place. */
  readonly storage_falls: number;
}

/** The books of the queue: every event is in exactly one column. */
export interface Ledger {
  /** `name`: the event's, where it is of this page. */
  accept(key: string, name?: string): void;
  deliver(key: string): void;
  drop(key: string, reason: DropReason): void;
  /** Counts a call that never became an event. */
  refuse(reason: DropReason): void;
  /** Another page settled it: no longer in this page's care. */
  handOver(key: string): void;
  /** Counts a step down the ladder of storages. */
  fall(): void;
  /** The event itself tells of losses: its own loss is no news. */
  hush(key: string): void;
  /** Milliseconds since the first loss that was not told; -1 when there is none. */
  lossAge(): number;
  /** The losses since the last time. */
  takeLosses(): Losses;
  readonly stats: () => Stats;
}

/** How the end of an event that another page has settled is said. */
export const HANDED_OVER = 'another page';

/** Creates the books. Settling an event twice changes nothing. What became of each is said where somebody debugs. */
export function createLedger(
  { elapsed }: Pick<Clock, 'elapsed'>,
  log: Pick<Logger, 'debug'>,
): Ledger {
  /** With their names, as far as they are known. */
  const pending = new Map<string, string>();
  const hushed = new Set<string>();
  const dropped: Record<DropReason, number> = {};
  let untold: Record<DropReason, number> = {};
  let delivered = 0;
  let falls = 0;
  let lostAt: number | null = null;

  const count = (reason: DropReason, isTold = reason === DROP_REASONS.consent) => {
    dropped[reason] = (dropped[reason] ?? 0) + 1;
    if (isTold) return;
    untold[reason] = (untold[reason] ?? 0) + 1;
    lostAt ??= elapsed();
  };

  /** Whether it had been in these books. */
  const end = (key: string, how: string): boolean => {
    if (pending.has(key)) log.debug(`end:${how}`, pending.get(key), key);
    return pending.delete(key);
  };

  return {
    accept: (key, name = '') => void pending.set(key, pending.get(key) ?? name),
    deliver(key) {
      if (end(key, '')) delivered += 1;
    },
    drop(key, reason) {
      if (end(key, reason)) count(reason, hushed.has(key) || undefined);
    },
    refuse: (reason) => count(reason),
    handOver: (key) => void end(key, HANDED_OVER),
    fall() {
      falls += 1;
      lostAt ??= elapsed();
    },
    hush: (key) => void hushed.add(key),
    lossAge: () => (lostAt === null ? -1 : elapsed() - lostAt),
    takeLosses() {
      const losses = { dropped: untold, storage_falls: falls };
      untold = {};
      falls = 0;
      lostAt = null;
      return losses;
    },
    stats: () => ({
      accepted: Object.values(dropped).reduce((sum, n) => sum + n, delivered + pending.size),
      delivered,
      pending: pending.size,
      dropped: { ...dropped },
    }),
  };
}
