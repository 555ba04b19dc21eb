import { describe, expect, it } from 'vitest';
import { createClient } from './client.js';
import { parseOptions, type CoreOptions } from './options.js';
import {
  acceptAll,
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
  const ids = () =>
    platform.transport.batches().flatMap(({ events }) => events.map(({ event_id }) => event_id));
  return { client, platform, ids };
}

/** Ten tabs of one origin, and what all of them together asked. */
function openTenTabs() {
  const first = fakePlatform();
  const platforms = [
    first,
    ...Array.from({ length: 9 }, (_, index) => fakeSibling(first, 11 + index)),
  ];
  const tabs = platforms.map((platform) => setUp(platform));
  return {
    tabs,
    clock: first.clock,
    each: (act: (platform: FakePlatform) => void) => platforms.forEach(act),
    asked: () => platforms.reduce((sum, { transport }) => sum + transport.requests.length, 0),
    ids: () => tabs.flatMap(({ ids }) => ids()),
  };
}

const MINUTE_MS = 60_000;

describe('given ten tabs and a host that does not answer', () => {
  it('asks three times, and then more and more seldom, once for all of them together', async () => {
    const { asked, clock, each, tabs } = openTenTabs();
    each(({ transport }) => transport.answer(() => jsonResponse(0, null)));
    for (const { client } of tabs) client.track('x');
    await clock.advance(12_000);
    expect(asked()).toBe(3);
    await clock.advance(48_000);
    expect(asked()).toBe(5);
    for (let minutes = 0; minutes < 30; minutes++) {
      for (const { client } of tabs) client.track('x');
      await clock.advance(MINUTE_MS);
    }
    expect(asked()).toBeGreaterThanOrEqual(5 + 5);
    expect(asked()).toBeLessThanOrEqual(5 + 9);
  });

  it('does not ask again because a page is loaded, and asks when the network is back, or a tab is shown', async () => {
    const { platform, client } = setUp();
    const { transport } = platform;
    transport.answer(() => jsonResponse(0, null));
    client.track('x');
    await platform.clock.advance(8_000);
    expect(transport.requests).toHaveLength(3);
    for (let reload = 0; reload < 10; reload++) {
      const next = setUp(fakeSibling(platform, 100 + reload));
      next.client.track('x');
      await platform.clock.advance(600);
      expect(next.platform.transport.requests).toEqual([]);
    }
    platform.goOnline();
    await platform.clock.advance(0);
    expect(transport.requests).toHaveLength(4);
    platform.show();
    await platform.clock.advance(0);
    expect(transport.requests).toHaveLength(5);
  });

  it('sends each event once when it is back', async () => {
    const { clock, each, ids, tabs } = openTenTabs();
    each(({ transport }) => transport.answer(() => jsonResponse(0, null)));
    for (let index = 0; index < 20; index++) {
      for (const { client } of tabs) client.track(`x${index}`);
      await clock.advance(500);
    }
    await clock.advance(5 * MINUTE_MS);
    each(({ transport }) => {
      transport.requests.length = 0;
      transport.answer(acceptAll);
    });
    each(({ goOnline }) => goOnline());
    await clock.advance(10_000);
    expect(ids()).toHaveLength(200);
    expect(new Set(ids()).size).toBe(200);
    const stats = tabs.map(({ client }) => client.stats());
    expect(stats.map(({ pending }) => pending)).toEqual(Array(10).fill(0));
    expect(stats.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(200);
  });
});

describe('given Retry-After', () => {
  it.each([
    ['in seconds', () => '120'],
    ['as a date', (now: number) => new Date(now + 120_000).toUTCString()],
  ])(
    '%s, no tab, no reload, no flush and no return of the network asks before',
    async (_, header) => {
      const { asked, clock, each, tabs } = openTenTabs();
      each(({ transport }) =>
        transport.answer(() => jsonResponse(429, {}, { 'retry-after': header(clock.now()) })),
      );
      tabs[0]!.client.track('x');
      await clock.advance(500);
      expect(asked()).toBe(1);
      const reloaded = setUp(fakeSibling(tabs[0]!.platform, 99));
      for (let seconds = 0; seconds < 118; seconds++) {
        tabs[seconds % 10]!.client.track('x');
        await tabs[seconds % 10]!.client.flush();
        each(({ goOnline, hide, show }) => (goOnline(), hide(), show()));
        await clock.advance(1_000);
      }
      expect(asked()).toBe(1);
      expect(reloaded.platform.transport.requests).toEqual([]);
      each(({ transport }) => transport.answer(acceptAll));
      await clock.advance(130_000);
      expect(tabs[0]!.client.stats().pending).toBe(0);
    },
  );

  it('is kept by a tab to which the browser shows it late', async () => {
    const a = fakePlatform();
    const get = (key: string) => (key === 'pace' ? null : a.storage.get(key));
    const b = fakeSibling({ ...a, storage: { ...a.storage, get } });
    const [told, late] = [setUp(a), setUp(b)];
    a.transport.answer(() => jsonResponse(503, {}, { 'retry-after': '30' }));
    told.client.track('x');
    await told.client.flush();
    late.client.track('y');
    await late.client.flush();
    await a.clock.advance(29_999);
    expect(a.transport.requests).toHaveLength(1);
    expect(b.transport.requests).toEqual([]);
    a.transport.answer(acceptAll);
    await a.clock.advance(10_000);
    expect(late.client.stats().pending).toBe(0);
  });

  it('is not stretched by a clock that is set back', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() => jsonResponse(503, {}, { 'retry-after': '30' }));
    client.track('x');
    await platform.clock.advance(500);
    platform.transport.answer(acceptAll);
    platform.clock.setWall(platform.clock.now() - 1_800_000);
    await platform.clock.advance(29_999);
    expect(client.stats().delivered).toBe(0);
    await platform.clock.advance(5_000);
    expect(client.stats().delivered).toBe(1);
    platform.storage.set('pace', '5 0 9999999999999 9999999999999');
    const next = setUp(fakeSibling(platform));
    next.client.track('y');
    await platform.clock.advance(500);
    expect(next.client.stats().delivered).toBe(1);
  });
});

