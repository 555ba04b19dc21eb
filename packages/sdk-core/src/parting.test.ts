import { CONTROL_EVENTS } from '@px-platform/protocol';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.js';
import { parseOptions, type CoreOptions } from './options.js';
import { PRIORITIES, type QueueStorage } from './platform.js';
import {
  acceptAll,
  createMortalPage,
  fakePlatform,
  fakeSibling,
  jsonResponse,
  settlePromises,
  type FakePlatform,
} from './testing/index.js';

function setUp(platform: FakePlatform = fakePlatform(), overrides: Partial<CoreOptions> = {}) {
  const { options } = parseOptions(
    { apiKey: 'k', projectId: 'p', ...overrides },
    { endpoint: '/px' },
  );
  const client = createClient({ platform, options: options! });
  const sent = () => platform.transport.batches().flatMap(({ events }) => events);
  return { client, platform, sent, names: () => sent().map(({ event }) => event) };
}

const never = () => new Promise<never>(() => {});
const hung: QueueStorage = { append: never, read: never, remove: never, clear: never };
const refusing = (): Promise<never> => Promise.reject(new Error('refused'));
const refused: QueueStorage = {
  append: refusing,
  read: refusing,
  remove: refusing,
  clear: refusing,
};
const throwing = (): never => {
  throw new Error('thrown');
};
const thrown: QueueStorage = {
  append: throwing,
  read: throwing,
  remove: throwing,
  clear: throwing,
};
const stored = ({ queueStorage }: FakePlatform) =>
  queueStorage.read({ limit: Infinity, maxBytes: Infinity });
const spilled = ({ storage }: FakePlatform) => storage.keys().filter((key) => key.startsWith('q:'));

