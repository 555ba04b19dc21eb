import { DROP_REASONS, type Ledger, type QueueEntry } from '@px-platform/sdk-core';
import type { Slot } from './spool/segment.js';

/** An event, and where it is written down if it is. */
export interface Added extends Pick<QueueEntry, 'key' | 'json' | 'bytes'> {
  readonly slot?: Slot | undefined;
}

/** A waiting event, and its place: which came first. */
export interface Waiting extends Added {
  readonly place: number;
}

/** Events that wait, the oldest first. What is leased counts, for it may come back. */
export interface EventQueue {
  /** Until it is known what is left of earlier processes: null where it is, or there can be none. */
  readonly whenReady: Promise<void> | null;
  add(entry: Added): void;
  /** The oldest, at least one where there is any. They are nobody else's until settled or given back. */
  lease(limits: { readonly limit: number; readonly maxBytes: number }): readonly Waiting[];
  /** They are done with. */
  settle(entries: readonly Waiting[]): void;
  /** They wait again, in their old places. */
  giveBack(entries: readonly Waiting[]): void;
  /** How many wait, without those that are leased. */
  waiting(): number;
  /** Bytes of those that wait. */
  waitingBytes(): number;
  /** The place of the newest event that was ever added. */
  newest(): number;
  /** The oldest place that is not done with; Infinity where there is none. */
  oldest(): number;
  /** Nothing more is sent. Answers with those that end with it. */
  close(): readonly Waiting[];
}

/** One that is in memory, in bounds. */
export interface MemoryQueue extends EventQueue {
  /** Whether so many bytes would cost no other event. */
  hasRoom(bytes: number): boolean;
  /** Takes out what waits and is meant, and answers with it. */
  discard(isMeant: (entry: Waiting) => boolean): readonly Waiting[];
}

/** Creates a queue within bounds: what is beyond them costs the oldest that wait, and each is counted. */
export function createEventQueue({
  maxEvents,
  maxBytes,
  ledger,
  onFull,
}: {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly ledger: Pick<Ledger, 'drop'>;
  readonly onFull: () => void;
}): MemoryQueue {
  let entries: (Waiting | undefined)[] = [];
  /** Where the oldest is: taking one is no moving of the others. */
  let head = 0;
  let bytes = 0;
  let place = 0;
  const leased = new Set<Waiting>();
  let leasedBytes = 0;

  const waiting = () => entries.length - head;
  const shift = (): Waiting | undefined => {
    const entry = entries[head];
    if (!entry) return undefined;
    entries[head] = undefined;
    head += 1;
    bytes -= entry.bytes;
    if (head > 1_000 && head * 2 > entries.length) {
      entries = entries.slice(head);
      head = 0;
    }
    return entry;
  };
  const isOver = () => waiting() + leased.size > maxEvents || bytes + leasedBytes > maxBytes;
  const trim = () => {
    while (isOver()) {
      const oldest = shift();
      if (!oldest) return;
      ledger.drop(oldest.key, DROP_REASONS.queueFull);
      onFull();
    }
  };
  const settle = (done: readonly Waiting[]) => {
    for (const entry of done) if (leased.delete(entry)) leasedBytes -= entry.bytes;
  };

  return {
    whenReady: null,
    add({ key, json, bytes: size, slot }) {
      place += 1;
      entries.push({ key, json, bytes: size, slot, place });
      bytes += size;
      trim();
    },
    lease({ limit, maxBytes: most }) {
      const taken: Waiting[] = [];
      let size = 0;
      while (taken.length < limit) {
        const next = entries[head];
        if (!next || (taken.length > 0 && size + next.bytes > most)) break;
        size += next.bytes + 1;
        shift();
        taken.push(next);
        leased.add(next);
        leasedBytes += next.bytes;
      }
      return taken;
    },
    settle,
    giveBack(back) {
      if (back.length === 0) return;
      settle(back);
      for (const entry of back) bytes += entry.bytes;
      // Nearly always they are the oldest: nobody else moves.
      const next = entries[head];
      if (back.length <= head && (!next || (back.at(-1)?.place ?? 0) < next.place)) {
        head -= back.length;
        back.forEach((entry, index) => (entries[head + index] = entry));
        trim();
        return;
      }
      const rest = entries.slice(head).filter((entry) => entry !== undefined);
      // Several requests come back in any order. Nearly sorted already, which is quick.
      entries = [...back, ...rest].sort(byPlace);
      head = 0;
      trim();
    },
    waiting,
    waitingBytes: () => bytes,
    newest: () => place,
    oldest() {
      let oldest = entries[head]?.place ?? Infinity;
      for (const entry of leased) oldest = Math.min(oldest, entry.place);
      return oldest;
    },
    hasRoom: (size) =>
      waiting() + leased.size < maxEvents && bytes + leasedBytes + size <= maxBytes,
    discard(isMeant) {
      const all = entries.slice(head).filter((entry) => entry !== undefined);
      const meant = all.filter(isMeant);
      if (meant.length === 0) return meant;
      entries = all.filter((entry) => !isMeant(entry));
      head = 0;
      for (const entry of meant) bytes -= entry.bytes;
      return meant;
    },
    close() {
      const rest = [...leased, ...entries.slice(head)].filter((entry) => entry !== undefined);
      entries = [];
      head = 0;
      bytes = 0;
      return rest;
    },
  };
}

const byPlace = (a: Waiting | undefined, b: Waiting | undefined) =>
  (a?.place ?? 0) - (b?.place ?? 0);
