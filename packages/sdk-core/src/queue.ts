import { LIMITS } from '@px-platform/protocol';
import { DROP_REASONS, type DropReason } from './errors.js';
import type { FallbackQueueStorage } from './fallback-queue-storage.js';
import type { Ledger } from './ledger.js';
import type { PartingLeases } from './parting-leases.js';
import type { QueueEntry, ReadLimits } from './platform.js';
import type { Roster } from './roster.js';
import type { Spill } from './spill.js';

/**
 * Events on their way out. `add` takes one at once; the journal makes it durable within the turn;
 * only durable events are leased; a leased event leaves the queue by `ack` or `drop` alone, and
 * `release` makes it available again.
 */
export interface Queue {
  add(entry: QueueEntry): void;
  /** This page's events that wait and are not leased. */
  readonly size: () => number;
  /** Their bytes. */
  readonly bytes: () => number;
  /** The oldest durable events of one session, this page's or another's. Empty when there are none. */
  lease(limits: ReadLimits): Promise<Lease>;
  /** What this page holds in memory, now, for a request that outlives it. */
  leaseParting(limits: ReadLimits): readonly QueueEntry[];
  ack(keys: readonly string[]): Promise<void>;
  drop(keys: readonly string[], reason: DropReason): Promise<void>;
  release(keys: readonly string[]): void;
  /** Puts what is not durable yet where it survives the page, before it returns. */
  spill(): void;
  /** Drops everything, everywhere. */
  purge(reason: DropReason): Promise<void>;
  /** Resolves when everything accepted so far is durable. */
  journaled(): Promise<void>;
}

/** Events taken for one request. */
export interface Lease {
  readonly entries: readonly QueueEntry[];
  /** Whether events were left because a page that went out of sight has them under way. */
  readonly isWithheld: boolean;
}