describe('given an answer that time will not mend soon', () => {
  it.each([501, 505, 511])('%d waits long at once, in every tab', async (status) => {
    const { asked, clock, each, tabs } = openTenTabs();
    each(({ transport }) => transport.answer(() => jsonResponse(status, '')));
    for (const { client } of tabs) client.track('x');
    await clock.advance(4 * MINUTE_MS);
    expect(asked()).toBe(1);
    await clock.advance(3 * MINUTE_MS);
    expect(asked()).toBe(2);
  });
});

describe('given a device without a network', () => {
  it('makes no request and sets no timer until the network is back', async () => {
    const { client, platform } = setUp();
    platform.goOffline();
    for (let index = 0; index < 30; index++) client.track('x');
    await client.flush();
    await platform.clock.advance(60 * MINUTE_MS);
    platform.hide();
    platform.show();
    await platform.clock.advance(MINUTE_MS);
    expect(platform.transport.requests).toEqual([]);
    expect(platform.clock.timerCount()).toBe(0);
    platform.goOnline();
    await platform.clock.advance(0);
    expect(client.stats()).toMatchObject({ delivered: 30, pending: 0 });
  });

  it('does not take its own silence for the host’s', async () => {
    const { client, platform } = setUp();
    platform.transport.answer(() => {
      platform.goOffline();
      return jsonResponse(0, null);
    });
    for (let index = 0; index < 4; index++) {
      client.track('x');
      platform.goOnline();
      await platform.clock.advance(3_000);
    }
    expect(platform.transport.requests.length).toBeGreaterThanOrEqual(3);
    platform.transport.answer(() => jsonResponse(0, null));
    platform.goOnline();
    await platform.clock.advance(0);
    const asked = platform.transport.requests.length;
    await platform.clock.advance(30_000);
    expect(platform.transport.requests.length).toBeGreaterThan(asked);
  });
});

describe('given a request that is never answered', () => {
  it('lets go of the drain, so that other tabs deliver', async () => {
    const a = fakePlatform();
    const b = fakeSibling(a);
    const [stuck, other] = [setUp(a), setUp(b)];
    a.transport.answer(() => new Promise(() => {}));
    stuck.client.track('one');
    await a.clock.advance(1_000);
    other.client.track('two');
    await a.clock.advance(15_000);
    expect(b.transport.requests).toEqual([]);
    await a.clock.advance(15_000);
    expect(other.client.stats()).toMatchObject({ pending: 0, delivered: 2 });
    expect(stuck.client.stats()).toMatchObject({ pending: 0, accepted: 0 });
  });
});

describe('given another tab that settles what this one tracked', () => {
  it('has it in this tab’s books at once, without a timer of its own', async () => {
    const a = fakePlatform();
    const b = fakeSibling(a);
    const [idle, busy] = [setUp(a, { flushInterval: 600_000 }), setUp(b)];
    await a.clock.advance(1_000);
    idle.client.track('x');
    await settlePromises();
    expect(idle.client.stats()).toMatchObject({ accepted: 1, pending: 1 });
    await busy.client.flush();
    expect(idle.client.stats()).toMatchObject({ accepted: 0, pending: 0 });
    expect(busy.client.stats()).toMatchObject({ accepted: 1, delivered: 1 });
  });

  it('has it there by the next look at the storage where tabs cannot speak', async () => {
    const a = fakePlatform();
    const mute = { post: () => {}, listen: () => () => {} };
    const b = fakePlatform({ ...a, channel: mute, randomBytes: fakeSibling(a).randomBytes });
    const [idle, busy] = [setUp(a), setUp(b)];
    idle.client.track('x');
    await settlePromises();
    await busy.client.flush();
    await idle.client.flush();
    expect(idle.client.stats()).toMatchObject({ accepted: 0, pending: 0 });
  });

  it('sends what the other held for consent, once it is given here', async () => {
    const a = fakePlatform();
    const b = fakeSibling(a);
    const [asked, holding] = [setUp(a, { consent: 'pending' }), setUp(b, { consent: 'pending' })];
    holding.client.track('held');
    await a.clock.advance(10_000);
    asked.client.setConsent('granted');
    await a.clock.advance(10_000);
    expect(holding.client.stats().pending).toBe(0);
    expect(asked.ids().length + holding.ids().length).toBe(1);
  });
});
