import type { Catalog, KeyGrant } from '@px-platform/store';

export interface KeyCacheOptions {
  readonly clock: () => number;
  /** How long a known key is believed, milliseconds. @default 30_000 */
  readonly knownForMs?: number;
  /** How long an unknown key is refused without asking, milliseconds. @default 3_000 */
  readonly unknownForMs?: number;
  /** Keys remembered at once. @default 10_000 */
  readonly capacity?: number;
}

/** Ours have 36 characters. A longer text is no key, and remembering it would cost a stranger's header in memory. */
const MAX_KEY_LENGTH = 200;

/** Remembers key look-ups, so that the hot path asks no database. Bounded: keys come from strangers. */
export function cacheKeys(
  { findKey }: Pick<Catalog, 'findKey'>,
  { clock, knownForMs = 30_000, unknownForMs = 3_000, capacity = 10_000 }: KeyCacheOptions,
): Pick<Catalog, 'findKey'> {
  const entries = new Map<string, { grant: Promise<KeyGrant | null>; until: number }>();

  return {
    findKey(key) {
      if (key.length > MAX_KEY_LENGTH) return Promise.resolve(null);
      const known = entries.get(key);
      if (known && known.until > clock()) return known.grant;

      const entry = { grant: findKey(key), until: clock() + knownForMs };
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > capacity) entries.delete(entries.keys().next().value as string);
      entry.grant.then(
        (grant) => {
          if (!grant) entry.until = clock() + unknownForMs;
        },
        () => entries.delete(key),
      );
      return entry.grant;
    },
  };
}
