import type { LiveEvent } from '@px-platform/protocol';
import type { LiveItem } from './live-feed.js';

export type EventKind = LiveEvent['kind'];

/** What the reader wants to see. Empty sets and an empty text mean everything. */
export interface EventFilter {
  readonly text: string;
  readonly kinds: ReadonlySet<EventKind>;
  readonly names: ReadonlySet<string>;
}

export const NO_FILTER: EventFilter = { text: '', kinds: new Set(), names: new Set() };

/** Whether anything is filtered at all. */
export function isFiltering(filter: EventFilter): boolean {
  return filter.text.trim() !== '' || filter.kinds.size > 0 || filter.names.size > 0;
}

/** A matcher that reads each event's text once, however often the filter changes. */
export function createEventMatcher(): (item: LiveItem, filter: EventFilter) => boolean {
  const texts = new WeakMap<LiveEvent, string>();
  const textOf = (event: LiveEvent) => {
    let text = texts.get(event);
    if (text === undefined) texts.set(event, (text = searchText(event)));
    return text;
  };
  return ({ event }, { text, kinds, names }) => {
    if (kinds.size > 0 && !kinds.has(event.kind)) return false;
    if (names.size > 0 && !names.has(event.event)) return false;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return words.every((word) => textOf(event).includes(word));
  };
}

/** The set with a value put in or taken out. */
export function toggled<Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

/** The names to offer as chips: those chosen, then the most frequent. */
export function nameChips(
  names: ReadonlyMap<string, number>,
  chosen: ReadonlySet<string>,
  limit = 8,
): readonly string[] {
  const frequent = [...names].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const offered = new Set([...chosen, ...frequent.map(([name]) => name)]);
  return [...offered].slice(0, Math.max(limit, chosen.size));
}

function searchText(event: LiveEvent): string {
  // JSON escapes quotes and line ends only, so words inside values stay findable.
  return [
    event.event,
    event.event_id,
    event.session_id,
    event.distinct_id,
    event.reason?.code,
    JSON.stringify(event.arrived),
    JSON.stringify(event.steps.map(({ added }) => added)),
  ]
    .join('\n')
    .toLowerCase();
}
