import type { Platform, QueueEntry, ReadLimits } from './platform.js';
import type { Spill } from './spill.js';
import { within } from './within.js';

/**
 * Where waiting events are kept: a ladder of the database, the small store, and the page's memory.
 * Never rejects. It only goes down: going back and forth would split the queue. What the database
 * still holds is found by the next page.
 */
export interface QueueStore {
  /** Resolves once the entries are as safe as they can be here. */
  append(entries: readonly QueueEntry[]): Promise<void>;
  /** Brings in what vanished pages spilled. For the drainer alone: twice at once would send it twice. */
  recover(): Promise<void>;
  /** The oldest first. On the lower rungs there may be more than was asked for. */
  read(limits: ReadLimits): Promise<readonly QueueEntry[]>;
  remove(keys: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  /** Whether the database was given up. */
  readonly hasFallen: () => boolean;
}

/** Until the database has answered once: it may be long in opening, but not for ever. */
const OPEN_MS = 2_000;
/** A database that takes longer is hung: browsers are known to leave requests unanswered. */
const TRANSACTION_MS = 5_000;

/** Creates the ladder. */
export function createQueueStore({
  platform: { queueStorage: primary, timers },
  spill,
  held,
  onFall,
}: {
  readonly platform: Pick<Platform, 'queueStorage' | 'timers'>;
  readonly spill: Spill;
  /** What this page has in memory, oldest first: the lowest rung. */
  readonly held: ReadonlyMap<string, QueueEntry>;
  /** A step down: from the database, and from the small store once that is full or refused. */
  readonly onFall: (cause?: unknown) => void;
}): QueueStore {
  let patienceMs = OPEN_MS;
  let hasFallen = false;
  let isFull = false;

  const keep = (entries: readonly QueueEntry[]) => {
    if (spill.put(entries) || isFull) return;
    isFull = true;
    onFall();
  };

  const attempt = async <T>(operation: () => Promise<T>, instead: () => T): Promise<T> => {
    if (!hasFallen) {
      try {
        const result = await within(timers, patienceMs, operation());
        patienceMs = TRANSACTION_MS;
        return result;
      } catch (cause) {
        if (!hasFallen) {
          hasFallen = true;
          onFall(cause);
          keep([...held.values()]);
        }
      }
    }
    return instead();
  };

  const append = (entries: readonly QueueEntry[]) =>
    attempt(
      async () => {
        await primary.append(entries);
        spill.remove(entries.map(({ key }) => key));
      },
      () => keep(entries),
    );

  /** Where the database is given up it may still obey: the next page has then less to send again. */
  const erase = (operation: () => Promise<void>) =>
    attempt(
      operation,
      () =>
        void Promise.resolve()
          .then(operation)
          .catch(() => {}),
    );

  return {
    append,
    async recover() {
      const spilled = hasFallen ? [] : spill.read();
      if (spilled.length > 0) await append(spilled);
    },
    read: (limits) =>
      attempt(
        () => primary.read(limits),
        () => {
          const found = new Map(held);
          for (const entry of spill.read()) found.set(entry.key, entry);
          const { after = '' } = limits;
          return [...found.values()]
            .filter(({ key }) => key > after)
            .sort((one, other) => (one.key < other.key ? -1 : 1));
        },
      ),
    remove(keys) {
      spill.remove(keys);
      return erase(() => primary.remove(keys));
    },
    clear() {
      spill.clear();
      return erase(() => primary.clear());
    },
    hasFallen: () => hasFallen,
  };
}
