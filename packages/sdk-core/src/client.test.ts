import { LIMITS, type PxEvent } from '@px-platform/protocol';
import { describe, expect, it, vi } from 'vitest';
import { createClient } from './client.js';
import { parseOptions, type CoreOptions } from './options.js';
import type { Plugin, Who } from './plugins.js';
import type { KeyValueStorage } from './platform.js';
import {
  acceptAll,
  createMemoryKeyValueStorage,
  fakePlatform,
  fakeSibling,
  jsonResponse,
  settlePromises,
  type FakePlatform,
} from './testing/index.js';

function setUp(overrides: Partial<CoreOptions> = {}, platform: FakePlatform = fakePlatform()) {
  const { options } = parseOptions(
    { apiKey: 'px_write_key', projectId: 'shop', ...overrides },
    { endpoint: '/px' },
  );
  const client = createClient({ platform, options: options! });
  const sent = (): PxEvent[] => platform.transport.batches().flatMap(({ events }) => events);
  return { client, platform, sent, names: () => sent().map(({ event }) => event) };
}

/** How many events the database holds. */
const countStored = async ({ queueStorage }: FakePlatform) =>
  (await queueStorage.read({ limit: Infinity, maxBytes: Infinity })).length;

/** The identity that must hold whatever happened. */
function expectBalance(stats: ReturnType<ReturnType<typeof setUp>['client']['stats']>) {
  const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
  expect(stats.accepted).toBe(stats.delivered + stats.pending + dropped);
}

