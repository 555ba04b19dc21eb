import { expect, it, describe } from 'vitest';
import { EMPTY_ENRICHMENT, type CriticalEntry, type JsonObject } from '@px-platform/protocol';
import type { Streams } from '@px-platform/store';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { acceptedEvent } from '../../test/events.js';
import { schemaErrors } from '../../test/schemas.js';
import { createCriticalFeed, CRITICAL_STREAM } from './critical-feed.js';
import type { CriticalCandidate } from './rule.js';
import { criticalRules } from './rules/index.js';

const T = Date.UTC(2026, 10, 20, 12);
const quiet = { info() {}, warn() {}, error() {} };
const errorsOf = schemaErrors('events-critical');

function candidate(
  event: string,
  properties: JsonObject = {},
  { at = T, project = 'shop' }: { readonly at?: number; readonly project?: string } = {},
): CriticalCandidate {
  const accepted = acceptedEvent(project, { timestamp: at, event, properties });
  return { ...accepted, enrichment: { ...EMPTY_ENRICHMENT, properties, page_template: '/pay' } };
}

function open({ now = T, streams = createMemoryStreams(), capacity = 100 } = {}) {
  let lost = 0;
  const feed = createCriticalFeed({
    rules: criticalRules,
    streams,
    counters: createMemoryCounters({ now: () => now, capacity }),
    onLoss: (entries) => (lost += entries),
    clock: () => now,
    log: quiet,
  });
  const entries = async (): Promise<CriticalEntry[]> => {
    await feed.settled();
    const told: CriticalEntry[] = [];
    const stop = await streams.subscribe<CriticalEntry>(CRITICAL_STREAM, {}, ({ value }) =>
      told.push(value),
    );
    await stop();
    return told;
  };
  return { feed, entries, lost: () => lost };
}

describe('given sign-ups, payments and rage among other events', () => {
  it('tells of them, with what they say of themselves and nothing of the person', async () => {
    const { feed, entries } = open();
    feed.stored([
      candidate('page_view'),
      candidate('Signed Up', { email: 'ana@example.com' }),
      candidate('purchase', { total: 19.9, currency: 'brl', card: '4111' }),
      candidate('Order Completed', { revenue: '12', value: 12 }),
      candidate('rage_click', { clicks: 5, text: 'Pay now, Ana' }),
      candidate('constructor'),
    ]);
    const told = await entries();
    expect(told.map(({ rule, event, detail }) => [rule, event, detail])).toEqual([
      ['sign_up', 'Signed Up', {}],
      ['payment', 'purchase', { amount: 19.9, currency: 'BRL' }],
      ['payment', 'Order Completed', { amount: 12 }],
      ['rage_click', 'rage_click', { clicks: 5 }],
    ]);
    expect(told.flatMap(errorsOf)).toEqual([]);
    expect(told[0]).toMatchObject({
      tenant_id: 't',
      project_id: 'shop',
      timestamp: T,
      page: '/pay',
    });
    expect(JSON.stringify(told)).not.toMatch(/ana|4111/i);
  });

  it('tells of each once, and of one whose entry was lost when it is read again', async () => {
    const { feed, entries } = open();
    const [first, second] = [candidate('purchase'), candidate('purchase')];
    feed.stored([first]);
    feed.again([first, second, candidate('page_view')]);
    feed.again([second]);
    const told = (await entries()).map(({ event_id }) => event_id);
    expect(told).toEqual([first.event.event_id, second.event.event_id]);
  });

  it('takes what happened more than a day ago for history, such as an import', async () => {
    const { feed, entries } = open();
    const dayAgo = T - 24 * 3_600_000;
    feed.stored([
      candidate('purchase', {}, { at: dayAgo - 1 }),
      candidate('signup', {}, { at: dayAgo }),
    ]);
    expect((await entries()).map(({ rule }) => rule)).toEqual(['sign_up']);
  });
});

describe('given errors', () => {
  const error = (group: string, more: JsonObject = {}, at = T) =>
    candidate('error', { group, ...more }, { at });

  it('tells of ten of one group within a minute, once a minute, and of nine not', async () => {
    const { feed, entries } = open();
    feed.stored(Array.from({ length: 9 }, () => error('g1')));
    feed.stored(Array.from({ length: 9 }, () => error('g2')));
    expect(await entries()).toEqual([]);
    feed.stored([error('g1'), error('g1'), error('g1')]);
    const told = await entries();
    expect(told.map(({ rule, detail }) => [rule, detail])).toEqual([
      ['error_burst', { group: 'g1', errors: 10 }],
    ]);
  });

  it('counts as many as an event stands for, bounded, and nothing twice', async () => {
    const { feed, entries } = open();
    const nine = error('g1', { count: 9 });
    feed.stored([nine, error('g2', { count: 1e12 })]);
    feed.again([nine, nine]);
    expect((await entries()).map(({ detail }) => detail)).toEqual([{ group: 'g2', errors: 1_000 }]);
  });

  it('does not add up what lies further apart, other projects, or what came too late to matter', async () => {
    const { feed, entries } = open();
    for (let index = 0; index < 12; index += 1) {
      feed.stored([
        error('slow', {}, T - index * 30_000),
        error('late', {}, T - 3_600_000),
        candidate('error', { group: 'spread' }, { project: `p${index % 3}` }),
      ]);
    }
    expect(await entries()).toEqual([]);
  });

  it('groups what its sender has not, and keeps no word of it', async () => {
    const { feed, entries } = open();
    const said = { type: 'Error', message: 'no user ana@example.com' };
    feed.stored(Array.from({ length: 10 }, () => candidate('error', said)));
    feed.stored(
      Array.from({ length: 10 }, (_, n) => candidate('error', { ...said, message: `m${n}` })),
    );
    const told = await entries();
    expect(told.map(({ detail }) => detail['group'])).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
    ]);
  });
});

describe('given servers that are away', () => {
  it('counts what was not told, waits for nobody, and bounds what is under way', async () => {
    const away: Streams = { ...createMemoryStreams(), publish: async () => 'lost' };
    const { feed, lost } = open({ streams: away });
    feed.stored([candidate('purchase'), candidate('page_view')]);
    await feed.settled();
    expect(lost()).toBe(1);

    const hanging: Streams = { ...createMemoryStreams(), publish: () => new Promise(() => {}) };
    const stuck = open({ streams: hanging });
    stuck.feed.stored(Array.from({ length: 1_500 }, () => candidate('purchase')));
    expect(stuck.lost()).toBe(500);
  });
});
