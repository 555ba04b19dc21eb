import type { Verdict } from '@px-platform/protocol/flags';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ready, setUp, SHOP } from '../../test/flag-page.js';
import type { KeyValueStorage } from '../platform.js';
import {
  configResponse,
  createMemoryKeyValueStorage,
  createScriptedConfigSource,
  documentOf,
  exposureOf,
  fakePlatform,
  fakeSibling,
  settlePromises,
  verdictOf,
} from '../testing/index.js';
import type { FlagsStatus } from './config.js';
import type { ConfigRequest, ConfigResponse } from './source.js';

const never = () => new Promise<ConfigResponse>(() => {});
const plain = (value: string, revision: number, dateUpdated?: string) =>
  documentOf({ plain: { defaultValue: value } }, revision, dateUpdated ? { dateUpdated } : {});
/** A source that has no stream, or none that goes on. */
const without = () => {
  const { stream: _, ...source } = createScriptedConfigSource(SHOP);
  return { ...source, isShown: true, isVisible: () => true };
};

describe('given a page begins', () => {
  it('asks at once where flags are in the options, and else when somebody reads one', async () => {
    const eager = await ready({ flags: {} });
    expect(eager.source.requests).toEqual([
      { url: '/px/v1/config?key=px_k', body: undefined, etag: null, timeoutMs: 10_000 },
    ]);
    const { source, client, platform } = await ready({ flags: undefined });
    client.track('a');
    await platform.clock.advance(3_600_000);
    expect(source.requests).toEqual([]);
    expect(platform.storage.keys()).not.toContain('visit');
    client.getFlag('plain');
    await settlePromises();
    expect(client.getFlag('plain')).toBe('hello');
    expect(source.requests).toHaveLength(1);
  });

  it('is ready with the first answer', async () => {
    const { client } = setUp();
    expect(client.flagsStatus()).toBe('loading');
    const waiting = client.whenFlagsReady();
    await settlePromises();
    expect(await waiting).toBe('ready');
    expect(await client.whenFlagsReady()).toBe('ready');
  });

  it('is as ready as can be within a second though the network hangs, and goes on asking', async () => {
    const source = createScriptedConfigSource(SHOP);
    source.answer(never);
    const { client, advance } = setUp({ source });
    const resolved = vi.fn<(status: FlagsStatus) => void>();
    void client.whenFlagsReady().then(resolved);
    const early = vi.fn<(status: FlagsStatus) => void>();
    void client.whenFlagsReady(100).then(early);
    await advance(999);
    expect(early).toHaveBeenCalledWith('loading');
    expect(resolved).not.toHaveBeenCalled();
    await advance(1);
    expect(resolved).toHaveBeenCalledWith('loading');
    source.answer(null);
    await advance(15_000);
    expect(client.flagsStatus()).toBe('ready');
  });

  it('has the flags of the last visit before any answer, and says that they may be old', async () => {
    const { platform } = await ready();
    const source = createScriptedConfigSource(SHOP);
    source.answer(never);
    const { client } = setUp({ platform: fakeSibling(platform), source, flags: undefined });
    expect(client.getFlagDetails('plain')).toMatchObject({ value: 'hello', isStale: true });
    expect(client.flagsStatus()).toBe('stale');
    expect(await client.whenFlagsReady()).toBe('stale');
    await settlePromises();
    // Kept from earlier: it asks though nobody said so.
    expect(source.requests).toMatchObject([{ etag: '"production-1"' }]);
  });

  it('is confirmed by an answer that nothing has changed', async () => {
    const { platform } = await ready();
    const { client, advance } = await ready({ platform: fakeSibling(platform) });
    expect(client.flagsStatus()).toBe('ready');
    await advance(0);
  });

  it('decides by what came with the page or the bundle, offline and at the first visit', async () => {
    const source = createScriptedConfigSource(SHOP);
    source.answer(() => ({ status: 0, etag: null, body: '' }));
    const { client } = setUp({ source, flags: { bootstrap: plain('bundled', 3) } });
    expect(client.getFlagDetails('plain')).toMatchObject({ value: 'bundled', isStale: false });
    await settlePromises();
    expect(client.getFlagDetails('plain')).toMatchObject({ value: 'bundled', isStale: true });
    expect(client.flagsStatus()).toBe('stale');
    const page = { ...createScriptedConfigSource(SHOP), bootstrap: () => plain('of the page', 3) };
    page.answer(never);
    expect(setUp({ source: page, flags: undefined }).client.getFlag('plain')).toBe('of the page');
  });

  it('takes the newer of what was kept and what came along', async () => {
    const { platform } = await ready({ source: createScriptedConfigSource(plain('kept', 5)) });
    const read = (revision: number) => {
      const source = createScriptedConfigSource();
      source.answer(never);
      const flags = { bootstrap: plain('bundled', revision) };
      return setUp({ platform: fakeSibling(platform), source, flags }).client.getFlag('plain');
    };
    expect([4, 5, 6].map(read)).toEqual(['kept', 'bundled', 'bundled']);
  });

  it('runs where nothing can be kept', async () => {
    const storage: KeyValueStorage = {
      ...createMemoryKeyValueStorage(),
      set: () => false,
      get: () => null,
    };
    const { client } = await ready({ platform: fakePlatform({ storage }) });
    expect(client.getFlag('plain')).toBe('hello');
  });

  it('does not fill the page’s storage with what is very large', async () => {
    const { client, platform } = await ready({
      source: createScriptedConfigSource(plain('x'.repeat(600_000), 1)),
    });
    expect(client.getFlag('plain')).toHaveLength(600_000);
    expect(platform.storage.get('flags')).toBeNull();
  });
});

