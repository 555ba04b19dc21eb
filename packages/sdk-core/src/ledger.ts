import type { DropReason } from './errors.js';

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

/** The books of the queue: every event is in exactly one column. */
export interface Ledger {
  accept(key: string): void;
  deliver(key: string): void;
  drop(key: string, reason: DropReason): void;
  /** Counts a call that never became an event. */
  refuse(reason: DropReason): void;
  /** Another page settled it: no longer in this page's care. */
  handOver(key: string): void;
  readonly stats: () => Stats;
}

/** Creates the books. Settling an event twice changes nothing. */
export function createLedger(): Ledger {
  const pending = new Set<string>();
  const dropped = new Map<DropReason, number>();
  let accepted = 0;
  let delivered = 0;
  const countDrop = (reason: DropReason) =>
    void dropped.set(reason, (dropped.get(reason) ?? 0) + 1);

  return {
    accept(key) {
      if (pending.has(key)) return;
      pending.add(key);
      accepted += 1;
    },
    deliver(key) {
      if (pending.delete(key)) delivered += 1;
    },
    drop(key, reason) {
      if (pending.delete(key)) countDrop(reason);
    },
    refuse(reason) {
      accepted += 1;
      countDrop(reason);
    },
    handOver(key) {
      if (pending.delete(key)) accepted -= 1;
    },
    stats: () => ({
      accepted,
      delivered,
      pending: pending.size,
      dropped: Object.fromEntries(dropped),
    }),
  };
}