describe('given events are tracked', () => {
  it('sends the first after half a second, in one batch that names sdk, key and project', async () => {
    const { client, platform } = setUp();
    client.track('a');
    client.track('b', { price: 2 });
    await platform.clock.advance(499);
    expect(platform.transport.requests).toHaveLength(0);
    await platform.clock.advance(1);
    expect(platform.transport.requests).toHaveLength(1);
    expect(platform.transport.partings).toHaveLength(0);
    expect(platform.transport.requests[0]).toMatchObject({
      url: '/px/v1/batch?key=px_write_key',
      compress: true,
      timeoutMs: 15_000,
    });
    expect(platform.transport.batches()[0]).toMatchObject({
      sent_at: platform.clock.now(),
      sdk: platform.sdk,
      project_id: 'shop',
      events: [
        { event: 'a', seq: 0 },
        { event: 'b', seq: 1, properties: { price: 2 } },
      ],
    });
    expect(client.stats()).toEqual({ accepted: 2, delivered: 2, pending: 0, dropped: {} });
  });

  it('says what became of each, with debug', async () => {
    const { client, platform } = setUp({
      debug: true,
      beforeSend: (event) => (event.event === 'secret' ? null : event),
    });
    client.track('first');
    client.track('secret');
    await client.flush();
    const said = platform.logs.map(({ message }) => message);
    expect(said).toEqual([
      'px: first taken',
      'px: secret dropped: before_send',
      'px: sent 1 events: HTTP 200',
      'px: first delivered',
    ]);
    const { client: quiet, platform: other } = setUp();
    quiet.track('first');
    await quiet.flush();
    expect(other.logs).toEqual([]);
  });

  it('then waits flushInterval, and not longer', async () => {
    const { client, platform, names } = setUp({ flushInterval: 5_000 });
    await platform.clock.advance(2_000);
    client.track('later');
    await platform.clock.advance(4_999);
    expect(names()).toEqual([]);
    await platform.clock.advance(1);
    expect(names()).toEqual(['later']);
  });

  it('does not wait once bufferSize events are there', async () => {
    const { client, platform, names } = setUp({ bufferSize: 3 });
    for (const name of ['a', 'b', 'c']) client.track(name);
    await platform.clock.advance(0);
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('does not wait once their bytes are more than a parting request may carry', async () => {
    const { client, platform, names } = setUp();
    client.track('large', { text: 'é'.repeat(25_000) });
    await platform.clock.advance(0);
    expect(names()).toEqual(['large']);
  });

  it('keeps quiet when there is nothing: no timer, no request', async () => {
    const { platform } = setUp();
    await platform.clock.advance(3_600_000);
    expect(platform.transport.requests).toHaveLength(0);
    expect(platform.clock.timerCount()).toBe(0);
  });

  it('has one request under way, whoever asks', async () => {
    const { client, platform } = setUp({ bufferSize: 1 });
    let underWay = 0;
    let most = 0;
    platform.transport.answer(async (request, batch) => {
      most = Math.max(most, ++underWay);
      await settlePromises();
      underWay -= 1;
      return acceptAll(request, batch);
    });
    for (let index = 0; index < 20; index++) {
      client.track(`event ${index}`);
      void client.flush();
      await platform.clock.advance(0);
    }
    await client.flush();
    expect(most).toBe(1);
    expect(client.stats()).toMatchObject({ delivered: 20, pending: 0 });
  });

  it('sends more than a batch holds in several, in order', async () => {
    const { client, platform, names } = setUp();
    const expected = Array.from({ length: 250 }, (_, index) => `event ${index}`);
    for (const name of expected) client.track(name);
    await client.flush();
    expect(platform.transport.batches().map(({ events }) => events.length)).toEqual([100, 100, 50]);
    expect(names()).toEqual(expected);
  });

  it('never lets a batch grow beyond 256 KB', async () => {
    const { client, platform } = setUp();
    for (let index = 0; index < 30; index++) client.track('large', { text: 'x'.repeat(30_000) });
    await client.flush();
    for (const { body } of platform.transport.requests)
      expect(body.length).toBeLessThan(258 * 1024);
    expect(client.stats().delivered).toBe(30);
  });
});

describe('given the page vanishes', () => {
  it('has every event durable before it asks to send any', async () => {
    const order: string[] = [];
    const platform = fakePlatform();
    const { queueStorage } = platform;
    const watched = fakePlatform({
      queueStorage: {
        ...queueStorage,
        append: async (entries) => {
          await queueStorage.append(entries);
          order.push(`durable ${entries.length}`);
        },
      },
    });
    watched.transport.answer((request, batch) => {
      order.push(`sent ${batch.events.length}`);
      return acceptAll(request, batch);
    });
    const { client } = setUp({}, watched);
    client.track('a');
    client.track('b');
    await client.flush();
    expect(order).toEqual(['durable 2', 'sent 2']);
  });

  it('finds them on the next page, even those the database had no time for', async () => {
    const first = fakePlatform();
    const hung = fakePlatform({
      storage: first.storage,
      queueStorage: { ...first.queueStorage, append: () => new Promise(() => {}) },
    });
    hung.transport.answer(() => new Promise(() => {}));
    const before = setUp({}, hung);
    for (let index = 0; index < 40; index++)
      before.client.track(`burst ${index}`, { text: 'x'.repeat(3_000) });
    hung.hide();
    // The page is gone in the same turn. Another opens later.
    await first.clock.advance(20_000);
    const after = setUp({}, first);
    await after.client.flush();
    await first.clock.advance(60_000);
    expect(new Set(after.names()).size).toBe(40);
    expect(after.client.stats()).toMatchObject({ delivered: 40, pending: 0 });
  });

  it('finds what the page tracked in its own farewell, too', async () => {
    const first = fakePlatform();
    const hung = fakePlatform({
      storage: first.storage,
      queueStorage: { ...first.queueStorage, append: () => new Promise(() => {}) },
    });
    const before = setUp({}, hung);
    hung.hide();
    for (const name of ['bye', 'bye bye']) before.client.track(name);
    await Promise.resolve();
    const after = setUp({}, first);
    await after.client.flush();
    expect(after.names()).toEqual(['bye', 'bye bye']);
  });

  it('loses nothing when two tabs vanish together, neither having seen what the other wrote', async () => {
    const shared = fakePlatform();
    const lateView = (): KeyValueStorage => {
      const seen = createMemoryKeyValueStorage();
      for (const key of shared.storage.keys()) seen.set(key, shared.storage.get(key)!);
      const both = <T>(write: (storage: KeyValueStorage) => T) =>
        [seen, shared.storage].map(write).at(-1)!;
      return {
        get: seen.get,
        keys: seen.keys,
        set: (key, value) => both((storage) => storage.set(key, value)),
        remove: (key) => both((storage) => storage.remove(key)),
      };
    };
    const queueStorage = { ...shared.queueStorage, append: () => new Promise<void>(() => {}) };
    const tabs = ['one', 'two'].map((name, index) => {
      const tab = fakePlatform({
        storage: lateView(),
        queueStorage,
        randomBytes: (length) => new Uint8Array(length).fill(index),
      });
      tab.transport.answer(() => new Promise(() => {}));
      setUp({}, tab).client.track(name);
      return tab;
    });
    for (const tab of tabs) tab.hide();
    const after = setUp({}, shared);
    await shared.clock.advance(20_000);
    await after.client.flush();
    expect(after.names().sort()).toEqual(['one', 'two']);
    expect(shared.storage.keys().filter((key) => key.startsWith('spill'))).toEqual([]);
  });

  it('sends what it holds with keepalive, within the allowance, and keeps it until answered', async () => {
    const { client, platform, sent } = setUp();
    for (let index = 0; index < 40; index++) client.track('burst', { text: 'x'.repeat(3_000) });
    const answers: (() => void)[] = [];
    platform.transport.answer(
      (request, batch) =>
        new Promise((resolve) => answers.push(() => resolve(acceptAll(request, batch)))),
    );
    platform.hide();
    platform.hide();
    await settlePromises();
    const { partings, requests } = platform.transport;
    expect(partings).toEqual(requests);
    const bytes = partings.reduce((sum, { body }) => sum + body.length, 0);
    expect(bytes).toBeGreaterThan(30_000);
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(new Set(sent().map(({ event_id }) => event_id)).size).toBe(sent().length);
    expect(await countStored(platform)).toBe(40);
    const parted = sent().length;
    for (const answer of answers) answer();
    await settlePromises();
    expect(await countStored(platform)).toBe(40 - parted);
    expect(client.stats()).toMatchObject({ delivered: parted, pending: 40 - parted });
  });

  it('does not have a sibling tab send what is under way, until it must be given up', async () => {
    const a = fakePlatform();
    const b = fakeSibling(a);
    const leaving = setUp({}, a);
    const staying = setUp({}, b);
    a.transport.answer(() => new Promise(() => {}));
    leaving.client.track('once');
    a.hide();
    b.show();
    await a.clock.advance(9_000);
    expect(staying.names()).toEqual([]);
    await a.clock.advance(10_000);
    expect(staying.names()).toEqual(['once']);
  });
});

describe('given two tabs of one origin', () => {
  it('sends each event once, and both books balance', async () => {
    const a = fakePlatform();
    const b = fakeSibling(a);
    const [first, second] = [setUp({}, a), setUp({}, b)];
    for (let index = 0; index < 30; index++) {
      first.client.track(`a${index}`);
      second.client.track(`b${index}`);
      await a.clock.advance(100);
    }
    await Promise.all([first.client.flush(), second.client.flush()]);
    const all = [...first.sent(), ...second.sent()];
    expect(all).toHaveLength(60);
    expect(new Set(all.map(({ event_id }) => event_id)).size).toBe(60);
    // One session, one person, one order.
    expect(new Set(all.map(({ session_id }) => session_id)).size).toBe(1);
    expect(all.map(({ seq }) => seq!).sort((x, y) => x - y)).toEqual(
      Array.from({ length: 60 }, (_, seq) => seq),
    );
    expectBalance(first.client.stats());
    expectBalance(second.client.stats());
    expect(first.client.stats().delivered + second.client.stats().delivered).toBe(60);
    expect(first.client.stats().pending + second.client.stats().pending).toBe(0);
  });
});

describe('given the collector does not answer well', () => {
  it('keeps everything through an outage and delivers after it, asking less and less', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() => jsonResponse(503, { code: 'unavailable', message: '…' }));
    client.track('patient');
    await platform.clock.advance(600_000);
    const asked = platform.transport.requests.length;
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThan(40);
    expect(client.stats()).toMatchObject({ pending: 1, delivered: 0 });
    platform.transport.answer(acceptAll);
    await platform.clock.advance(300_000);
    expect(client.stats()).toMatchObject({ pending: 0, delivered: 1 });
  });

  it('never has more than one timer', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() => jsonResponse(503, {}));
    for (let index = 0; index < 50; index++) {
      client.track('x');
      platform.goOnline();
      await platform.clock.advance(200);
      expect(platform.clock.timerCount()).toBeLessThanOrEqual(1);
    }
  });

  it('holds on to events when the transport breaks its word, and sends them later', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() => Promise.reject(new Error('broken adapter')));
    client.track('kept');
    await platform.clock.advance(5_000);
    expect(client.stats()).toMatchObject({ pending: 1 });
    platform.transport.answer(acceptAll);
    await platform.clock.advance(300_000);
    expect(client.stats()).toMatchObject({ delivered: 1, pending: 0 });
  });

  it('is as quick as the collector asks for while it asks, and never slower than its own interval', async () => {
    const { client, platform } = setUp({ flushInterval: 5_000 });
    const asking = (flushWithinMs: number | undefined) => {
      platform.transport.answer((_request, { events }) =>
        jsonResponse(200, {
          accepted: events.length,
          received_at: 0,
          skew_ms: 0,
          results: [],
          ...(flushWithinMs === undefined ? {} : { flush_within_ms: flushWithinMs }),
        }),
      );
    };
    const delivered = async (afterMs: number) => {
      client.track('x');
      await platform.clock.advance(afterMs);
      return client.stats().delivered;
    };
    asking(250);
    expect(await delivered(500)).toBe(1);
    expect(await delivered(249)).toBe(1);
    await platform.clock.advance(1);
    expect(client.stats().delivered).toBe(2);
    asking(60_000);
    expect(await delivered(250)).toBe(3);
    expect(await delivered(4_999)).toBe(3);
    await platform.clock.advance(1);
    expect(client.stats().delivered).toBe(4);
    asking(0);
    expect(await delivered(5_000)).toBe(5);
    expect(await delivered(99)).toBe(5);
    await platform.clock.advance(1);
    asking(undefined);
    expect(await delivered(100)).toBe(7);
    expect(await delivered(4_999)).toBe(7);
  });

  it('tries again as soon as the network is back', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() => jsonResponse(0, null));
    client.track('offline');
    await platform.clock.advance(100_000);
    platform.transport.answer(acceptAll);
    platform.goOnline();
    await platform.clock.advance(0);
    expect(client.stats().delivered).toBe(1);
  });

  it('says once what is wrong with a key, keeps the events and sends them when it is mended', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() =>
      jsonResponse(401, { code: 'unknown_key', message: 'no such key' }),
    );
    client.track('kept');
    await platform.clock.advance(1_000_000);
    const errors = platform.logs.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]!.message).toMatch(/^px: .*px_write…?.*shop.*no such key.*apiKey/s);
    expect(platform.transport.requests.length).toBeLessThan(10);
    expect(client.stats()).toMatchObject({ pending: 1, delivered: 0 });
    platform.transport.answer(acceptAll);
    await platform.clock.advance(400_000);
    expect(client.stats()).toMatchObject({ pending: 0, delivered: 1 });
  });

  it('halves a batch that is too large down to the one event that is, and grows again', async () => {
    const { client, platform } = setUp();
    platform.transport.answer((request, batch) =>
      request.body.includes('monster') ? jsonResponse(413, '') : acceptAll(request, batch),
    );
    for (let index = 0; index < 16; index++)
      client.track(index === 5 ? 'monster' : `event ${index}`);
    await client.flush();
    expect(client.stats()).toEqual({
      accepted: 16,
      delivered: 15,
      pending: 0,
      dropped: { body_too_large: 1 },
    });
    for (let index = 0; index < 100; index++) client.track('after');
    await client.flush();
    const sizes = platform.transport.batches().map(({ events }) => events.length);
    expect(Math.max(...sizes.slice(-5))).toBeGreaterThan(5);
    expect(client.stats().delivered).toBe(115);
  });
});

