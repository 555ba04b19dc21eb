import type { QueueEntry, QueueStorage } from '@px-platform/sdk-core';
import { promisifyRequest } from 'idb-keyval';
import { unlessForgotten } from './unless-forgotten.js';

const STORE = 'events';
/** Written as one record: a hundredth of the work of a hundred. */
const RECORD_EVENTS = 100;
/** Nearly always it is all there is. */
const FEW_RECORDS = 10;

/**
 * Keeps waiting events in IndexedDB, shared by every tab of the origin: one record for those that were
 * journaled together, under the key of the first. What fails is tried once more on a new connection: WebKit
 * drops those of pages in the background.
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
      await unlessForgotten(done);
      return (request as IDBRequest<T>)?.result;
    } catch (cause) {
      if (opened === connection) opened = null;
      if (isRepeated) throw cause;
      return transact(mode, run, true);
    }
  };

  const put = (store: IDBObjectStore, entries: readonly QueueEntry[]) =>
    // Told apart by chance: a record that holds some of another's must not take its place.
    store.put(entries, `${entries[0]?.key} ${Math.random()}`);

  return {
    append: (entries) =>
      transact('readwrite', (store) => {
        const sorted = [...entries].sort(byKey);
        for (let from = 0; from < sorted.length; from += RECORD_EVENTS)
          put(store, sorted.slice(from, from + RECORD_EVENTS));
        // Now, not when the event loop is idle.
        store.transaction.commit?.();
      }),
    async read({ limit, maxBytes, after = '' }) {
      for (let most = after ? Infinity : FEW_RECORDS; ; most *= 10) {
        const records = await transact<QueueEntry[][]>('readonly', (store) =>
          // All at once, not by a cursor: one turn of the event loop instead of one a record.
          store.getAll(null, most < Infinity ? most + 1 : undefined),
        );
        const isAll = records.length <= most;
        // Records reach into one another: what there is before the next is all here.
        const end = isAll ? undefined : records.pop()?.[0]?.key;
        const unique = new Map(records.flat().map((entry) => [entry.key, entry]));
        const found = [...unique.values()]
          .filter(({ key }) => key > after && (!end || key < end))
          .sort(byKey);
        if (!isAll && found.length < limit) continue;
        let bytes = 0;
        const cut = found.findIndex(
          (entry, index) => index >= limit || ((bytes += entry.bytes) > maxBytes && index > 0),
        );
        return cut < 0 ? found : found.slice(0, cut);
      }
    },
    remove: (keys) =>
      transact('readwrite', (store) => {
        const gone = new Set(keys);
        const last = [...keys].sort().at(-1) ?? '';
        // No record that begins later holds any of them.
        const range = IDBKeyRange.upperBound(`${last}~`);
        const names = store.getAllKeys(range);
        const records = store.getAll(range) as IDBRequest<QueueEntry[][]>;
        records.onsuccess = () => {
          for (const [index, name] of names.result.entries()) {
            const entries = records.result[index] ?? [];
            const left = entries.filter(({ key }) => !gone.has(key));
            if (left.length === entries.length) continue;
            store.delete(name);
            if (left.length > 0) put(store, left);
          }
        };
      }),
    clear: () => transact('readwrite', (store) => void store.clear()),
  };
}

const byKey = (one: QueueEntry, other: QueueEntry) => (one.key < other.key ? -1 : 1);
