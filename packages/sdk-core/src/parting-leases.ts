import type { Clock, KeyValueStorage } from './platform.js';

/**
 * Marks events that a page sent while going out of sight, so that a sibling tab does not send them
 * too before the answer is in. The lock cannot do this: a vanishing page has no time to wait for it.
 */
export interface PartingLeases {
  hold(keys: readonly string[]): void;
  release(keys: readonly string[]): void;
  /** Keys held by any page now. */
  held(): ReadonlySet<string>;
}

const KEY = 'parting';
/** Longer than nearly every answer takes; a page that died holds its events no longer than this. */
export const PARTING_LEASE_MS = 10_000;

/** Creates the marks. */
export function createPartingLeases({
  storage,
  clock,
}: {
  readonly storage: KeyValueStorage;
  readonly clock: Pick<Clock, 'now'>;
}): PartingLeases {
  /** `[key, until]`. A lease from a clock since set back would last for ever: it counts as over. */
  const read = (): (readonly [string, number])[] => {
    const text = storage.get(KEY);
    if (!text) return [];
    const now = clock.now();
    try {
      const stored = JSON.parse(text) as (readonly [string, number])[];
      return stored.filter(([, until]) => until > now && until <= now + PARTING_LEASE_MS);
    } catch {
      return [];
    }
  };
  const save = (leases: readonly (readonly [string, number])[]) =>
    leases.length > 0 ? storage.set(KEY, JSON.stringify(leases)) : storage.remove(KEY);

  return {
    hold(keys) {
      const until = clock.now() + PARTING_LEASE_MS;
      save([...read(), ...keys.map((key) => [key, until] as const)]);
    },
    release(keys) {
      const gone = new Set(keys);
      save(read().filter(([key]) => !gone.has(key)));
    },
    held: () => new Set(read().map(([key]) => key)),
  };
}