describe('given a client whose clock is wrong', () => {
  it("sends back the correction of the session's first answer, the same with every batch", async () => {
    const { client, platform } = setUp();
    const skews = [86_400_000, 86_400_123, 5];
    platform.transport.answer((_, batch) =>
      jsonResponse(200, {
        accepted: batch.events.length,
        received_at: 0,
        skew_ms: skews.shift(),
        results: [],
      }),
    );
    for (const name of ['a', 'b', 'c']) {
      client.track(name);
      await client.flush();
    }
    expect(platform.transport.batches().map(({ skew_ms }) => skew_ms)).toEqual([
      undefined,
      86_400_000,
      86_400_000,
    ]);
  });

  it('keeps time and place in order through a day set back and forward in the middle of a page', async () => {
    const { client, platform, sent } = setUp();
    const { clock } = platform;
    const from = clock.now();
    for (const jump of [0, -86_400_000, 86_400_000, 86_400_000]) {
      clock.setWall(clock.now() + jump);
      client.track('step');
      await clock.advance(1_000);
    }
    await client.flush();
    const steps = sent().filter(({ event }) => event === 'step');
    expect(steps.map(({ seq, timestamp }) => [seq, Number(timestamp) - from])).toEqual([
      [0, 0],
      [1, 1_000],
      [2, 2_000],
      [3, 3_000],
    ]);
    expect(new Set(steps.map(({ session_id }) => session_id)).size).toBe(1);
    // The batch is dated by the same clock, so that the collector's correction fits its events.
    expect(platform.transport.batches().at(-1)!.sent_at).toBeLessThan(from + 60_000);
  });

  it('waits as long as it should when the clock on the wall is set back a day', async () => {
    const { client, platform, names } = setUp();
    client.track('a');
    platform.clock.setWall(platform.clock.now() - 86_400_000);
    client.track('b');
    await platform.clock.advance(1_000);
    expect(names()).toEqual(['a', 'b']);
    const batch = platform.transport.batches()[0]!;
    expect(batch.events.map(({ seq }) => seq)).toEqual([0, 1]);
  });
});

