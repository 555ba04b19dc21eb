import { DROP_REASONS, type DropReason } from './errors.js';
import type { Ledger } from './ledger.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import type { Platform, QueueEntry, ReadLimits } from './platform.js';
import type { QueueStore } from './queue-store.js';
import type { Spill } from './spill.js';

/**
 * Events on their way out. `add` takes one at once; the journal makes it durable within the turn;
 * only durable events are leased. A leased event leaves by `settle` alone, and `release` makes it
 * available again.
 */
export interface Queue {
  add(entry: QueueEntry): void;
  /** Whether events of this page wait and are not leased. */
  readonly isWaiting: () => boolean;
  /** The oldest durable events of one session, this page's or another's. Empty when there are none. */
  lease(limits: ReadLimits): Promise<readonly QueueEntry[]>;
  /** The same of what this page has in memory, now, for a request that outlives it. */
  leaseHeld(limits: ReadLimits): readonly QueueEntry[];
  /** Ends events' stay, by key: null where delivered, or why not. Other pages are told. */
  settle(outcome: ReadonlyMap<string, DropReason | null>): Promise<void>;
  release(entries: readonly QueueEntry[]): void;
  /** Another page settled them. */
  handOver(keys: readonly string[]): void;
  /** Puts what is not durable yet where it survives the page, before it returns. */
  spill(): void;
  /** Drops everything, everywhere. */
  purge(reason: DropReason): Promise<void>;
  /** Resolves when everything accepted so far is durable. */
  journaled(): Promise<void>;
}

/**
 * Written in one go. No task of ours may hold up the page; but what is not asked for within the turn is
 * lost with a tab that ends without a farewell, as Chromium's do that close themselves.
 */
const CHUNK_EVENTS = 1_000;
const MAX_AGE_MS = 7 * 86_400_000;