/** Creates the queue of one page over the storage it shares with the others. */
export function createQueue({
  storage,
  spill,
  partings,
  ledger,
  roster,
  maxEvents,
  onFull,
}: {
  readonly storage: FallbackQueueStorage;
  readonly spill: Spill;
  readonly partings: PartingLeases;
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly maxEvents: number;
  readonly onFull: () => void;
}): Queue {
  /** Accepted and not durable yet, oldest first. */
  let buffer: QueueEntry[] = [];
  let journaling: Promise<void> | null = null;

  const take = (entry: QueueEntry) => {
    ledger.accept(entry.key);
    roster.add(entry);
  };
  const unbuffer = (keys: ReadonlySet<string>) => {
    if (buffer.length > 0) buffer = buffer.filter(({ key }) => !keys.has(key));
  };

  /**
   * Group commit: events of one turn go down together, and those that come while a write is under
   * way go down with the next. No timer, so nothing is throttled in a background tab.
   */
  const journal = (): Promise<void> => {
    const run = async () => {
      await Promise.resolve();
      try {
        while (buffer.length > 0) await commit([...buffer]);
      } finally {
        // In the same turn as the last look at the buffer: nothing can slip in between.
        journaling = null;
      }
    };
    journaling ??= run();
    return journaling;
  };

  const commit = async (entries: readonly QueueEntry[]) => {
    await storage.append(entries);
    // Settled or purged while the write was under way: they must not come back.
    const gone = entries.filter(({ key }) => !roster.has(key)).map(({ key }) => key);
    if (gone.length > 0) await storage.remove(gone);
    const written = new Set(entries.map(({ key }) => key));
    unbuffer(written);
    for (const key of written) if (roster.has(key)) roster.markDurable(key);
    spill.remove([...written]);
    await enforceBound();
  };

  const enforceBound = async () => {
    const excess = (await storage.count()) - maxEvents;
    if (excess <= 0) return;
    const oldest = await storage.read({ limit: excess + roster.lentCount(), maxBytes: Infinity });
    onFull();
    await dropAll(
      oldest.filter(({ key }) => !roster.isLent(key)).slice(0, excess),
      DROP_REASONS.queueFull,
    );
  };

  /** Entries may be another page's: they are in this page's care from here. */
  const dropAll = async (entries: readonly Pick<QueueEntry, 'key'>[], reason: DropReason) => {
    const keys = entries.map(({ key }) => key);
    for (const key of keys) {
      ledger.accept(key);
      ledger.drop(key, reason);
      roster.forget(key);
    }
    unbuffer(new Set(keys));
    await storage.remove(keys);
  };

  /** Brings in what a vanished page spilled. Runs under the drainer's lock, so once. */
  const recover = async () => {
    const spilled = spill.read();
    if (spilled.entries.length > 0) await storage.append(spilled.entries);
    spilled.remove();
  };

  /** Events that stood before the end of what was read, and are gone, were settled by another page. */
  const reconcile = (before: readonly string[], read: readonly QueueEntry[]) => {
    if (storage.hasFallen()) return;
    const last = read.at(-1)?.key;
    const present = new Set(read.map(({ key }) => key));
    for (const key of before) {
      if (present.has(key) || roster.isLent(key) || (last !== undefined && key > last)) continue;
      ledger.handOver(key);
      roster.forget(key);
    }
  };

  return {
    add(entry) {
      take(entry);
      buffer.push(entry);
      const oldest = buffer.length > maxEvents ? buffer[0] : undefined;
      if (oldest) {
        onFull();
        ledger.drop(oldest.key, DROP_REASONS.queueFull);
        roster.forget(oldest.key);
        buffer.shift();
      }
      void journal();
    },
    size: roster.waiting,
    bytes: roster.waitingBytes,
    async lease(limits) {
      await recover();
      await journal();
      const away = partings.held();
      const before = roster.durableKeys();
      const skipped = away.size + roster.lentCount();
      const read = await storage.read({
        limit: limits.limit + skipped,
        maxBytes: limits.maxBytes + (skipped > 0 ? LIMITS.keepaliveBytes : 0),
      });
      reconcile(before, read);
      const free = read.filter(({ key }) => !away.has(key) && !roster.isLent(key));
      const entries = takeOneSession(free, limits);
      for (const entry of entries) {
        take(entry);
        roster.markDurable(entry.key);
        roster.lend(entry.key);
      }
      return { entries, isWithheld: read.length > free.length };
    },
    leaseParting(limits) {
      const away = partings.held();
      const free = roster.held().filter(({ key }) => !roster.isLent(key) && !away.has(key));
      const entries = takeOneSession(free, limits);
      for (const { key } of entries) roster.lend(key);
      if (entries.length > 0) partings.hold(entries.map(({ key }) => key));
      return entries;
    },
    async ack(keys) {
      for (const key of keys) {
        ledger.deliver(key);
        roster.forget(key);
      }
      unbuffer(new Set(keys));
      await storage.remove(keys);
      partings.release(keys);
    },
    async drop(keys, reason) {
      await dropAll(
        keys.map((key) => ({ key })),
        reason,
      );
      partings.release(keys);
    },
    release(keys) {
      for (const key of keys) roster.giveBack(key);
      partings.release(keys);
    },
    spill() {
      if (buffer.length > 0) spill.write(buffer);
    },
    async purge(reason) {
      for (const key of roster.keys()) {
        ledger.drop(key, reason);
        roster.forget(key);
      }
      buffer = [];
      spill.clear();
      await storage.clear();
    },
    journaled: journal,
  };
}

/** From the oldest on, while they are of its session and within the limits; at least one. */
function takeOneSession(
  entries: readonly QueueEntry[],
  { limit, maxBytes }: ReadLimits,
): readonly QueueEntry[] {
  const session = entries[0]?.session;
  const taken: QueueEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (entry.session !== session) continue;
    bytes += entry.bytes + 1;
    if (taken.length >= limit || (taken.length > 0 && bytes > maxBytes)) break;
    taken.push(entry);
  }
  return taken;
}