describe('given the storage fails', () => {
  it('goes on in memory, says so once, and loses nothing of this page', async () => {
    const working = fakePlatform();
    const platform = fakePlatform({
      queueStorage: { ...working.queueStorage, append: () => Promise.reject(new Error('quota')) },
    });
    const { client, names } = setUp({}, platform);
    client.track('a');
    client.track('b');
    await client.flush();
    client.track('c');
    await client.flush();
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(client.stats()).toEqual({ accepted: 3, delivered: 3, pending: 0, dropped: {} });
    expect(platform.logs.filter(({ message }) => message.includes('storage'))).toHaveLength(1);
  });

  it('does not wait for a database that hangs', async () => {
    const platform = fakePlatform({
      queueStorage: {
        append: () => new Promise(() => {}),
        read: () => new Promise(() => {}),
        remove: () => new Promise(() => {}),
        clear: () => new Promise(() => {}),
      },
    });
    const { client, names } = setUp({}, platform);
    client.track('a');
    await platform.clock.advance(20_000);
    expect(names()).toEqual(['a']);
    expect(client.stats().delivered).toBe(1);
  });

  it.each([['another event'], ['reading']])(
    'keeps what it knows when the database dies after the write, at %s',
    async (when) => {
      const working = fakePlatform();
      let isDead = false;
      const dieable = <T>(run: () => Promise<T>) =>
        isDead ? Promise.reject(new Error('closed')) : run();
      const storage = working.queueStorage;
      const platform = fakePlatform({
        queueStorage: {
          append: (entries) => dieable(() => storage.append(entries)),
          read: (limits) => dieable(() => storage.read(limits)),
          remove: (keys) => dieable(() => storage.remove(keys)),
          clear: () => dieable(() => storage.clear()),
        },
      });
      const { client, names } = setUp({}, platform);
      client.track('written');
      await settlePromises();
      isDead = true;
      if (when === 'reading') await client.flush();
      client.track('after');
      await client.flush();
      expect(names().sort()).toEqual(['after', 'written']);
      expect(client.stats()).toMatchObject({ accepted: 2, delivered: 2, pending: 0 });
    },
  );
});

