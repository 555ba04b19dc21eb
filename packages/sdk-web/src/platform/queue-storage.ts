import {
  createMemoryQueueStorage,
  type Priority,
  type QueueEntry,
  type QueueStorage,
} from '@px-platform/sdk-core';
import { createStore, promisifyRequest } from 'idb-keyval';

/** What is stored under the event's id. The id is the key, so it is not stored twice. */
type StoredEntry = readonly [session: string, json: string, bytes: number, priority: Priority];

/** Keeps waiting events in IndexedDB, one record an event, shared by every tab of the origin. */
export function createQueueStorage({ name }: { readonly name: string }): QueueStorage {
  if (!hasIndexedDb()) return createMemoryQueueStorage();
  const open = () => createStore(name, 'events');
  let opened = open();
  const withStore: typeof opened = (mode, run) =>
    opened(mode, (store) => {
      const { db } = store.transaction;
      // A page that deletes its databases at sign-out would wait for ours until it is closed.
      db.onversionchange = () => {
        db.close();
        opened = open();
      };
      return run(store);
    });
  return {
    append: (entries) =>
      withStore('readwrite', (store) => {
        for (const { key, session, json, bytes, priority } of entries) {
          store.put([session, json, bytes, priority] satisfies StoredEntry, key);
        }
        return commit(store);
      }),
    read: ({ limit, maxBytes, after }) =>
      withStore('readonly', (store) => {
        const entries: QueueEntry[] = [];
        let total = 0;
        return new Promise((resolve, reject) => {
          // A cursor, for it alone can stop at a number of bytes.
          const request = store.openCursor(after ? IDBKeyRange.lowerBound(after, true) : null);
          request.onerror = () => reject(request.error ?? new Error('cursor failed'));
          request.onsuccess = () => {
            const cursor = request.result;
            const entry = cursor && toEntry(cursor.key, cursor.value);
            total += entry?.bytes ?? 0;
            const isFull = entries.length >= limit || (entries.length > 0 && total > maxBytes);
            if (!cursor || isFull) return resolve(entries);
            if (entry) entries.push(entry);
            cursor.continue();
          };
        });
      }),
    remove: (keys) =>
      withStore('readwrite', (store) => {
        for (const key of keys) store.delete(key);
        return commit(store);
      }),
    clear: () =>
      withStore('readwrite', (store) => {
        store.clear();
        return commit(store);
      }),
  };
}

/** Resolves once the transaction is complete; asks for that now, not when the event loop is idle. */
function commit(store: IDBObjectStore): Promise<void> {
  const done = promisifyRequest(store.transaction);
  store.transaction.commit?.();
  return done;
}

function toEntry(key: IDBValidKey, value: unknown): QueueEntry | null {
  if (typeof key !== 'string' || !Array.isArray(value)) return null;
  const [session, json, bytes, priority] = value as unknown as StoredEntry;
  return { key, session, json, bytes, priority };
}

/** Reading the property alone throws in some sandboxed frames. */
function hasIndexedDb(): boolean {
  try {
    return Boolean(indexedDB);
  } catch {
    return false;
  }
}