describe('given a page that goes out of sight', () => {
  it('hands over a whole burst in one request where it fits, though it is more than a usual batch', async () => {
    const { client, platform, names } = setUp();
    platform.transport.hasRoom = () => true;
    for (let index = 0; index < 300; index++) client.track(`burst ${index}`);
    platform.hide();
    expect(platform.transport.partings).toHaveLength(1);
    expect(names()).toHaveLength(300);
    await settlePromises();
    expect(client.stats()).toMatchObject({ delivered: 300, pending: 0 });
    expect(spilled(platform)).toEqual([]);
  });

  it('makes one request a session, for each has its own clock correction', async () => {
    const { client, platform } = setUp();
    client.track('a');
    client.reset();
    client.track('b');
    platform.hide();
    expect(platform.transport.partings).toHaveLength(2);
    const batches = platform.transport.batches();
    expect(batches.map(({ events }) => events.map(({ event }) => event))).toEqual([['a'], ['b']]);
    await settlePromises();
    expect(client.stats()).toMatchObject({ delivered: 2, pending: 0 });
  });

  it('leaves with the browser what found no room, and takes it back when it is seen again', async () => {
    const { client, platform } = setUp();
    platform.transport.hasRoom = ({ body }) => body.length < 10_000;
    platform.transport.canLeave = true;
    platform.transport.answer(never);
    for (let index = 0; index < 3; index++) client.track(`e${index}`, { text: 'x'.repeat(6_000) });
    platform.hide();
    const { left, partings } = platform.transport;
    const parted = partings.length;
    expect(parted).toBeGreaterThan(0);
    expect(left.length + parted).toBeGreaterThanOrEqual(2);
    platform.hide();
    platform.show();
    expect(left).toEqual([]);
    platform.transport.answer(acceptAll);
    await platform.clock.advance(60_000);
    expect(client.stats()).toMatchObject({ delivered: 3, pending: 0 });
  });

  it('takes it back, too, when it is not seen again but lives on', async () => {
    const { client, platform } = setUp();
    platform.transport.hasRoom = () => false;
    platform.transport.canLeave = true;
    client.track('once');
    platform.hide();
    expect(platform.transport.left).toHaveLength(1);
    await platform.clock.advance(3_000);
    expect(platform.transport.left).toEqual([]);
    expect(client.stats()).toMatchObject({ delivered: 1, pending: 0 });
  });

  it('does not let the collector measure the clock by a request that may come hours later', async () => {
    const { client, platform } = setUp();
    platform.transport.hasRoom = () => false;
    platform.transport.canLeave = true;
    client.track('a');
    platform.hide();
    const skewOf = () => JSON.parse(platform.transport.left[0]!.body) as object;
    expect(skewOf()).toMatchObject({ skew_ms: 0 });
    platform.show();
    platform.transport.answer((_, batch) =>
      jsonResponse(200, {
        accepted: batch.events.length,
        received_at: 0,
        skew_ms: 86_400_000,
        results: [],
      }),
    );
    await client.flush();
    client.reset();
    client.track('b');
    platform.hide();
    expect(skewOf()).toMatchObject({ skew_ms: 86_400_000 });
  });

  it('has all of a burst found by the next page where the database never answered', async () => {
    const platform = fakePlatform();
    const mortal = createMortalPage({ ...platform, queueStorage: hung });
    platform.transport.answer(never);
    const { client } = setUp({ ...platform, ...mortal.ports, transport: platform.transport });
    for (let index = 0; index < 500; index++) client.track(`burst ${index}`);
    platform.hide();
    mortal.vanish();
    const next = setUp(fakeSibling(platform));
    await platform.clock.advance(20_000);
    expect(new Set(next.names()).size).toBe(500);
    expect(spilled(platform)).toEqual([]);
  });

  it('hands over its own when other tabs go with it, each event once', async () => {
    const a = fakePlatform();
    const platforms = [a, fakeSibling(a, 3), fakeSibling(a, 4)];
    const tabs = platforms.map((platform) => setUp(platform));
    for (let index = 0; index < 5; index++) {
      for (const [number, { client }] of tabs.entries()) client.track(`tab ${number} ${index}`);
      await a.clock.advance(5);
    }
    for (const platform of platforms) platform.hide();
    const names = tabs.flatMap((tab) => tab.names());
    expect(names).toHaveLength(15);
    expect(new Set(names).size).toBe(15);
    await a.clock.advance(30_000);
    expect(tabs.flatMap((tab) => tab.names())).toHaveLength(15);
    expect(tabs.map(({ client }) => client.stats().delivered)).toEqual([5, 5, 5]);
  });

  it('tells a sibling, which delivers what the page could not', async () => {
    const a = fakePlatform();
    const b = fakeSibling(a);
    const mortal = createMortalPage({ ...a, queueStorage: hung });
    a.transport.hasRoom = () => false;
    const leaving = setUp({ ...a, ...mortal.ports, transport: a.transport });
    const staying = setUp(b);
    await b.clock.advance(1_500);
    leaving.client.track('left behind');
    await settlePromises();
    a.hide();
    mortal.vanish();
    await b.clock.advance(15_000);
    expect(staying.names()).toEqual(['left behind']);
  });
});