describe('given consent', () => {
  it('pending: holds events in memory alone, and sends them once granted', async () => {
    const { client, platform, names } = setUp({ consent: 'pending' });
    client.track('a');
    await platform.clock.advance(60_000);
    platform.hide();
    expect(await countStored(platform)).toBe(0);
    expect(platform.storage.keys().filter((key) => key.startsWith('spill'))).toEqual([]);
    expect(platform.transport.requests).toHaveLength(0);
    expect(client.stats()).toMatchObject({ accepted: 1, pending: 1 });
    client.setConsent('granted');
    await client.flush();
    expect(names()).toEqual(['a']);
  });

  it('denied: discards what was held, records nothing more, and remembers it next time', async () => {
    const { client, platform } = setUp({ consent: 'pending' });
    client.track('a');
    client.setConsent('denied');
    client.track('b');
    client.identify('u-1');
    expect(client.stats()).toEqual({
      accepted: 3,
      delivered: 0,
      pending: 0,
      dropped: { consent: 3 },
    });
    expect(platform.storage.get('anonymous_id')).toBeNull();
    const next = setUp({ consent: 'granted' }, fakePlatform({ storage: platform.storage }));
    next.client.track('c');
    await next.client.flush();
    expect(next.sent()).toEqual([]);
  });

  it('holds in every tab, whichever the person chose in', async () => {
    const one = setUp({ consent: 'pending' });
    const two = setUp({ consent: 'pending' }, fakeSibling(one.platform));
    one.client.track('held');
    two.client.setConsent('granted');
    one.client.track('after');
    await one.client.flush();
    expect(one.names()).toEqual(['held', 'after']);
    two.client.setConsent('denied');
    one.client.track('not this');
    one.client.identify('u-1');
    await one.platform.clock.advance(60_000);
    expect(one.names()).toEqual(['held', 'after']);
    expect(one.client.stats().dropped).toEqual({ consent: 2 });
    expect(one.platform.storage.get('anonymous_id')).toBeNull();
  });

  it('refused in another tab, discards what this one held', () => {
    const one = setUp({ consent: 'pending' });
    one.client.track('held');
    setUp({}, fakeSibling(one.platform)).client.setConsent('denied');
    one.client.track('not this');
    expect(one.client.stats()).toMatchObject({ pending: 0, dropped: { consent: 2 } });
  });

  it('stands for each purpose apart: what is agreed to goes, what is not waits or is gone', async () => {
    const faults: Plugin = {
      name: 'faults',
      purpose: 'errors',
      setup: ({ track }) => track('error'),
    };
    const { client, platform, names } = setUp({
      consent: { analytics: 'pending', errors: 'granted', replay: 'denied' },
      plugins: [faults],
    });
    client.track('held');
    client.track('never', {}, { purpose: 'replay' });
    await client.flush();
    expect(names()).toEqual(['error']);
    // Errors alone give nobody an id that outlives the page.
    expect(platform.storage.keys().filter((key) => key !== 'pace')).toEqual([]);
    expect(client.stats()).toMatchObject({ accepted: 3, pending: 1, dropped: { consent: 1 } });
    client.setConsent({ analytics: 'granted' });
    await client.flush();
    expect(names()).toEqual(['error', 'held']);
    expect(client.getConsent()).toEqual({
      analytics: 'granted',
      errors: 'granted',
      replay: 'denied',
      messages: 'granted',
    });
    expectBalance(client.stats());
  });

  it('is told with every event, as it stood when the event was made', async () => {
    const { client, sent } = setUp({ consent: { analytics: 'pending', replay: 'denied' } });
    client.track('fault', {}, { purpose: 'errors' });
    client.track('held');
    client.setConsent({ analytics: 'granted', messages: 'pending' });
    client.track('after');
    client.setConsent({ replay: 'granted', errors: 'denied' });
    client.identify('ana');
    await client.flush();
    // What waited for the person's answer is recorded on that answer, and carries it.
    expect(sent().map(({ event, context }) => [event, context!.consent])).toEqual([
      ['fault', 'pdgg'],
      ['held', 'gdgp'],
      ['after', 'gdgp'],
      ['$identify', 'ggdp'],
    ]);
  });

  it.each(['pending', 'denied'] as const)(
    '%s: writes to no storage, and opens no database',
    async (consent) => {
      const touched: string[] = [];
      const told = <T extends object>(name: string, target: T): T =>
        new Proxy(target, {
          get(_, member) {
            if (member !== 'get' && member !== 'keys') touched.push(`${name}.${String(member)}`);
            return Reflect.get(target, member) as unknown;
          },
        });
      const { storage, queueStorage } = fakePlatform();
      const platform = fakePlatform({
        storage: told('storage', storage),
        queueStorage: told('queueStorage', queueStorage),
      });
      const { client } = setUp({ consent }, platform);
      client.track('a');
      client.identify('ana');
      client.reset();
      platform.hide();
      platform.show();
      await client.flush();
      await platform.clock.advance(60_000);
      await client.shutdown();
      expect(touched).toEqual([]);
      expect(storage.keys()).toEqual([]);
    },
  );

  it('makes held calls in their order, as of their own time, for who the person then was', async () => {
    const { client, platform, sent } = setUp({ consent: 'pending' });
    const from = platform.clock.now();
    client.track('before');
    await platform.clock.advance(1_000);
    client.identify('ana');
    client.track('as ana');
    client.reset();
    client.track('stranger');
    client.setConsent('granted');
    await client.flush();
    const events = sent().sort((x, y) => (x.event_id < y.event_id ? -1 : 1));
    expect(events.map(({ event, user_id }) => [event, user_id])).toEqual([
      ['before', null],
      ['$identify', 'ana'],
      ['as ana', 'ana'],
      ['stranger', null],
    ]);
    expect(events.map(({ timestamp }) => Number(timestamp) - from)).toEqual([
      0, 1_000, 1_000, 1_000,
    ]);
    expect(events[3]!.anonymous_id).not.toBe(events[0]!.anonymous_id);
    expect(events[3]!.session_id).not.toBe(events[0]!.session_id);
  });

  it('holds no more than maxQueueEvents, and counts those that had to go', async () => {
    const { client, names } = setUp({ consent: 'pending', maxQueueEvents: 2 });
    for (const name of ['a', 'b', 'c']) client.track(name);
    expect(client.stats()).toMatchObject({ pending: 2, dropped: { queue_full: 1 } });
    client.setConsent('granted');
    await client.flush();
    expect(names()).toEqual(['b', 'c']);
  });

  it('is refused by a browser that objects, until the person says otherwise', async () => {
    const objecting = () => fakePlatform({ hasObjected: () => true });
    const { client, names } = setUp({}, objecting());
    client.track('not this');
    expect(client.getConsent()).toEqual({
      analytics: 'denied',
      replay: 'denied',
      messages: 'denied',
      errors: 'granted',
    });
    client.setConsent({ analytics: 'granted' });
    client.track('this');
    await client.flush();
    expect(names()).toEqual(['this']);
    const deaf = setUp({ respectSignals: false }, objecting());
    expect(deaf.client.getConsent().analytics).toBe('granted');
  });

  it('deletes what was kept before the person objected', async () => {
    const first = setUp();
    first.client.track('a');
    await first.platform.clock.advance(100);
    const { storage, queueStorage } = first.platform;
    expect(storage.keys()).toContain('anonymous_id');
    setUp({}, fakePlatform({ storage, queueStorage, hasObjected: () => true }));
    await settlePromises();
    expect(storage.keys()).toEqual([]);
    expect((await queueStorage.read({ limit: 10, maxBytes: Infinity })).length).toBe(0);
  });

  it('keeps the decision and nothing else where the person refuses', () => {
    const { client, platform } = setUp();
    client.track('a');
    client.setConsent('denied');
    expect(platform.storage.keys()).toEqual(['consent']);
    client.setConsent('pending');
    expect(platform.storage.keys()).toEqual([]);
  });

  it('tells plugins when it changes, here or in another tab', () => {
    const heard: string[] = [];
    const watch: Plugin = {
      name: 'watch',
      setup({ consent, onConsent }) {
        heard.push(consent().replay);
        return onConsent(({ replay }) => void heard.push(replay));
      },
    };
    const one = setUp({ consent: { replay: 'pending' }, plugins: [watch] });
    one.client.setConsent({ replay: 'granted' });
    one.client.setConsent({ replay: 'granted' });
    setUp({}, fakeSibling(one.platform)).client.setConsent({ replay: 'denied' });
    one.client.track('anything');
    expect(heard).toEqual(['pending', 'granted', 'denied']);
  });

  it('opting out empties the queue, even of what is being sent or written', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() => new Promise(() => {}));
    for (const name of ['a', 'b']) client.track(name);
    await platform.clock.advance(1_000);
    client.track('c');
    client.setConsent('denied');
    await settlePromises();
    expect(await countStored(platform)).toBe(0);
    expect(client.stats()).toEqual({
      accepted: 3,
      delivered: 0,
      pending: 0,
      dropped: { consent: 3 },
    });
  });
});

