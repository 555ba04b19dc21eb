import type { QueueEntry, QueueStorage } from '@px-platform/sdk-core';
import { promisifyRequest } from 'idb-keyval';
import { unlessForgotten } from './unless-forgotten.js';

const STORE = 'events';
/** What a request for everything asks for: the most it can. */
const NO_LIMIT = 2 ** 32 - 1;

/**
 * Keeps waiting events in IndexedDB, one record an event, shared by every tab of the origin. What
 * fails is tried once more on a new connection: WebKit drops those of pages in the background.
 */
export function createQueueStorage({ name }: { readonly name: string }): QueueStorage {
  let opened: Promise<IDBDatabase> | null = null;

  const open = async () => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    const db = await promisifyRequest(request);
    // A page that deletes its databases at sign-out would wait for ours until it is closed.
    db.onversionchange = () => db.close();
    return db;
  };

  /** Resolves to what was asked for once the transaction is complete. */
  const transact = async <T>(
    mode: IDBTransactionMode,
    run: (store: IDBObjectStore) => IDBRequest<T> | void,
    isRepeated = false,
  ): Promise<T> => {
    const connection = (opened ??= open());
    try {
      // Relaxed: no wait for the disk itself, which only a power cut can tell from the written file.
      const transaction = (await connection).transaction(STORE, mode, { durability: 'relaxed' });
      const request = run(transaction.objectStore(STORE));
      const done = promisifyRequest(transaction);
      // Now, not when the event loop is idle.
      transaction.commit?.();
      await unlessForgotten(done);
      return (request as IDBRequest<T>)?.result;
    } catch (cause) {
      if (opened === connection) opened = null;
      if (isRepeated) throw cause;
      return transact(mode, run, true);
    }
  };

  return {
    append: (entries) =>
      transact('readwrite', (store) => {
        for (const entry of entries) store.put(entry, entry.key);
      }),
    async read({ limit, maxBytes, after = '' }) {
      const found = await transact<QueueEntry[]>('readonly', (store) =>
        // All at once, not by a cursor: one turn of the event loop instead of one an event.
        store.getAll(IDBKeyRange.lowerBound(after, true), Math.min(limit, NO_LIMIT)),
      );
      let bytes = 0;
      const end = found.findIndex((entry, index) => (bytes += entry.bytes) > maxBytes && index > 0);
      return end < 0 ? found : found.slice(0, end);
    },
    remove: (keys) =>
      transact('readwrite', (store) => {
        for (const key of keys) store.delete(key);
      }),
    clear: () => transact('readwrite', (store) => void store.clear()),
  };
}
