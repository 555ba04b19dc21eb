import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { TraitChanges } from './port.js';

/** A trait's value and the event that gave it. */
export interface StoredTrait {
  readonly value: JsonValue;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly event_id: string;
  /** Given by `set_once`. */
  readonly once: boolean;
  /** Taken away by `unset`: it is kept, so that what was set before and comes later stays away. */
  readonly unset?: true;
}

export type StoredTraits = { readonly [key: string]: StoredTrait };

/**
 * Adds an update to what is stored. The winner of each key depends only on the updates and never
 * on their order: any `set` or `unset` beats any `set_once`; of two `set` or `unset` the later event wins, of two
 * `set_once` the earlier; event ids settle equal times, and within one event `unset` beats `set`.
 */
export function mergeTraits(stored: StoredTraits, update: TraitChanges): StoredTraits {
  // A map, so that a trait called `__proto__` is a trait like another.
  const merged = new Map(Object.entries(stored));
  const { timestamp: at, event_id } = update;
  const offer = (key: string, offered: StoredTrait): void => {
    const held = merged.get(key);
    if (held === undefined || beats(offered, held)) merged.set(key, offered);
  };
  for (const [key, value] of Object.entries(update.set_once))
    offer(key, { value, at, event_id, once: true });
  for (const [key, value] of Object.entries(update.set))
    offer(key, { value, at, event_id, once: false });
  for (const key of update.unset)
    offer(key, { value: null, at, event_id, once: false, unset: true });
  return Object.fromEntries(merged);
}

/** The traits as questions want them, with what events have added to them. */
export function traitValues(
  stored: StoredTraits,
  increments: { readonly [key: string]: number } = {},
): JsonObject {
  const values = new Map<string, JsonValue>();
  for (const [key, { value, unset }] of Object.entries(stored))
    if (unset === undefined) values.set(key, value);
  for (const [key, sum] of Object.entries(increments)) {
    const base = values.get(key);
    values.set(key, (typeof base === 'number' ? base : 0) + sum);
  }
  return Object.fromEntries(values);
}

function beats(offered: StoredTrait, held: StoredTrait): boolean {
  if (offered.once !== held.once) return held.once;
  if (offered.at === held.at && offered.event_id === held.event_id)
    return offered.unset !== undefined && held.unset === undefined;
  const isLater = offered.at === held.at ? offered.event_id > held.event_id : offered.at > held.at;
  return offered.once ? !isLater : isLater;
}