describe('given people', () => {
  it('keeps the anonymous id through identify, and starts anew for another person', async () => {
    const { client, sent } = setUp();
    client.track('before');
    client.identify('ana', { plan: 'pro' }, { first: true });
    client.track('after');
    client.identify('bob');
    await client.flush();
    const [before, identify, after, bob] = sent().sort((x, y) =>
      x.event_id < y.event_id ? -1 : 1,
    );
    expect(before).toMatchObject({ user_id: null });
    expect(identify).toMatchObject({
      event: '$identify',
      user_id: 'ana',
      anonymous_id: before!.anonymous_id,
      properties: { $set: { plan: 'pro' }, $set_once: { first: true } },
    });
    expect(after).toMatchObject({ user_id: 'ana', anonymous_id: before!.anonymous_id });
    expect(bob!.user_id).toBe('bob');
    expect(bob!.anonymous_id).not.toBe(before!.anonymous_id);
    expect(bob!.session_id).not.toBe(before!.session_id);
  });

  it('forgets person, device and session at reset', async () => {
    const { client, sent } = setUp();
    client.identify('ana');
    client.reset();
    client.track('stranger');
    await client.flush();
    const [ana, stranger] = sent();
    expect(stranger!.user_id).toBeNull();
    expect(stranger!.anonymous_id).not.toBe(ana!.anonymous_id);
    expect(stranger!.session_id).not.toBe(ana!.session_id);
    expect(stranger!.seq).toBe(0);
  });

  it.each([
    '',
    ' ',
    'null',
    'undefined',
    'NaN',
    '[object Object]',
    'anonymous',
    Number.NaN,
    0,
    {},
    null,
    undefined,
    'x'.repeat(201),
  ])('refuses the impossible id %j with a clear word', (id) => {
    const { client, platform } = setUp();
    client.identify(id as string);
    expect(client.stats()).toMatchObject({ accepted: 1, dropped: { invalid_user_id: 1 } });
    expect(platform.logs).toMatchObject([{ level: 'error' }]);
    expect(platform.logs[0]!.message).toContain('identify(');
    expect(platform.storage.get('user_id')).toBeNull();
  });
});

