import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { TraitsUpdate } from './port.js';

/** A trait's value and the event that gave it. */
export interface StoredTrait {
  readonly value: JsonValue;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly event_id: string;
  /** Given by `set_once`. */
  readonly once: boolean;
}

export type StoredTraits = { readonly [key: string]: StoredTrait };

/**
 * Adds an update to what is stored. The winner of each key depends only on the updates and never
 * on their order: any `set` beats any `set_once`; of two `set` the later event wins, of two
 * `set_once` the earlier; event ids settle equal times.
 */
export function mergeTraits(stored: StoredTraits, update: TraitsUpdate): StoredTraits {
  // A map, so that a trait called `__proto__` is a trait like another.
  const merged = new Map(Object.entries(stored));
  const offer = (values: JsonObject, once: boolean): void => {
    for (const [key, value] of Object.entries(values)) {
      const offered = { value, at: update.timestamp, event_id: update.event_id, once };
      const held = merged.get(key);
      if (held === undefined || beats(offered, held)) merged.set(key, offered);
    }
  };
  offer(update.set_once, true);
  offer(update.set, false);
  return Object.fromEntries(merged);
}

/** The traits as questions want them. */
export function traitValues(stored: StoredTraits): JsonObject {
  return Object.fromEntries(Object.entries(stored).map(([key, { value }]) => [key, value]));
}

function beats(offered: StoredTrait, held: StoredTrait): boolean {
  if (offered.once !== held.once) return held.once;
  const isLater = offered.at === held.at ? offered.event_id > held.event_id : offered.at > held.at;
  const isSame = offered.at === held.at && offered.event_id === held.event_id;
  return !isSame && (offered.once ? !isLater : isLater);
}
