import type { KeyValueStorage } from '@px-platform/sdk-core';

/** A value of so few characters fits where one was written before. */
const SMALL = 256;

/**
 * Keeps small values in localStorage. Where it is absent, blocked or full, the value lives as long as
 * the page instead: storage is refused in sandboxed frames, by policy, and by private modes.
 * A write costs 20 µs: within one turn of the event loop a value is read once; a small one is written
 * when it is first set, and again as the turn ends if it was set to another since.
 */
export function createKeyValueStorage({ prefix }: { readonly prefix: string }): KeyValueStorage {
  const memory = new Map<string, string>();
  /** What this turn has seen of the store, and written to it. */
  const seen = new Map<string, string | null>();
  const written = new Map<string, string>();

  const see = <T extends string | null>(key: string, value: T): T => {
    if (seen.size === 0) queueMicrotask(endTurn);
    seen.set(key, value);
    return value;
  };
  const endTurn = () => {
    for (const [key, before] of written) {
      const value = seen.get(key) ?? before;
      if (value !== before) write(key, value);
    }
    written.clear();
    seen.clear();
  };

  const read = (key: string): string | null => {
    try {
      return memory.get(key) ?? localStorage.getItem(prefix + key);
    } catch {
      return null;
    }
  };
  const write = (key: string, value: string): boolean => {
    try {
      localStorage.setItem(prefix + key, value);
      memory.delete(key);
      return true;
    } catch {
      memory.set(key, value);
      return false;
    }
  };

  return {
    get(key) {
      const value = seen.get(key);
      return value === undefined ? see(key, read(key)) : value;
    },
    set(key, value) {
      see(key, value);
      if (written.has(key) && value.length <= SMALL) return !memory.has(key);
      written.set(key, value);
      return write(key, value);
    },
    remove(key) {
      see(key, null);
      written.delete(key);
      memory.delete(key);
      try {
        localStorage.removeItem(prefix + key);
      } catch {
        // Where it may not be touched, nothing is kept.
      }
    },
    keys: () => [...new Set([...storedKeys(prefix), ...memory.keys()])],
  };
}

function storedKeys(prefix: string): readonly string[] {
  try {
    const all = Object.keys(localStorage);
    return all.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  } catch {
    return [];
  }
}