describe('given answers come', () => {
  it('never goes back to an older publication, unless the project was set up anew', async () => {
    const { client, source } = await ready({
      source: createScriptedConfigSource(plain('five', 5, '2026-01-05T00:00:00Z')),
    });
    source.publish(plain('four', 4, '2026-01-04T00:00:00Z'));
    await client.refreshFlags();
    expect(client.getFlag('plain')).toBe('five');
    source.publish(plain('undated', 4));
    await client.refreshFlags();
    expect(client.getFlag('plain')).toBe('five');
    source.publish(plain('anew', 1, '2026-02-01T00:00:00Z'));
    await client.refreshFlags();
    expect(client.getFlag('plain')).toBe('anew');
  });

  it.each([
    ['no JSON', '<!doctype html>'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['no flags', '{"px":{"revision":9}}'],
    ['flags that are none', '{"features":"all"}'],
  ])('keeps what it has where the answer is %s', async (_, body) => {
    const { client, source, platform, said } = await ready();
    const kept = platform.storage.get('flags');
    source.answer(() => ({ status: 200, etag: '"x"', body }));
    await client.refreshFlags();
    expect(client.getFlag('plain')).toBe('hello');
    expect(client.flagsStatus()).toBe('stale');
    expect(platform.storage.get('flags')).toBe(kept);
    expect(said()).toEqual([
      'px: what came as flags is none, and does not take the place of what is there.',
    ]);
    source.answer(null);
    await client.refreshFlags();
    expect(client.flagsStatus()).toBe('ready');
  });

  it('says where there is nothing, and why it may be so', async () => {
    const source = createScriptedConfigSource();
    source.answer(() => configResponse(500, {}));
    const { client } = await ready({ source });
    expect(client.flagsStatus()).toBe('error');
    expect(client.getFlagDetails('plain', {}, 1)).toMatchObject({ value: 1, reason: 'error' });
  });
});

describe('given the key has values only', () => {
  const verdict = (value: string, more: Partial<Verdict> = {}) =>
    verdictOf(value, { variant: value, ruleId: 'r', ...more });
  const whoAsks = ({ body }: ConfigRequest) =>
    (JSON.parse(body!) as { attributes: { id: string; $path?: string } }).attributes;
  /** Says to each who they are. */
  const secret = () => {
    const source = createScriptedConfigSource(documentOf({}, 2));
    const answer = (request: ConfigRequest, who = request.body && whoAsks(request).id) =>
      request.body === undefined
        ? configResponse(403, { code: 'values_only', message: 'POST /v1/flags/evaluate' })
        : configResponse(200, { revision: 2, flags: { who: verdict(who ?? '') } });
    source.answer((request) => answer(request));
    return { source, answer };
  };

  it('has them decided for the person, at whose word the page keeps to them', async () => {
    const { source } = secret();
    const { client, platform } = await ready({ source });
    client.identify('u-1');
    await settlePromises();
    expect(client.getFlagDetails('who')).toMatchObject({
      value: 'u-1',
      reason: 'forced',
      isStale: false,
    });
    expect(source.requests.map(({ url }) => url)).toEqual([
      '/px/v1/config?key=px_k',
      '/px/v1/flags/evaluate?key=px_k',
      '/px/v1/flags/evaluate?key=px_k',
    ]);
    expect(client.getFlag('who', { user_id: 'u-1' })).toBe('u-1');
    expect(client.getFlagDetails('who', { user_id: 'u-2' }, 'none')).toMatchObject({
      value: 'none',
      reason: 'context_mismatch',
    });
    expect(client.getFlagDetails('who', { segment: 'trial' }).reason).toBe('context_mismatch');
    expect(client.getFlagDetails('other').reason).toBe('unknown');
    // The next page has them at once, and does not ask for rules again.
    const next = secret().source;
    next.answer(never);
    const page = setUp({ platform: fakeSibling(platform), source: next });
    expect(page.client.getFlagDetails('who')).toMatchObject({ value: 'u-1', isStale: true });
    expect(next.requests.map(({ url }) => url)).toEqual(['/px/v1/flags/evaluate?key=px_k']);
  });

  it('goes back to rules once there are some, at once and no more than once in a page', async () => {
    const { source, answer } = secret();
    const { client, platform } = await ready({ source });
    expect(client.getFlagDetails('who').isStale).toBe(false);
    const rules = documentOf({ who: { defaultValue: 'all' } }, 3);
    const isRules = ({ body }: ConfigRequest) => body === undefined;
    const withMode = (request: ConfigRequest) => {
      const { body } = answer(request);
      return configResponse(200, { ...(JSON.parse(body) as object), flags_mode: 'rules' });
    };
    const page = createScriptedConfigSource(rules);
    page.answer((request) => (isRules(request) ? configResponse(200, rules) : withMode(request)));
    const next = await ready({ platform: fakeSibling(platform), source: page });
    expect(next.client.getFlagDetails('who')).toMatchObject({ value: 'all', revision: 3 });
    next.client.identify('u-9');
    await settlePromises();
    expect(next.client.getFlag('who')).toBe('all');
    const after = setUp({ platform: fakeSibling(platform), source: page });
    expect(after.client.getFlag('who')).toBe('all');
    await settlePromises();
    expect(page.requests.map(isRules)).toEqual([false, true, true]);

    // Two collectors, of which one has not heard yet.
    const torn = secret();
    torn.source.answer((request) => (isRules(request) ? answer(request) : withMode(request)));
    const between = await ready({ source: torn.source });
    await between.client.refreshFlags();
    expect(torn.source.requests.map(isRules)).toEqual([true, false, true, false, false]);
    expect(between.client.flagsStatus()).toBe('ready');
  });

  it('begins with what a server decided for somebody, once it is they who are here', async () => {
    const source = createScriptedConfigSource();
    source.answer(never);
    const flags = { who: verdict('u-1') };
    const named = setUp({ source, flags: { bootstrap: { revision: 1, user_id: 'u-1', flags } } });
    expect(named.client.getFlag('who')).toBeUndefined();
    named.client.identify('u-1');
    expect(named.client.getFlagDetails('who')).toMatchObject({ value: 'u-1', isStale: false });
    named.client.identify('another\nu-1');
    expect(named.client.getFlag('who')).toBeUndefined();
    const nameless = setUp({ source, flags: { bootstrap: { flags } } });
    expect(nameless.client.getFlag('who')).toBe('u-1');
    nameless.client.reset();
    expect(nameless.client.getFlag('who')).toBeUndefined();
  });

  it('begins with what a server decided for a device, where it is this one and nobody is signed in', async () => {
    const source = createScriptedConfigSource();
    source.answer(never);
    const begin = (anonymous_id: string) => {
      const platform = fakePlatform();
      platform.storage.set('anonymous_id', 'd-1');
      const bootstrap = { anonymous_id, flags: { who: verdict(anonymous_id) } };
      return setUp({ platform, source, flags: { bootstrap } }).client;
    };
    const client = begin('d-1');
    expect(client.getFlag('who')).toBe('d-1');
    client.identify('u-1');
    expect(client.getFlag('who')).toBeUndefined();
    expect(begin('d-2').getFlag('who')).toBeUndefined();
    expect(begin('1').getFlag('who')).toBeUndefined();
  });

  it('exposes what was decided there', async () => {
    const { source } = secret();
    source.answer(({ body }) =>
      body === undefined
        ? configResponse(403, { code: 'values_only' })
        : configResponse(200, {
            revision: 2,
            flags: {
              who: verdict('x', { experiment: 'e', inExperiment: true, exposures: [exposureOf()] }),
            },
          }),
    );
    const { client, exposures } = await ready({ source });
    expect(client.getExperiment('e')).toMatchObject({ variant: 'b', inExperiment: true });
    expect(await exposures()).toMatchObject([{ properties: { experiment: 'e', revision: 2 } }]);
  });

  it('is nobody’s while the next person’s are on their way, and tells of both changes', async () => {
    const { source } = secret();
    const { client } = await ready({ source });
    client.identify('u-1');
    await settlePromises();
    const listener = vi.fn<(keys: readonly string[]) => void>();
    client.onFlagsChange(listener);
    client.identify('u-2');
    expect(client.getFlagDetails('who', {}, 'none')).toMatchObject({
      value: 'none',
      reason: 'loading',
    });
    expect(client.flagsStatus()).toBe('loading');
    await settlePromises();
    expect(client.getFlag('who')).toBe('u-2');
    expect(client.flagsStatus()).toBe('ready');
    expect(listener.mock.calls.length).toBeGreaterThan(0);
  });

  it('says nothing of the address but where it leads', async () => {
    const { source } = secret();
    const url = 'https://shop.test/reset?token=secret#fragment';
    await ready({ source, platform: fakePlatform({ context: () => ({ page: { url } }) }) });
    expect(JSON.parse(source.requests[1]!.body!)).toMatchObject({
      attributes: { $url: 'https://shop.test/reset', $path: '/reset' },
    });
  });

  it('leaves nothing of who has signed out, whenever the answer comes', async () => {
    const { source, answer } = secret();
    const { client, platform } = await ready({ source });
    client.identify('u-1');
    await settlePromises();
    expect(platform.storage.get('flags')).toContain('u-1');
    client.reset();
    expect(platform.storage.get('flags')).toBeNull();
    client.identify('u-1');
    let late = () => {};
    source.answer(
      (request) =>
        new Promise((resolve) => {
          late = () => resolve(answer(request));
        }),
    );
    await settlePromises();
    client.reset();
    late();
    await settlePromises();
    expect(platform.storage.get('flags') ?? '').not.toContain('u-1');
  });

  it('never says of one person what was decided for another, in whatever order things come', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('identify' as const), who: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constantFrom('reset' as const, 'read' as const, 'ask' as const) }),
      fc.record({ do: fc.constant('answer' as const), which: fc.nat(3) }),
      fc.record({ do: fc.constant('fail' as const), which: fc.nat(3) }),
    );
    let reads = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const { source, answer } = secret();
        const open: { readonly request: ConfigRequest; answer(it: ConfigResponse): void }[] = [];
        source.answer(
          (request) =>
            new Promise((resolve) => {
              open.push({ request, answer: resolve });
            }),
        );
        const { client, platform } = setUp({ source });
        const check = () => {
          const me = platform.storage.get('user_id') ?? platform.storage.get('anonymous_id');
          const said = client.getFlag('who');
          if (said === undefined) return;
          reads += 1;
          expect(said).toBe(me);
        };
        client.onFlagsChange(check);
        const settle = async (which: number, failed: boolean) => {
          const [one] = open.splice(which % Math.max(open.length, 1), 1);
          one?.answer(failed ? configResponse(0, '') : answer(one.request));
          for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        };
        for (const each of steps) {
          if (each.do === 'identify') client.identify(each.who);
          else if (each.do === 'reset') client.reset();
          else if (each.do === 'ask') void client.refreshFlags();
          else if (each.do === 'answer') await settle(each.which, false);
          else if (each.do === 'fail') await settle(each.which, true);
          check();
        }
        for (let rest = 0; rest < 6; rest++) await settle(0, false);
        check();
        // In the end there is an answer, and it is this person's.
        if (steps.every((each) => each.do !== 'fail'))
          expect(client.getFlag('who')).toBe(
            platform.storage.get('user_id') ?? platform.storage.get('anonymous_id'),
          );
        await client.shutdown();
      }),
      { numRuns: 1_000 },
    );
    expect(reads).toBeGreaterThan(1_000);
  });
});