describe('given a database that fails', () => {
  it.each([
    ['refuses', refused, 500],
    ['throws', thrown, 500],
    ['hangs', hung, 2_500],
  ])(
    'and %s, goes on in the small store, where the next page finds what was not sent',
    async (_, queueStorage, ms) => {
      const platform = fakePlatform();
      const mortal = createMortalPage({ ...platform, queueStorage });
      const { client } = setUp({ ...platform, ...mortal.ports, transport: platform.transport });
      platform.transport.answer(() => jsonResponse(503, {}));
      for (let index = 0; index < 20; index++) client.track(`x${index}`);
      await platform.clock.advance(ms);
      expect(spilled(platform)).toHaveLength(20);
      mortal.vanish();
      const next = setUp(fakeSibling(platform));
      await platform.clock.advance(60_000);
      expect(next.names()).toHaveLength(20);
      expect(spilled(platform)).toEqual([]);
      expect(platform.logs.filter(({ message }) => message.includes('storage'))).toHaveLength(1);
    },
  );

  it.each([
    ['refuses', refused],
    ['throws', thrown],
    ['hangs', hung],
  ])('and %s, delivers all the same, and says so once', async (_, queueStorage) => {
    const platform = fakePlatform({ queueStorage });
    const { client } = setUp(platform);
    client.track('x');
    await platform.clock.advance(20_000);
    client.track('y');
    await platform.clock.advance(20_000);
    expect(client.stats()).toEqual({ accepted: 2, delivered: 2, pending: 0, dropped: {} });
    expect(platform.logs).toHaveLength(1);
  });

  it('has a sibling with the same trouble send it once', async () => {
    const a = fakePlatform({ queueStorage: refused });
    const b = fakeSibling(a);
    const [one, two] = [setUp(a), setUp(b)];
    one.client.track('a');
    two.client.track('b');
    await a.clock.advance(10_000);
    expect([...one.names(), ...two.names()].sort()).toEqual(['a', 'b']);
    expect(spilled(a)).toEqual([]);
    expect(one.client.stats().pending + two.client.stats().pending).toBe(0);
  });

  it('takes no more than its part of the small store, and keeps the rest in memory', async () => {
    const platform = fakePlatform({ queueStorage: refused });
    const { client } = setUp(platform);
    platform.transport.answer(() => jsonResponse(503, {}));
    for (let index = 0; index < 60; index++)
      client.track(`x${index}`, { text: 'x'.repeat(30_000) });
    await platform.clock.advance(1_000);
    const characters = platform.storage
      .keys()
      .reduce((sum, key) => sum + platform.storage.get(key)!.length, 0);
    expect(characters).toBeGreaterThan(900 * 1024);
    expect(characters).toBeLessThan(1_050 * 1024);
    platform.transport.answer(acceptAll);
    await platform.clock.advance(300_000);
    expect(client.stats()).toMatchObject({ dropped: {}, pending: 0 });
  });

  it('tells the collector of each step down', async () => {
    const platform = fakePlatform({ queueStorage: refused });
    const { client, sent } = setUp(platform);
    client.track('x');
    await platform.clock.advance(62_000);
    client.track('y');
    await platform.clock.advance(3_000);
    const reports = sent().filter(({ event }) => event === CONTROL_EVENTS.delivery);
    expect(reports.map(({ properties }) => properties)).toEqual([
      { dropped: {}, storage_falls: 1 },
    ]);
  });
});

