import type { KeyValueStorage, Priority, QueueEntry } from './platform.js';
import { utf8Length } from './utf8-length.js';

/**
 * The rung below the database: a bounded place in the small store, written before the call returns.
 * A vanishing page puts there what it has not journaled yet, for a database write needs turns of the
 * event loop that it may not get; and a page whose database has failed keeps everything there.
 */
export interface Spill {
  /** Whether all of them will outlive the page. Of what does not fit, the most worth is kept. */
  put(entries: readonly QueueEntry[]): boolean;
  /** What any page put down, in no order. */
  read(): readonly QueueEntry[];
  /** Takes away what is safe elsewhere, or settled. */
  remove(keys: Iterable<string>): void;
  clear(): void;
}

const PREFIX = 'q:';
/** A fifth of what browsers give localStorage: a burst of a thousand events fits, and the page's own data. */
const MAX_CHARACTERS = 1024 * 1024;
/** Storage is open to the page: anything may stand there. */
const RECORD = /^([0-4]) (\S*) (\{.*\})$/s;

/**
 * Creates the spill. Each event has a key of its own: browsers show one tab's writes to another late,
 * so of tabs that close together the last would undo what the others wrote to a shared one.
 */
export function createSpill({ storage }: { readonly storage: KeyValueStorage }): Spill {
  /** Keys seen there: the rest need not be looked for to be removed. */
  const known = new Set<string>();
  const names = () => storage.keys().filter((name) => name.startsWith(PREFIX));

  return {
    put(entries) {
      let room = MAX_CHARACTERS;
      for (const name of names()) room -= storage.get(name)?.length ?? 0;
      let isAll = true;
      for (const { key, session, json, priority } of byWorth(entries)) {
        if (known.has(key)) continue;
        const record = `${priority} ${session} ${json}`;
        if (record.length <= room && storage.set(PREFIX + key, record)) {
          room -= record.length;
          known.add(key);
        } else {
          storage.remove(PREFIX + key);
          isAll = false;
        }
      }
      return isAll;
    },
    read: () =>
      names().flatMap((name) => {
        const [, priority, session = '', json] = RECORD.exec(storage.get(name) ?? '') ?? [];
        if (!json) return [];
        const key = name.slice(PREFIX.length);
        known.add(key);
        return {
          key,
          session,
          json,
          bytes: utf8Length(json),
          priority: Number(priority) as Priority,
        };
      }),
    remove(keys) {
      for (const key of keys) if (known.delete(key)) storage.remove(PREFIX + key);
    },
    clear() {
      known.clear();
      names().forEach(storage.remove);
    },
  };
}

/** The newest first: the oldest are the first to be journaled, and to go with a parting request. */
const byWorth = (entries: readonly QueueEntry[]) =>
  [...entries].reverse().sort((one, other) => other.priority - one.priority);
