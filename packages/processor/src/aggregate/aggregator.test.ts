import { describe, expect, it } from 'vitest';
import type { AggregatedMinute } from '@px-platform/protocol';
import type { EventStore } from '@px-platform/store';
import { acceptedEvent } from '../../test/events.js';
import { createAggregator } from './aggregator.js';

const NOW = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;

/** An aggregator on a store that answers what the test says, and a log that keeps what it is given. */
function open({ capacity = 100 } = {}) {
  let revision = 100;
  const published: AggregatedMinute[] = [];
  const reads: string[][] = [];
  const state = { count: 1, isAway: false, skipped: 0 };
  const query = async ({ params }: Parameters<EventStore['query']>[0]) => {
    const minutes = [...(params['minutes'] as readonly string[])];
    reads.push(minutes);
    revision += 50;
    return minutes.map((minute) => ({
      tenant_id: 't',
      project_id: 'p',
      minute_s: Number(minute),
      event_name: '',
      page: '',
      all_events: 1,
      all_pages: 1,
      count: state.count,
      people: 1,
      sessions: 1,
      errors: 0,
      frustrations: 0,
      conversions: 0,
      revision,
    }));
  };
  const aggregator = createAggregator({
    eventStore: { query: query as unknown as EventStore['query'] },
    eventLog: {
      async append(_, records) {
        if (state.isAway) throw new Error('no broker');
        published.push(...records.map(({ value }) => value as AggregatedMinute));
      },
    },
    conversions: [],
    onSkipped: (events) => (state.skipped += events),
    clock: () => NOW,
    capacity,
  });
  const touch = (...ago: readonly number[]) =>
    aggregator.touch(ago.map((each) => acceptedEvent('p', { timestamp: NOW - each })));
  return { aggregator, touch, published, reads, state };
}

describe('given minutes that are touched again and again', () => {
  it('publishes a total twice, by two readings, before it holds it to be known', async () => {
    const { aggregator, touch, published, state } = open();
    for (const count of [2, 2, 2, 3, 3, 3]) {
      state.count = count;
      touch(0);
      await aggregator.publish('fresh');
    }
    expect(published.map(({ count, revision }) => [count, revision])).toEqual([
      [2, 150],
      [2, 200],
      [3, 300],
      [3, 350],
    ]);
  });

  it('reads each once, and nothing that nobody touched', async () => {
    const { aggregator, touch, reads } = open();
    touch(0, 1, 2, MINUTE, MINUTE + 5);
    await aggregator.publish('fresh');
    await aggregator.publish('fresh');
    expect(reads.map((minutes) => minutes.length)).toEqual([3]);
  });

  it('keeps late ones apart from those under way', async () => {
    const { aggregator, touch, reads } = open();
    touch(0, 3_600_000, 7_200_000);
    await aggregator.publish('fresh');
    expect(reads).toEqual([[String(NOW / 1_000)]]);
    await aggregator.publish('late');
    expect(reads[1]).toHaveLength(2);
  });
});

describe('given a log that is away', () => {
  it('keeps what is touched until it is published', async () => {
    const { aggregator, touch, published, state } = open();
    state.isAway = true;
    touch(0);
    await expect(aggregator.publish('fresh')).rejects.toThrow('no broker');
    state.isAway = false;
    await aggregator.publish('fresh');
    expect(published).toHaveLength(1);
  });
});

describe('given more minutes than there is room for, or that are too old', () => {
  it('says how many events are left out', () => {
    const { touch, state } = open({ capacity: 2 });
    touch(0, MINUTE, 2 * MINUTE, 2 * MINUTE, 8 * 86_400_000);
    expect(state.skipped).toBe(3);
    touch(0, MINUTE);
    expect(state.skipped).toBe(3);
  });
});
