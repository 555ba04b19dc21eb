export interface LastKnownOptions<Scope, Value> {
  /** What makes two scopes the same one. */
  readonly keyOf: (scope: Scope) => string;
  /** Asks anew. `known` is what was found last: returned again where it still holds. */
  readonly ask: (scope: Scope, known: Value | null) => Promise<Value>;
  /** Told when asking failed. `isKnown`: there is an older answer to go on with. */
  readonly onFailure: (error: unknown, scope: Scope, isKnown: boolean) => void;
  readonly clock: () => number;
  /** An answer this old is asked for again, beside whoever needs it, milliseconds. @default 2_000 */
  readonly freshForMs?: number;
  /** An answer this old is waited for, milliseconds: nobody asks for hours, and then meets an old one. @default 5_000 */
  readonly knownForMs?: number;
  /** How long it is waited for, milliseconds; then the old one counts, or none. @default 250 */
  readonly waitMs?: number;
  /** Scopes remembered at once; the one that was asked for longest ago is forgotten. @default 5_000 */
  readonly capacity?: number;
}

/** Null: it was never known, and cannot be had now. */
export type FindLastKnown<Scope, Value> = (scope: Scope) => Promise<Value | null>;

interface Entry<Value> {
  value: Value | null;
  /** When it was confirmed last, and when it was asked for last. */
  confirmedAt: number;
  askedAt: number;
  asking: Promise<void> | null;
}

/**
 * Remembers what a store says of each scope, so that a change counts within seconds, and a store that is away or slow holds
 * up nobody: what was known last goes on counting.
 */
export function createLastKnown<Scope, Value>({
  keyOf,
  ask,
  onFailure,
  clock,
  freshForMs = 2_000,
  knownForMs = 5_000,
  waitMs = 250,
  capacity = 5_000,
}: LastKnownOptions<Scope, Value>): FindLastKnown<Scope, Value> {
  const entries = new Map<string, Entry<Value>>();

  const askAnew = async (scope: Scope, entry: Entry<Value>): Promise<void> => {
    try {
      entry.value = await ask(scope, entry.value);
      entry.confirmedAt = clock();
    } catch (error) {
      onFailure(error, scope, entry.value !== null);
    } finally {
      entry.asking = null;
    }
  };

  return async (scope) => {
    const key = keyOf(scope);
    const entry = entries.get(key) ?? {
      value: null,
      confirmedAt: -Infinity,
      askedAt: -Infinity,
      asking: null,
    };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > capacity) entries.delete(entries.keys().next().value as string);

    const now = clock();
    // By when it was asked, too: a store that fails at once is not asked by everybody.
    if (!entry.asking && now - Math.max(entry.confirmedAt, entry.askedAt) >= freshForMs) {
      entry.askedAt = now;
      entry.asking = askAnew(scope, entry);
    }
    if (entry.asking && now - entry.confirmedAt >= knownForMs) await atMost(entry.asking, waitMs);
    return entry.value;
  };
}

async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, waited]);
  clearTimeout(timer);
}
