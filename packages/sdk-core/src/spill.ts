import type { KeyValueStorage, QueueEntry } from './platform.js';

/**
 * Where events go that a vanishing page has not journaled yet. A database write needs turns of the
 * event loop that such a page may not get; the small store is written before the listener returns.
 */
export interface Spill {
  /** Adds entries to those there, within bounds. */
  write(entries: readonly QueueEntry[]): void;
  read(): readonly QueueEntry[];
  /** Removes these entries and leaves what another page wrote meanwhile. */
  remove(keys: readonly string[]): void;
}

const KEY = 'spill';
/** A tenth of what browsers give localStorage: the page's own data must still fit. */
const MAX_BYTES = 512 * 1024;

/** Creates the spill. */
export function createSpill({ storage }: { readonly storage: KeyValueStorage }): Spill {
  const read = (): readonly QueueEntry[] => {
    const text = storage.get(KEY);
    if (!text) return [];
    try {
      const stored: unknown = JSON.parse(text);
      return Array.isArray(stored) ? stored.filter(isEntry) : [];
    } catch {
      return [];
    }
  };
  const save = (entries: readonly QueueEntry[]) =>
    entries.length > 0 ? storage.set(KEY, JSON.stringify(entries)) : storage.remove(KEY);

  return {
    read,
    write(entries) {
      const there = read();
      const known = new Set(there.map(({ key }) => key));
      let bytes = there.reduce((sum, entry) => sum + entry.bytes, 0);
      const added = entries.filter(
        (entry) => !known.has(entry.key) && (bytes += entry.bytes) <= MAX_BYTES,
      );
      if (added.length > 0) save([...there, ...added]);
    },
    remove(keys) {
      const there = read();
      if (there.length === 0) return;
      const gone = new Set(keys);
      save(there.filter(({ key }) => !gone.has(key)));
    },
  };
}

function isEntry(value: unknown): value is QueueEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { key, session, json, bytes } = value as Partial<QueueEntry>;
  return (
    typeof key === 'string' &&
    typeof session === 'string' &&
    typeof json === 'string' &&
    typeof bytes === 'number'
  );
}
