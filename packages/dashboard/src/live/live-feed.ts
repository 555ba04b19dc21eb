import type { LiveEvent } from '@px-platform/protocol';
import { addToPulse, EMPTY_PULSE, type Pulse } from './pulse.js';

/** One event as the stream delivered it. */
export interface Arrival {
  /** The stream's own id of this line. */
  readonly id: string;
  readonly event: LiveEvent;
}

/** One line of the page. */
export interface LiveItem {
  /** Tells two deliveries of one event apart, and a replayed line from a new one. */
  readonly key: string;
  readonly event: LiveEvent;
  /** Whether it came in a trickle, so that its appearance may be shown rather than just done. */
  readonly fresh: boolean;
}

/** Everything the live page knows. */
export interface LiveFeed {
  /** Newest first, at most {@link MEMORY}. */
  readonly items: readonly LiveItem[];
  /** Arrived while the list must keep still, newest first. */
  readonly held: readonly LiveItem[];
  readonly paused: boolean;
  /** The reader has scrolled away, opened a row or picked one: nothing may move under them. */
  readonly reading: boolean;
  /** How many events of each name were seen. */
  readonly names: ReadonlyMap<string, number>;
  readonly pulse: Pulse;
  /** Events received since the page opened: changes exactly when something arrives. */
  readonly received: number;
}

export type LiveAction =
  | { readonly type: 'arrived'; readonly arrivals: readonly Arrival[] }
  | { readonly type: 'paused'; readonly paused: boolean }
  | { readonly type: 'reading'; readonly reading: boolean }
  | { readonly type: 'released' }
  | { readonly type: 'cleared' };

/** Lines kept in memory. */
export const MEMORY = 1_000;

/** More than this at once is a flood: it is drawn, not animated. */
const TRICKLE = 6;

/** Names kept for the filter's chips. A tenant that puts ids into names must not fill the memory. */
const MAX_NAMES = 500;

export const EMPTY_FEED: LiveFeed = {
  items: [],
  held: [],
  paused: false,
  reading: false,
  names: new Map(),
  pulse: EMPTY_PULSE,
  received: 0,
};

/** The page's next state. Pure: the same feed and action always give the same feed. */
export function liveFeed(feed: LiveFeed, action: LiveAction): LiveFeed {
  switch (action.type) {
    case 'arrived':
      return arrive(feed, action.arrivals);
    case 'paused':
      return settle({ ...feed, paused: action.paused });
    case 'reading':
      return feed.reading === action.reading ? feed : settle({ ...feed, reading: action.reading });
    case 'released':
      return release(feed);
    case 'cleared':
      return { ...EMPTY_FEED, paused: feed.paused };
  }
}

function arrive(feed: LiveFeed, arrivals: readonly Arrival[]): LiveFeed {
  const known = new Set<string>();
  for (const { key } of feed.items) known.add(key);
  for (const { key } of feed.held) known.add(key);
  const events: LiveEvent[] = [];
  const added: LiveItem[] = [];
  const fresh = feed.received > 0 && arrivals.length <= TRICKLE;
  for (const arrival of arrivals) {
    const key = keyOf(arrival);
    // A reconnected stream tells again what it remembers.
    if (known.has(key)) continue;
    known.add(key);
    events.push(arrival.event);
    added.push({ key, event: arrival.event, fresh });
  }
  if (added.length === 0) return feed;
  return settle({
    ...feed,
    held: [...added.reverse(), ...feed.held].slice(0, MEMORY),
    names: countNames(feed.names, events),
    pulse: addToPulse(feed.pulse, events),
    received: feed.received + events.length,
  });
}

/** Lets the held lines in unless something keeps the list still. */
function settle(feed: LiveFeed): LiveFeed {
  return feed.paused || feed.reading ? feed : release(feed);
}

function release(feed: LiveFeed): LiveFeed {
  if (feed.held.length === 0) return feed;
  return { ...feed, items: [...feed.held, ...feed.items].slice(0, MEMORY), held: [] };
}

function keyOf({ id, event }: Arrival): string {
  // The stream's id alone is not enough: a restarted server counts from the beginning again.
  return `${id}/${event.kind}/${event.event_id ?? ''}/${event.received_at}`;
}

function countNames(
  names: ReadonlyMap<string, number>,
  events: readonly LiveEvent[],
): ReadonlyMap<string, number> {
  const counted = new Map(names);
  for (const { event } of events) {
    if (event === '' || (!counted.has(event) && counted.size >= MAX_NAMES)) continue;
    counted.set(event, (counted.get(event) ?? 0) + 1);
  }
  return counted;
}
