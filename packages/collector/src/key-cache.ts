import type { Catalog, KeyGrant } from '@px-platform/store';

export interface KeyCacheOptions {
  readonly clock: () => number;
  /** How long a known key is believed, milliseconds: a revoked one is refused after it. @default 5_000 */
  readonly knownForMs?: number;
  /** How long an unknown key is refused without asking, milliseconds. @default 3_000 */
  readonly unknownForMs?: number;
  /** How long a known key is believed while the catalog cannot be asked, milliseconds. @default 3_600_000 */
  readonly staleForMs?: number;
  /** Keys remembered at once. @default 10_000 */
  readonly capacity?: number;
}

/** A catalog that failed is asked again this soon. */
const RETRY_MS = 1_000;

/** Ours have 36 characters. A longer text is no key, and remembering it would cost a stranger's header in memory. */
const MAX_KEY_LENGTH = 200;

interface Entry {
  grant: Promise<KeyGrant | null>;
  until: number;
  /** What the catalog said last of a key that it knew, and when. */
  known: { readonly grant: KeyGrant; readonly at: number } | null;
}

/**
 * Remembers key look-ups, so that the hot path asks no database, and a catalog that is away stops nobody whose key it
 * knew. Bounded: keys come from strangers.
 */
export function cacheKeys(
  { findKey }: Pick<Catalog, 'findKey'>,
  {
    clock,
    knownForMs = 5_000,
    unknownForMs = 3_000,
    staleForMs = 3_600_000,
    capacity = 10_000,
  }: KeyCacheOptions,
): Pick<Catalog, 'findKey'> {
  const entries = new Map<string, Entry>();

  const ask = async (key: string, entry: Entry): Promise<KeyGrant | null> => {
    try {
      const grant = await findKey(key);
      entry.known = grant && { grant, at: clock() };
      entry.until = clock() + (grant ? knownForMs : unknownForMs);
      return grant;
    } catch (error) {
      const { known } = entry;
      if (known && clock() - known.at < staleForMs) {
        entry.until = clock() + RETRY_MS;
        return known.grant;
      }
      entries.delete(key);
      throw error;
    }
  };

  return {
    findKey(key) {
      if (key.length > MAX_KEY_LENGTH) return Promise.resolve(null);
      const held = entries.get(key);
      if (held && held.until > clock()) return held.grant;

      // Whoever comes meanwhile waits for the same answer.
      const entry: Entry = {
        grant: Promise.resolve(null),
        until: Infinity,
        known: held?.known ?? null,
      };
      entry.grant = ask(key, entry);
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > capacity) entries.delete(entries.keys().next().value as string);
      return entry.grant;
    },
  };
}
