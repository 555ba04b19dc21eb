import type { QueueEntry, QueueStorage } from './platform.js';

/** A queue storage that lasts as long as the page: where there is no better, and for tests. */
export function createMemoryQueueStorage(): QueueStorage {
  const entries = new Map<string, QueueEntry>();
  return {
    append(added) {
      for (const entry of added) entries.set(entry.key, entry);
      return Promise.resolve();
    },
    read(limits) {
      const after = limits.after ?? '';
      const keys = [...entries.keys()].filter((key) => key > after).sort();
      const found: QueueEntry[] = [];
      let bytes = 0;
      for (const key of keys) {
        const entry = entries.get(key);
        if (!entry) continue;
        bytes += entry.bytes;
        if (found.length >= limits.limit || (found.length > 0 && bytes > limits.maxBytes)) break;
        found.push(entry);
      }
      return Promise.resolve(found);
    },
    remove(keys) {
      for (const key of keys) entries.delete(key);
      return Promise.resolve();
    },
    clear() {
      entries.clear();
      return Promise.resolve();
    },
  };
}
