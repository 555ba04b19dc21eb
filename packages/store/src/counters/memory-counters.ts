import { partsOf, type Counters } from './counters-port.js';

export interface MemoryCountersOptions {
  /** Numbers held at once; beyond it the oldest goes. @default 100000 */
  readonly capacity?: number;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

interface Held {
  readonly value: number;
  readonly until: number;
}

/** Counters of a single process. */
export function createMemoryCounters({
  capacity = 100_000,
  now = Date.now,
}: MemoryCountersOptions = {}): Counters {
  const held = new Map<string, Held>();

  const read = (key: string): number | null => {
    const found = held.get(key);
    return found && found.until > now() ? found.value : null;
  };
  const write = (key: string, value: number, forMs: number): void => {
    // Written anew, so that the first key is the one that was written longest ago.
    held.delete(key);
    held.set(key, { value, until: now() + forMs });
    if (held.size > capacity) held.delete(held.keys().next().value as string);
  };

  return {
    async add(key, by, window) {
      const [part, ...before] = partsOf(window).map((each) => `part:${key}:${each}`);
      if (part === undefined) return 0;
      write(part, (read(part) ?? 0) + by, 2 * window.windowMs);
      return [part, ...before].reduce((sum, each) => sum + (read(each) ?? 0), 0);
    },
    async put(values, expireMs) {
      for (const [name, value] of values) write(`value:${name}`, value, expireMs);
    },
    read: async (names) => names.map((name) => read(`value:${name}`)),
    async takeTurn(chore, everyMs) {
      if (read(`turn:${chore}`) !== null) return false;
      write(`turn:${chore}`, 1, everyMs);
      return true;
    },
    close: async () => held.clear(),
  };
}