describe('given more than fits', () => {
  it('drops the oldest beyond maxQueueEvents, counted and said once', async () => {
    const { client, platform, names } = setUp({ maxQueueEvents: 10 });
    platform.transport.answer(() => jsonResponse(503, {}));
    for (let index = 0; index < 25; index++) {
      client.track(`event ${index}`);
      await settlePromises();
    }
    expect(client.stats()).toMatchObject({
      accepted: 25,
      pending: 10,
      dropped: { queue_full: 15 },
    });
    expect(platform.logs.filter(({ message }) => message.includes('maxQueueEvents'))).toHaveLength(
      1,
    );
    platform.transport.requests.length = 0;
    platform.transport.answer(acceptAll);
    await client.flush();
    expect(names()).toEqual(Array.from({ length: 10 }, (_, index) => `event ${index + 15}`));
  });

  it('drops the oldest of a burst in one turn, too', async () => {
    const { client, names } = setUp({ maxQueueEvents: 10 });
    for (let index = 0; index < 25; index++) client.track(`event ${index}`);
    await client.flush();
    expect(names()).toEqual(Array.from({ length: 10 }, (_, index) => `event ${index + 15}`));
    expectBalance(client.stats());
  });

  it("drops an event over the wire's limit, and sends its neighbour", async () => {
    const { client, platform, names } = setUp();
    client.track('huge', { text: 'x'.repeat(LIMITS.eventBytes) });
    client.track('fine');
    await client.flush();
    expect(names()).toEqual(['fine']);
    expect(client.stats()).toEqual({
      accepted: 2,
      delivered: 1,
      pending: 0,
      dropped: { event_too_large: 1 },
    });
    expect(platform.logs[0]!.message).toMatch(/huge is \d+ bytes/);
  });
});

describe('given calls no one should make', () => {
  it.each([undefined, null, '', 7, {}, 'x'.repeat(201), '$set', '$identify'])(
    'refuses the name %j',
    (name) => {
      const { client, platform } = setUp();
      client.track(name as string);
      expect(client.stats()).toEqual({
        accepted: 1,
        delivered: 0,
        pending: 0,
        dropped: { invalid_name: 1 },
      });
      expect(platform.logs).toMatchObject([{ level: 'error' }]);
    },
  );

  it('survives a platform that throws, and says so', () => {
    const platform = fakePlatform({
      context: () => {
        throw new Error('detached');
      },
    });
    const { client } = setUp({}, platform);
    expect(() => client.track('a')).not.toThrow();
    expectBalance(client.stats());
    expect(platform.logs[0]!.message).toMatch(/^px: /);
  });

  it('refuses an unknown consent', () => {
    const { client, platform } = setUp();
    client.setConsent('maybe' as 'granted');
    expect(platform.logs[0]!.message).toContain('"maybe"');
  });
});

