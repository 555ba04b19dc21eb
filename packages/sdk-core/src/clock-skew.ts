import { parseJson } from './parse-json.js';
import type { KeyValueStorage } from './platform.js';

/**
 * The clock correction of each session, as the collector answered to its first batch. It goes back
 * with every later batch, so that one figure moves the whole session and its order survives.
 */
export interface ClockSkew {
  of(session: string): number | undefined;
  /** For a request that arrives who knows when: the latest figure of any session, or none. */
  guess(session: string): number;
  /** Kept only if the session has none yet. */
  learn(session: string, skewMs: number): void;
}

const KEY = 'skew';
/** Sessions with events still waiting: this visit's, and those of visits that ended offline. */
const REMEMBERED_SESSIONS = 10;

/** Creates the book of clock corrections. */
export function createClockSkew({ storage }: { readonly storage: KeyValueStorage }): ClockSkew {
  const read = (): [string, number][] => {
    const stored = parseJson(storage.get(KEY));
    return Array.isArray(stored) ? stored.filter(isPair) : [];
  };
  const of = (session: string) => read().find(([id]) => id === session)?.[1];
  return {
    of,
    guess: (session) => of(session) ?? read().at(-1)?.[1] ?? 0,
    learn(session, skewMs) {
      const known = read();
      if (!session || known.some(([id]) => id === session)) return;
      storage.set(KEY, JSON.stringify([...known, [session, skewMs]].slice(-REMEMBERED_SESSIONS)));
    },
  };
}

const isPair = (value: unknown): value is [string, number] =>
  Array.isArray(value) && typeof value[0] === 'string' && Number.isSafeInteger(value[1]);
