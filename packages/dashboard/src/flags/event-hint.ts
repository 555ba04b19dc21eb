import type { EventCount } from '../api/api-client.js';
import { plural } from '../live/format.js';

/** What people did of late. */
export interface KnownEvents {
  /** The most frequent first. */
  readonly rows: EventCount['rows'];
  /** Whether there are no others. */
  readonly areAll: boolean;
}

/** How far back events are looked for. */
export const EVENTS_DAYS = 30;

/** The question lists so many at most. */
const MOST = 100;

/** What an answer of `event-count` tells of what people do: control events are nothing of that. */
export function knownEvents({ rows }: Pick<EventCount, 'rows'>): KnownEvents {
  return {
    rows: rows.filter(({ value }) => value !== '' && !value.startsWith('$')),
    areAll: rows.length < MOST,
  };
}

/** What is known of an event as it is named in a row: how many did it, or that nobody did. Null: nothing to say. */
export function eventHint(event: string, known: KnownEvents | null): string | null {
  if (event === '' || known === null) return null;
  const within = `in the last ${EVENTS_DAYS} days`;
  const found = known.rows.find(({ value }) => value === event);
  if (found) return `${plural(found.people, 'person', 'people')} did it ${within}.`;
  // Whoever is still typing is not told that it is wrong.
  const isBegun = known.rows.some(({ value }) => value.startsWith(event));
  return known.areAll && !isBegun ? `Nobody did it ${within}: is it called so?` : null;
}