describe('given plugins', () => {
  it('lets them edit or drop an event, but not its identity, order or time', async () => {
    const editor: Plugin = {
      name: 'editor',
      setup: () => {},
      beforeSend: (event) =>
        event.event === 'secret'
          ? null
          : { ...event, event_id: 'forged', seq: 99, timestamp: 0, properties: { edited: true } },
    };
    const { client, sent } = setUp({ plugins: [editor] });
    client.track('open');
    client.track('secret');
    await client.flush();
    expect(sent()).toHaveLength(1);
    expect(sent()[0]).toMatchObject({ event: 'open', seq: 0, properties: { edited: true } });
    expect(sent()[0]!.event_id).not.toBe('forged');
    expect(client.stats().dropped).toEqual({ before_send: 1 });
  });

  it("has the page's own beforeSend edit last, drop, and see what came before init", async () => {
    const seen: unknown[] = [];
    const { options } = parseOptions(
      {
        apiKey: 'k',
        projectId: 'shop',
        plugins: [
          {
            name: 'mark',
            setup() {},
            beforeSend: (event: PxEvent) => ({ ...event, properties: { mark: 1 } }),
          },
        ],
        beforeSend(event: PxEvent) {
          seen.push(event.properties);
          if (event.event === 'secret') return null;
          Object.assign(event.properties!, { edited: true });
          return undefined;
        },
      },
      { endpoint: '/px' },
    );
    const platform = fakePlatform();
    const client = createClient({
      platform,
      options: options!,
      begin: (client) => client.track('early'),
    });
    client.track('secret');
    await client.flush();
    expect(seen).toEqual([{ mark: 1, edited: true }, { mark: 1 }]);
    expect(platform.transport.batches()[0]!.events).toMatchObject([
      { event: 'early', properties: { mark: 1, edited: true } },
    ]);
  });

  it('lets them put something in the place of parts of the platform', () => {
    const other = createMemoryKeyValueStorage();
    const { client, platform } = setUp({
      plugins: [
        { name: 'store', setup() {}, adapt: (platform) => ({ ...platform, storage: other }) },
      ],
    });
    client.track('a');
    expect(other.get('anonymous_id')).not.toBeNull();
    expect(platform.storage.keys()).toEqual([]);
  });

  it('lets them put something before an event and before a flush, in time and in order', async () => {
    let late: (() => void) | null = null;
    const plugin: Plugin = {
      name: 'late',
      setup({ track, now, announce, beforeTrack }) {
        const at = now();
        announce({ event: 'view' });
        late = () => track('view', {}, { at });
        beforeTrack(({ event }) => {
          if (event === 'view') return;
          const due = late;
          late = null;
          due?.();
        });
      },
    };
    const watched: unknown[] = [];
    const watcher: Plugin = {
      name: 'watcher',
      setup: ({ beforeTrack }) => void beforeTrack(({ event, at }) => watched.push([event, at])),
    };
    const { client, platform, sent } = setUp({ plugins: [watcher, plugin] });
    const began = platform.clock.now();
    await platform.clock.advance(50);
    client.track('click');
    await client.flush();
    expect(sent().map(({ event, seq, timestamp }) => [event, seq, timestamp])).toEqual([
      ['view', 0, began],
      ['click', 1, began + 50],
    ]);
    expect(watched).toEqual([
      ['view', undefined],
      ['click', undefined],
      ['view', began],
      [undefined, undefined],
    ]);
  });

  it('tells them whose an event would be, but not before the person agrees', () => {
    let ask: () => Who | null = () => null;
    const { client } = setUp({
      consent: 'pending',
      plugins: [{ name: 'asks', setup: ({ who }) => void (ask = who) }],
    });
    client.identify('ana');
    expect(ask()).toBeNull();
    client.setConsent('granted');
    const told = ask();
    expect(told).toMatchObject({ userId: 'ana', sessionId: expect.any(String) as string });
    client.reset();
    expect(ask()).toMatchObject({ userId: null, sessionId: null });
    expect(ask()?.anonymousId).not.toBe(told?.anonymousId);
    client.setConsent('denied');
    expect(ask()).toBeNull();
  });

  it('leaves out what is no plugin, and runs the others', () => {
    const setup = vi.fn<Plugin['setup']>();
    const plugins = [null, undefined, false, { name: 'real', setup }] as Plugin[];
    const { platform } = setUp({ plugins });
    expect(setup).toHaveBeenCalledOnce();
    expect(platform.logs.filter(({ level }) => level === 'error')).not.toEqual([]);
  });

  it('rolls back one whose setup fails, and runs the others', () => {
    const undone: string[] = [];
    const broken: Plugin = {
      name: 'broken',
      setup({ onDispose }) {
        onDispose(() => undone.push('first'));
        onDispose(() => undone.push('second'));
        throw new Error('no such element');
      },
    };
    const { client, platform } = setUp({
      plugins: [broken, { name: 'good', setup: ({ track }) => track('hello') }],
    });
    expect(undone).toEqual(['second', 'first']);
    expect(client.stats().accepted).toBe(1);
    expect(platform.logs[0]!.message).toContain('plugin broken');
  });

  it('ends them in reverse order at shutdown, after which nothing moves', async () => {
    const order: string[] = [];
    const plugin = (name: string): Plugin => ({
      name,
      setup: () => () => {
        order.push(name);
        throw new Error('ignored');
      },
    });
    const { client, platform, names } = setUp({ plugins: [plugin('a'), plugin('b')] });
    client.track('last');
    await client.shutdown();
    expect(order).toEqual(['b', 'a']);
    expect(names()).toEqual(['last']);
    client.track('too late');
    platform.show();
    platform.hide();
    await platform.clock.advance(60_000);
    expect(platform.clock.timerCount()).toBe(0);
    expect(names()).toEqual(['last']);
  });

  it('tells them of each session that starts', async () => {
    const sessions: string[] = [];
    const { client, platform } = setUp({
      sessionTimeoutMs: 60_000,
      plugins: [
        {
          name: 'watch',
          setup: ({ onSessionStart }) => onSessionStart((id) => void sessions.push(id)),
        },
      ],
    });
    client.track('a');
    client.track('b');
    await platform.clock.advance(60_000);
    client.track('c');
    expect(sessions).toHaveLength(2);
    expect(new Set(sessions).size).toBe(2);
  });

  it('takes an event that a plugin made unwritable for lost, and counts it', () => {
    const { client } = setUp({
      plugins: [
        {
          name: 'bigint',
          setup: () => {},
          beforeSend: (event) => ({ ...event, properties: { n: 1n } }) as unknown as PxEvent,
        },
      ],
    });
    client.track('a');
    expect(client.stats()).toEqual({
      accepted: 1,
      delivered: 0,
      pending: 0,
      dropped: { internal_error: 1 },
    });
  });
});
