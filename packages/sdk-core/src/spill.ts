import type { KeyValueStorage, QueueEntry } from './platform.js';

/**
 * Where events go that a vanishing page has not journaled yet. A database write needs turns of the
 * event loop that such a page may not get; the small store is written before the listener returns.
 */
export interface Spill {
  /** Puts down those entries that are not there yet, within bounds. */
  write(entries: readonly QueueEntry[]): void;
  /** This page's entries that are safe elsewhere now. */
  remove(keys: readonly string[]): void;
  /** What any page put down. */
  read(): Spilled;
  clear(): void;
}

/** What was found, and how to take away exactly that. */
export interface Spilled {
  readonly entries: readonly QueueEntry[];
  remove(): void;
}

const PREFIX = 'spill:';
/** A tenth of what browsers give localStorage: the page's own data must still fit. */
const MAX_BYTES = 512 * 1024;

/**
 * Creates the spill. Each write has a key of its own and is never changed: browsers show one tab's
 * writes to another late, so of tabs that close together the last would undo what the others wrote.
 */
export function createSpill({ storage }: { readonly storage: KeyValueStorage }): Spill {
  /** This page's: what of each write is not safe elsewhere yet. */
  const own = new Map<string, Set<string>>();

  const read = (): Spilled => {
    const found = storage.keys().filter((key) => key.startsWith(PREFIX));
    return {
      entries: found.flatMap((key) => parseEntries(storage.get(key))),
      remove: () => found.forEach((key) => storage.remove(key)),
    };
  };

  return {
    read,
    write(entries) {
      const isThere = (key: string) => [...own.values()].some((keys) => keys.has(key));
      let bytes = read().entries.reduce((sum, entry) => sum + entry.bytes, 0);
      const added = entries.filter(
        (entry) => !isThere(entry.key) && (bytes += entry.bytes) <= MAX_BYTES,
      );
      const [first] = added;
      if (!first) return;
      // An event's id is in one write of one page.
      own.set(PREFIX + first.key, new Set(added.map(({ key }) => key)));
      storage.set(PREFIX + first.key, JSON.stringify(added));
    },
    remove(keys) {
      for (const [name, waiting] of own) {
        for (const key of keys) waiting.delete(key);
        if (waiting.size > 0) continue;
        own.delete(name);
        storage.remove(name);
      }
    },
    clear() {
      own.clear();
      read().remove();
    },
  };
}

/** Storage is open to the page: anything may stand there. */
function parseEntries(text: string | null): readonly QueueEntry[] {
  if (!text) return [];
  try {
    const stored: unknown = JSON.parse(text);
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is QueueEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { key, session, json, bytes, priority } = value as Partial<QueueEntry>;
  return (
    typeof key === 'string' &&
    typeof session === 'string' &&
    typeof json === 'string' &&
    typeof bytes === 'number' &&
    typeof priority === 'number'
  );
}