describe('given time goes by', () => {
  it('hears of a publication through the stream, and asks for nothing else', async () => {
    const { client, source, advance } = await ready();
    expect(source.openStreams()).toBe(1);
    await advance(3_600_000);
    expect(source.requests).toHaveLength(1);
    source.publish(plain('bye', 2));
    await settlePromises();
    expect(client.getFlag('plain')).toBe('bye');
    expect(source.requests[1]).toMatchObject({ etag: '"production-1"' });
  });

  it('asks by itself where there is no stream, at the measure of its options', async () => {
    const source = without();
    const { advance, platform } = await ready({ source, flags: { refreshMs: 10_000 } });
    await advance(60_000);
    expect(source.requests.length).toBeGreaterThanOrEqual(1 + 4);
    expect(source.requests.length).toBeLessThanOrEqual(1 + 12);
    platform.hide();
    const before = source.requests.length;
    await advance(3_600_000);
    expect(source.requests).toHaveLength(before);
    const off = await ready({ flags: { stream: false } });
    expect(off.source.openStreams()).toBe(0);
  });

  it('tries again ever more slowly where there is no answer, and at once when the network is back', async () => {
    const source = createScriptedConfigSource(SHOP);
    source.answer(() => configResponse(0, ''));
    const { advance, platform, client } = await ready({ source });
    const asked = async (ms: number) => {
      const before = source.requests.length;
      await advance(ms);
      return source.requests.length - before;
    };
    expect(await asked(60_000)).toBeGreaterThanOrEqual(3);
    await advance(600_000);
    expect(await asked(3_600_000)).toBeLessThanOrEqual(24);
    source.answer(null);
    platform.goOnline();
    await settlePromises();
    expect(client.getFlag('plain')).toBe('hello');
  });

  it('rests where the collector says that it will not', async () => {
    const source = createScriptedConfigSource(SHOP);
    source.answer(() => configResponse(401, { code: 'unknown_key' }));
    const { advance } = await ready({ source });
    await advance(120_000);
    expect(source.requests).toHaveLength(1);
    expect(source.openStreams()).toBe(0);
  });

  it('goes on by asking where the stream ends, and comes back to it', async () => {
    const source = createScriptedConfigSource(SHOP);
    const { advance } = await ready({ source });
    source.endStreams();
    expect(source.openStreams()).toBe(0);
    await advance(2_000);
    expect(source.requests).toHaveLength(2);
    expect(source.openStreams()).toBe(1);
  });

  it('does not ask every second where each stream ends at once', async () => {
    const made = createScriptedConfigSource(SHOP);
    let streams = 0;
    const source = {
      ...made,
      stream({ onEnd }: { readonly onEnd: () => void }) {
        streams += 1;
        void Promise.resolve().then(onEnd);
        return () => {};
      },
    };
    const { advance } = await ready({ source });
    await advance(3_600_000);
    expect(source.requests.length).toBeLessThan(130);
    expect(streams).toBeGreaterThan(30);
  });

  it('has no stream and no timer while nobody looks, and asks when somebody does', async () => {
    const { advance, platform, source, client } = await ready();
    await client.flush();
    const timers = platform.clock.timerCount();
    platform.hide();
    platform.hide();
    await advance(19_000);
    expect(source.openStreams()).toBe(1);
    await advance(2_000);
    expect(source.openStreams()).toBe(0);
    expect(platform.clock.timerCount()).toBeLessThanOrEqual(timers);
    await advance(3_600_000);
    expect(source.requests).toHaveLength(1);
    source.publish(plain('bye', 2));
    platform.show();
    await settlePromises();
    expect(client.getFlag('plain')).toBe('bye');
    expect(source.openStreams()).toBe(1);
    // Back before the stream was ended.
    platform.hide();
    await advance(10_000);
    source.publish(plain('hidden', 3));
    platform.show();
    await advance(60_000);
    expect(source.openStreams()).toBe(1);
    platform.hide();
    source.publish(plain('late', 4));
    await advance(21_000);
    expect(source.openStreams()).toBe(0);
  });

  it('asks once where it begins in a tab that nobody looks at', async () => {
    const source = createScriptedConfigSource(SHOP);
    source.isShown = false;
    const { advance, client, platform } = await ready({ source });
    expect(client.getFlag('plain')).toBe('hello');
    await advance(3_600_000);
    expect(source.requests).toHaveLength(1);
    expect(source.openStreams()).toBe(0);
    platform.show();
    await settlePromises();
    expect(source.openStreams()).toBe(1);
  });

  it('leaves nothing behind when it is shut down', async () => {
    const { client, source, platform, advance } = await ready();
    await client.shutdown();
    expect(source.openStreams()).toBe(0);
    const asked = source.requests.length;
    platform.show();
    platform.goOnline();
    expect(client.getFlag('plain', {}, 'gone')).toBe('gone');
    await advance(3_600_000);
    expect(source.requests).toHaveLength(asked);
  });
});
