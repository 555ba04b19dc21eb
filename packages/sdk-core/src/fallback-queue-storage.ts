import type { QueueEntry, QueueStorage, Timers } from './platform.js';

/** A queue storage that cannot fail. */
export interface FallbackQueueStorage extends QueueStorage {
  /** Whether the primary was given up. */
  hasFallen(): boolean;
}

/** A database that takes longer is hung: browsers are known to leave requests unanswered. */
const TIMEOUT_MS = 5_000;

/**
 * Uses the primary until it rejects or hangs once, then the fallback for the rest of the page's
 * life: going back and forth would split the queue. What the primary holds is found by the next page.
 */
export function createFallbackQueueStorage({
  primary,
  fallback,
  timers,
  salvage,
  onFall,
}: {
  readonly primary: QueueStorage;
  readonly fallback: QueueStorage;
  readonly timers: Timers;
  /** What is still known of the primary's content: it is put into the fallback. */
  readonly salvage: () => readonly QueueEntry[];
  readonly onFall: (cause: unknown) => void;
}): FallbackQueueStorage {
  let fallen = false;

  const within = <T>(promise: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = timers.setTimer(
        () => reject(new Error(`no answer in ${TIMEOUT_MS} ms`)),
        TIMEOUT_MS,
      );
      promise.then(resolve, reject).finally(cancel).catch(reject);
    });

  const attempt = async <T>(operation: (storage: QueueStorage) => Promise<T>): Promise<T> => {
    if (!fallen) {
      try {
        return await within(operation(primary));
      } catch (cause) {
        if (!fallen) {
          fallen = true;
          onFall(cause);
          await fallback.append(salvage());
        }
      }
    }
    return operation(fallback);
  };

  return {
    append: (entries) => attempt((storage) => storage.append(entries)),
    read: (limits) => attempt((storage) => storage.read(limits)),
    remove: (keys) => attempt((storage) => storage.remove(keys)),
    count: () => attempt((storage) => storage.count()),
    clear: () => attempt((storage) => storage.clear()),
    hasFallen: () => fallen,
  };
}
