import type { KeyValueStorage } from '@px-platform/sdk-core';

/** In memory, says that a value the browser would not let go of is gone. */
const REMOVED = Symbol('removed');

/**
 * Keeps small values in localStorage. Where it is absent, blocked or full, the value lives as long as
 * the page instead: storage is refused in sandboxed frames, by policy, and by private modes.
 */
export function createKeyValueStorage({ prefix }: { readonly prefix: string }): KeyValueStorage {
  const memory = new Map<string, string | typeof REMOVED>();
  return {
    get(key) {
      const value = memory.get(key);
      if (value !== undefined) return value === REMOVED ? null : value;
      try {
        return localStorage.getItem(prefix + key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(prefix + key, value);
        memory.delete(key);
        return true;
      } catch {
        memory.set(key, value);
        return false;
      }
    },
    remove(key) {
      try {
        localStorage.removeItem(prefix + key);
        memory.delete(key);
      } catch {
        memory.set(key, REMOVED);
      }
    },
    keys() {
      const found = new Set(storedKeys(prefix));
      for (const [key, value] of memory) {
        if (value === REMOVED) found.delete(key);
        else found.add(key);
      }
      return [...found];
    },
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