/** Creates the queue of one page over the store it shares with the others. */
export function createQueue({
  platform: { channel, clock },
  options: { maxQueueBytes: maxBytes, maxQueueEvents },
  ledger,
  log,
  store,
  spill,
  held,
}: {
  readonly platform: Pick<Platform, 'channel' | 'clock'>;
  readonly options: Pick<ClientOptions, 'maxQueueBytes' | 'maxQueueEvents'>;
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly store: QueueStore;
  readonly spill: Pick<Spill, 'put'>;
  /** This page's memory of its events, oldest first. */
  readonly held: Map<string, QueueEntry>;
}): Queue {
  /** Of those held, what is not durable yet. */
  const fresh = new Map<string, QueueEntry>();
  /** Under way in a request, and whether it is another page's. */
  const lent = new Map<string, boolean>();
  /** What the store can take before it must be measured again: other pages fill it, too. */
  let room = 0;
  let journaling: Promise<void> | null = null;
  let purges = 0;

  /** One figure for both bounds: an event takes its bytes, but no less than its share of them. */
  const cost = ({ bytes }: QueueEntry) => Math.max(bytes, maxBytes / maxQueueEvents);

  /** What must go for the rest to fit: of the least worth the oldest, with some room to spare. */
  const findSurplus = (entries: readonly QueueEntry[]) => {
    let excess = entries.reduce((sum, entry) => sum + cost(entry), -maxBytes);
    const surplus: QueueEntry[] = [];
    // Bytes are whole, shares are not.
    if (excess >= 1) {
      log.warn('full');
      for (const entry of [...entries].sort((one, other) => one.priority - other.priority)) {
        if (lent.has(entry.key) || (excess < 1 && excess + maxBytes / 32 < cost(entry))) continue;
        excess -= cost(entry);
        surplus.push(entry);
      }
    }
    return { surplus, room: -excess };
  };

  const forget = (key: string) => {
    held.delete(key);
    lent.delete(key);
    fresh.delete(key);
  };

  const settle: Queue['settle'] = (outcome) => {
    const keys = [...outcome.keys()];
    for (const [key, reason] of outcome) {
      if (reason === null) ledger.deliver(key);
      else ledger.drop(key, reason);
      forget(key);
    }
    channel.post(keys.join());
    return store.remove(keys);
  };

  /** Entries may be another page's: they are in this page's care from here. */
  const drop = (entries: readonly QueueEntry[], reason: DropReason) => {
    for (const { key } of entries) ledger.accept(key);
    return settle(new Map(entries.map(({ key }) => [key, reason])));
  };

  const commit = async () => {
    const entries = [...fresh.values()].slice(0, CHUNK_EVENTS);
    await store.append(entries);
    for (const entry of entries) {
      fresh.delete(entry.key);
      room -= cost(entry);
    }
    // Settled or purged while the write was under way: they must not come back.
    const gone = entries.map(({ key }) => key).filter((key) => !held.has(key));
    if (gone.length > 0) await store.remove(gone);
    if (room > -1) return;
    const measured = findSurplus(await store.read({ limit: Infinity, maxBytes: Infinity }));
    room = Math.min(measured.room, maxBytes / 8);
    if (measured.surplus.length > 0) await drop(measured.surplus, DROP_REASONS.queueFull);
  };

  /**
   * Group commit: events of one turn go down together, and those that come while a write is under
   * way go down with the next. No timer, so nothing is throttled in a background tab.
   */
  const journal = (): Promise<void> => {
    const run = async () => {
      await Promise.resolve();
      try {
        while (fresh.size > 0) await commit();
      } finally {
        // In the same turn as the last look: nothing can slip in between.
        journaling = null;
      }
    };
    return (journaling ??= run());
  };

  /** Events that stood before the end of what was read, and are gone, were settled by another page. */
  const reconcile = (before: readonly string[], read: readonly QueueEntry[]) => {
    const last = read.at(-1)?.key;
    const present = new Set(read.map(({ key }) => key));
    handOver(before.filter((key) => !present.has(key) && (last === undefined || key < last)));
  };
  const handOver = (keys: readonly string[]) => {
    for (const key of keys) {
      ledger.handOver(key);
      forget(key);
    }
  };

  const lend = (entries: readonly QueueEntry[], limits: ReadLimits) => {
    // Some may have been sent by a parting request while the storage was read.
    const taken = takeOneSession(
      entries.filter(({ key }) => !lent.has(key)),
      limits,
    );
    for (const entry of taken) {
      ledger.accept(entry.key);
      lent.set(entry.key, !held.has(entry.key));
      held.set(entry.key, entry);
    }
    return taken;
  };

  const lease: Queue['lease'] = async (limits) => {
    const { after = '' } = limits;
    await store.recover();
    await journal();
    const before = [...held.keys()].filter((key) => key > after && !fresh.has(key));
    const purgesBefore = purges;
    const read = await store.read(limits);
    if (purges > purgesBefore) return [];
    if (!store.hasFallen()) reconcile(before, read);
    // Not this page's own: it would lose them to a clock put right by a week.
    const expired = read.filter(
      ({ key }) => !held.has(key) && madeAt(key) < clock.now() - MAX_AGE_MS,
    );
    if (expired.length === 0) return lend(read, limits);
    await drop(expired, DROP_REASONS.expired);
    return lease(limits);
  };

  return {
    add(entry) {
      ledger.accept(entry.key);
      held.set(entry.key, entry);
      fresh.set(entry.key, entry);
      void journal();
    },
    isWaiting: () => held.size > lent.size,
    lease,
    leaseHeld: (limits) => lend([...held.values()], limits),
    settle,
    release(entries) {
      for (const { key } of entries) {
        if (lent.get(key)) handOver([key]);
        else lent.delete(key);
      }
    },
    handOver,
    spill() {
      spill.put([...(store.hasFallen() ? held : fresh).values()]);
    },
    purge(reason) {
      purges += 1;
      for (const key of held.keys()) {
        ledger.drop(key, reason);
        forget(key);
      }
      return store.clear();
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

/** Epoch milliseconds, to a minute: what a UUIDv7 begins with. */
const madeAt = (key: string) => Number.parseInt(key.slice(0, 8), 16) * 65_536;