describe('given more than fits', () => {
  it('drops what is of least worth first, and the oldest of that', async () => {
    const { client, platform, names } = setUp(fakePlatform(), { maxQueueEvents: 6 });
    platform.transport.answer(() => jsonResponse(503, {}));
    const order = ['control', 'custom', 'autocapture', 'vitals', 'replay'] as const;
    for (const kind of [...order, ...order]) client.track(kind, {}, { priority: PRIORITIES[kind] });
    await settlePromises();
    expect(client.stats().dropped).toEqual({ queue_full: 4 });
    platform.transport.answer(acceptAll);
    platform.transport.requests.length = 0;
    await client.flush();
    expect(names()).toEqual([
      'control',
      'custom',
      'autocapture',
      'control',
      'custom',
      'autocapture',
    ]);
  });

  it('counts bytes, too, and what earlier pages left', async () => {
    const platform = fakePlatform();
    platform.transport.answer(() => jsonResponse(503, {}));
    const options = { maxQueueBytes: 64 * 1024 };
    const text = 'x'.repeat(10_000);
    for (let page = 0; page < 3; page++) {
      const { client } = setUp(fakeSibling(platform, 50 + page), options);
      for (let index = 0; index < 4; index++) client.track(`page ${page}`, { text });
      await platform.clock.advance(10);
    }
    const left = await stored(platform);
    expect(left.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(64 * 1024);
    expect(
      left.map(({ json }) => json.slice(json.indexOf('page'), json.indexOf('page') + 6)),
    ).toEqual(['page 1', 'page 1', 'page 2', 'page 2', 'page 2', 'page 2']);
  });

  it('takes ten thousand in one task, writes them in pieces, and does not slow down', async () => {
    const platform = fakePlatform();
    const sizes: number[] = [];
    const { append } = platform.queueStorage;
    const { client } = setUp({
      ...platform,
      queueStorage: {
        ...platform.queueStorage,
        append(entries) {
          sizes.push(entries.length);
          return append(entries);
        },
      },
    });
    platform.goOffline();
    for (let index = 0; index < 10_000; index++) client.track('x');
    await client.flush();
    expect(sizes).toEqual(Array(10).fill(1_000));
    expect(client.stats()).toMatchObject({ accepted: 10_000, pending: 10_000 });
  });
});

describe('given a page that is ended without a farewell', () => {
  it('has asked the database to keep a thousand events of one task before the turn is over', async () => {
    const asked: string[] = [];
    const platform = fakePlatform();
    const { client } = setUp({
      ...platform,
      queueStorage: {
        ...platform.queueStorage,
        // The answer would come in a turn that the page does not live to see.
        append(entries) {
          asked.push(...entries.map(({ key }) => key));
          return never();
        },
      },
    });
    for (let index = 0; index < 1_000; index++) client.track('burst');
    await settlePromises();
    expect(new Set(asked).size).toBe(1_000);
  });
});

describe('given events that have waited for more than a week', () => {
  it('drops what an earlier page left, and counts it; never its own', async () => {
    const platform = fakePlatform();
    const before = createMortalPage(platform);
    const { client } = setUp({ ...platform, ...before.ports, transport: platform.transport });
    platform.goOffline();
    client.track('old');
    await settlePromises();
    before.vanish();
    await platform.clock.advance(7 * 86_400_000 + 120_000);
    const next = setUp(fakeSibling(platform));
    next.client.track('new');
    await next.client.flush();
    expect(next.names()).toEqual(['new']);
    expect(next.client.stats()).toEqual({
      accepted: 2,
      delivered: 1,
      pending: 0,
      dropped: { expired: 1 },
    });
  });
});

describe('given losses', () => {
  const reportsOf = ({ sent }: ReturnType<typeof setUp>) =>
    sent()
      .filter(({ event }) => event === CONTROL_EVENTS.delivery)
      .map(({ properties }) => properties);

  it('tells of them once a minute, by reason, each once', async () => {
    const page = setUp();
    const { client, platform } = page;
    for (let seconds = 0; seconds < 180; seconds++) {
      client.track('');
      client.track('x');
      await platform.clock.advance(1_000);
    }
    await platform.clock.advance(120_000);
    const reports = reportsOf(page);
    expect(reports.length).toBeGreaterThanOrEqual(3);
    expect(reports.length).toBeLessThanOrEqual(4);
    const counts = reports.map(
      (report) => (report as { dropped: { invalid_name: number } }).dropped.invalid_name,
    );
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(180);
    expect(client.stats()).toMatchObject({ dropped: { invalid_name: 180 }, pending: 0 });
  });

  it('tells of them when the page goes, and is not set off by the loss of what it tells', async () => {
    const page = setUp();
    const { client, platform } = page;
    platform.transport.answer((_, { events }) =>
      jsonResponse(200, {
        accepted: 0,
        received_at: 0,
        skew_ms: 0,
        results: events.map(({ event_id }, index) => ({
          event_id,
          index,
          status: 'drop',
          code: 'unknown_control_event',
        })),
      }),
    );
    client.track('');
    platform.hide();
    await settlePromises();
    expect(reportsOf(page)).toEqual([{ dropped: { invalid_name: 1 }, storage_falls: 0 }]);
    platform.show();
    for (let minutes = 0; minutes < 5; minutes++) {
      await platform.clock.advance(60_000);
      platform.hide();
      platform.show();
    }
    expect(reportsOf(page)).toHaveLength(1);
    expect(client.stats().dropped).toEqual({ invalid_name: 1, unknown_control_event: 1 });
  });

  it('tells nothing of what a person did not agree to, and nothing at all while they do not', async () => {
    const page = setUp();
    const { client, platform } = page;
    client.track('');
    client.setConsent('denied');
    for (let index = 0; index < 5; index++) client.track('x');
    await platform.clock.advance(200_000);
    platform.hide();
    platform.show();
    await client.flush();
    expect(platform.transport.requests).toEqual([]);
    client.setConsent('granted');
    client.track('');
    await platform.clock.advance(1_000);
    platform.hide();
    expect(reportsOf(page)).toEqual([{ dropped: { invalid_name: 1 }, storage_falls: 0 }]);
  });
});
