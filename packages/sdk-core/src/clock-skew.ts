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
  /** `session skew session skew…`, the latest last. */
  const read = () => storage.get(KEY)?.split(' ') ?? [];
  // Storage is open to the page: anything may stand there.
  const parse = (skew: string | undefined) => Math.round(Number(skew)) || 0;
  const of = (session: string) => {
    const known = read();
    const index = known.indexOf(session);
    return index < 0 ? undefined : parse(known[index + 1]);
  };
  return {
    of,
    guess: (session) => of(session) ?? parse(read().at(-1)),
    learn(session, skewMs) {
      if (of(session) !== undefined) return;
      storage.set(KEY, [...read(), session, skewMs].slice(-2 * REMEMBERED_SESSIONS).join(' '));
    },
  };
}
