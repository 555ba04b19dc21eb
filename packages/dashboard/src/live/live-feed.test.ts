import { describe, expect, it } from 'vitest';
import { fakeLiveEvent } from './fake-live-event.js';
import { type Arrival, EMPTY_FEED, liveFeed, type LiveFeed, MEMORY } from './live-feed.js';

const arrivals = (from: number, to: number): Arrival[] =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const id = from + index;
    return {
      id: String(id),
      event: fakeLiveEvent({ event_id: `e${id}`, received_at: 1_000 * id }),
    };
  });
const arrive = (feed: LiveFeed, from: number, to: number) =>
  liveFeed(feed, { type: 'arrived', arrivals: arrivals(from, to) });
const ids = (items: LiveFeed['items']) => items.map(({ event }) => event.event_id);

describe('given a running feed', () => {
  it('shows the newest first', () => {
    const feed = arrive(arrive(EMPTY_FEED, 1, 2), 3, 4);
    expect(ids(feed.items)).toEqual(['e4', 'e3', 'e2', 'e1']);
    expect(feed.held).toEqual([]);
  });

  it('keeps a thousand, whatever arrives at once', () => {
    const feed = arrive(arrive(EMPTY_FEED, 1, 900), 901, 2_500);
    expect(feed.items).toHaveLength(MEMORY);
    expect(feed.items[0]?.event.event_id).toBe('e2500');
    expect(feed.items.at(-1)?.event.event_id).toBe('e1501');
    expect(feed.received).toBe(2_500);
  });

  it('takes a line that a reconnected stream tells again only once', () => {
    const once = arrive(EMPTY_FEED, 1, 3);
    const again = liveFeed(once, { type: 'arrived', arrivals: arrivals(2, 4) });
    expect(ids(again.items)).toEqual(['e4', 'e3', 'e2', 'e1']);
    expect(again.received).toBe(4);
    expect(again.names.get('user_action')).toBe(4);
    expect(liveFeed(once, { type: 'arrived', arrivals: arrivals(1, 3) })).toBe(once);
  });

  it('shows a second delivery of an event beside the first', () => {
    const first = { id: '1', event: fakeLiveEvent() };
    const second = { id: '2', event: fakeLiveEvent({ kind: 'duplicate', stored_at: null }) };
    const feed = liveFeed(EMPTY_FEED, { type: 'arrived', arrivals: [first, second] });
    expect(feed.items.map(({ event }) => event.kind)).toEqual(['duplicate', 'stored']);
  });

  it('does not mistake a restarted server, which counts from 1 again, for a repetition', () => {
    const feed = arrive(EMPTY_FEED, 1, 1);
    const restarted = { id: '1', event: fakeLiveEvent({ event_id: 'other', received_at: 99_000 }) };
    expect(liveFeed(feed, { type: 'arrived', arrivals: [restarted] }).items).toHaveLength(2);
  });

  it('marks a trickle as fresh, and neither the first heap nor a flood', () => {
    const replayed = arrive(EMPTY_FEED, 1, 3);
    const trickled = arrive(replayed, 4, 5);
    const flooded = arrive(trickled, 6, 60);
    expect(replayed.items.some(({ fresh }) => fresh)).toBe(false);
    expect(trickled.items.filter(({ fresh }) => fresh)).toHaveLength(2);
    expect(flooded.items.filter(({ fresh }) => fresh)).toHaveLength(2);
  });

  it('stops counting new names once a tenant puts ids into them', () => {
    const named = Array.from({ length: 700 }, (_, index) => ({
      id: String(index),
      event: fakeLiveEvent({ event: `order_${index}`, event_id: `e${index}` }),
    }));
    expect(liveFeed(EMPTY_FEED, { type: 'arrived', arrivals: named }).names.size).toBe(500);
  });
});

describe('given a reader who must not be disturbed', () => {
  it('holds what arrives while paused, counts it, and lets it in on resuming', () => {
    const paused = liveFeed(arrive(EMPTY_FEED, 1, 1), { type: 'paused', paused: true });
    const later = arrive(paused, 2, 3);
    expect(later.items).toBe(paused.items);
    expect(ids(later.held)).toEqual(['e3', 'e2']);
    expect(later.received).toBe(3);
    const resumed = liveFeed(later, { type: 'paused', paused: false });
    expect(ids(resumed.items)).toEqual(['e3', 'e2', 'e1']);
    expect(resumed.held).toEqual([]);
  });

  it('keeps the list still while reading, and stays still when resumed in the middle of it', () => {
    let feed = arrive(EMPTY_FEED, 1, 1);
    feed = liveFeed(feed, { type: 'reading', reading: true });
    feed = liveFeed(feed, { type: 'paused', paused: true });
    feed = arrive(feed, 2, 2);
    feed = liveFeed(feed, { type: 'paused', paused: false });
    expect(ids(feed.items)).toEqual(['e1']);
    feed = liveFeed(feed, { type: 'reading', reading: false });
    expect(ids(feed.items)).toEqual(['e2', 'e1']);
  });

  it('lets the held in on request without resuming', () => {
    let feed = liveFeed(EMPTY_FEED, { type: 'paused', paused: true });
    feed = liveFeed(arrive(feed, 1, 2), { type: 'released' });
    expect(ids(feed.items)).toEqual(['e2', 'e1']);
    expect(ids(arrive(feed, 3, 3).held)).toEqual(['e3']);
  });

  it('holds no more than it could show', () => {
    const feed = arrive(liveFeed(EMPTY_FEED, { type: 'paused', paused: true }), 1, 1_400);
    expect(feed.held).toHaveLength(MEMORY);
    expect(feed.held[0]?.event.event_id).toBe('e1400');
  });

  it('forgets everything but the pause when the project changes', () => {
    const feed = arrive(liveFeed(EMPTY_FEED, { type: 'paused', paused: true }), 1, 3);
    expect(liveFeed(feed, { type: 'cleared' })).toEqual({ ...EMPTY_FEED, paused: true });
  });
});
