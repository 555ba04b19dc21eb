import { LIMITS } from '@px-platform/protocol';
import type { QueueEntry } from './platform.js';

/** The events in one page's care: which there are, which are durable, which are lent to a request. */
export interface Roster {
  add(entry: QueueEntry): void;
  has(key: string): boolean;
  keys(): readonly string[];
  markDurable(key: string): void;
  durableKeys(): readonly string[];
  lend(key: string): void;
  isLent(key: string): boolean;
  lentCount(): number;
  giveBack(key: string): void;
  forget(key: string): void;
  /** Events that are not lent. */
  readonly waiting: () => number;
  readonly waitingBytes: () => number;
  /** Those whose content is still in memory, oldest first. */
  readonly held: () => readonly QueueEntry[];
}

/** Content kept in memory is for the parting request, which may carry no more than this anyway. */
const HELD_BYTES = LIMITS.keepaliveBytes;

/** Creates the roster. */
export function createRoster(): Roster {
  const sizes = new Map<string, number>();
  const durable = new Set<string>();
  const lent = new Set<string>();
  const held = new Map<string, QueueEntry>();
  let bytesHeld = 0;
  let bytesWaiting = 0;

  const sizeOf = (key: string) => sizes.get(key) ?? 0;
  const giveBack = (key: string) => {
    if (lent.delete(key)) bytesWaiting += sizeOf(key);
  };

  return {
    add(entry) {
      const { key, bytes } = entry;
      if (sizes.has(key)) return;
      sizes.set(key, bytes);
      bytesWaiting += bytes;
      if (bytesHeld + bytes > HELD_BYTES) return;
      held.set(key, entry);
      bytesHeld += bytes;
    },
    has: (key) => sizes.has(key),
    keys: () => [...sizes.keys()],
    markDurable: (key) => void durable.add(key),
    durableKeys: () => [...durable],
    lend(key) {
      if (lent.has(key)) return;
      lent.add(key);
      bytesWaiting -= sizeOf(key);
    },
    isLent: (key) => lent.has(key),
    lentCount: () => lent.size,
    giveBack,
    forget(key) {
      giveBack(key);
      bytesWaiting -= sizeOf(key);
      sizes.delete(key);
      durable.delete(key);
      bytesHeld -= held.get(key)?.bytes ?? 0;
      held.delete(key);
    },
    waiting: () => sizes.size - lent.size,
    waitingBytes: () => bytesWaiting,
    held: () => [...held.values()],
  };
}
