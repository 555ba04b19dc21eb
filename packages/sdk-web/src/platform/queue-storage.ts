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
      // Now, not when the event loop is idle: of a page that is put aside meanwhile it would hold up all others.
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
        const sorted = [...entries].sort(byKey);
        for (let from = 0; from < sorted.length; from += RECORD_EVENTS) {
          const record = sorted.slice(from, from + RECORD_EVENTS);
          // Told apart by chance: one that holds some of another's must not take its place.
          store.put(record, `${record[0]?.key} ${Math.random()}`);
        }
      }),
    async read({ limit, maxBytes, after = '' }) {
      for (let most = after ? Infinity : FEW_RECORDS; ; most *= 10) {
        const records = await transact<QueueEntry[][]>('readonly', (store) =>
          // All at once, not by a cursor: one turn of the event loop instead of one a record.
          store.getAll(null, most < Infinity ? most + 1 : undefined),
        );
        const isAll = records.length <= most;
        // Records reach into one another: what there is before the next begins is all here.
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
    async remove(keys) {
      const gone = new Set(keys);
      // No record that begins later holds any of them.
      const range = IDBKeyRange.upperBound(`${[...keys].sort().at(-1)}~`);
      let names: IDBRequest<IDBValidKey[]> | undefined;
      const records = await transact<QueueEntry[][]>('readonly', (store) => {
        names = store.getAllKeys(range);
        return store.getAll(range);
      });
      // Records only ever shrink: who changes one at the same time may bring back what was sent, and loses nothing.
      await transact('readwrite', (store) => {
        for (const [index, name] of names?.result.entries() ?? []) {
          const entries = records[index] ?? [];
          const left = entries.filter(({ key }) => !gone.has(key));
          if (left.length === 0) store.delete(name);
          else if (left.length < entries.length) store.put(left, name);
        }
      });
    },
    clear: () => transact('readwrite', (store) => void store.clear()),
  };
}

const byKey = (one: QueueEntry, other: QueueEntry) => (one.key < other.key ? -1 : 1);
