import { isUuid, type EventContext } from '@px-platform/protocol';
import { describe, expect, it, vi } from 'vitest';
import {
  configResponse,
  createScriptedConfigSource,
  documentOf,
  experimentRule,
  type FakePlatform,
  fakePlatform,
  fakeSibling,
  settlePromises,
} from '../testing/index.js';
import type { FlagOptions } from './options.js';
import { ready, setUp, SHOP } from '../../test/flag-page.js';

/** A page at an address. */
const at = (url: string, parts: Parameters<typeof fakePlatform>[0] = {}): FakePlatform => {
  const context: EventContext = { page: { url } };
  return fakePlatform({ ...parts, context: () => context });
};

describe('given flags are read', () => {
  it('decides by what is known of the person and by what the call says', async () => {
    const { client } = await ready();
    expect(client.getFlag('plain')).toBe('hello');
    expect(client.getFlag('beta', { user_id: 'u-1', segment: 'trial' })).toBe(true);
    expect(client.getFlag('beta', { user_id: 'u-1', segment: 'paid' })).toBe(false);
    expect(client.getFlagDetails('beta', { segment: 'trial' })).toEqual({
      value: true,
      variant: 'on',
      reason: 'forced',
      ruleId: 'trial',
      experiment: null,
      inExperiment: false,
      bucket: null,
      isStale: false,
      revision: 1,
    });
  });

  it('answers the fallback, or undefined, until there are flags and where there is no such flag', async () => {
    const { client, said } = setUp();
    expect(client.getFlag('plain', {}, 'soon')).toBe('soon');
    expect(client.getFlag('plain')).toBeUndefined();
    expect(client.getFlagDetails('plain', undefined, 'soon')).toMatchObject({
      value: 'soon',
      reason: 'loading',
      isStale: true,
    });
    await settlePromises();
    expect(client.getFlag('plain', {}, 'soon')).toBe('hello');
    for (let read = 0; read < 3; read++) expect(client.getFlag('nowhere', {}, 7)).toBe(7);
    expect(client.getFlagDetails('nowhere').reason).toBe('unknown');
    expect(said()).toEqual([
      'px: there is no flag or experiment "nowhere" in what is published; its fallback is used.',
    ]);
  });

  it('never throws, whatever it is handed', async () => {
    const { client } = await ready();
    const hostile = {
      get segment(): string {
        throw new Error('no');
      },
    };
    expect(client.getFlag('beta', hostile, 'safe')).toBe('safe');
    expect(client.getFlag(undefined as unknown as string, null as never, 1)).toBe(1);
    expect(client.getFlag('plain', null as never)).toBe('hello');
    expect(client.getExperiment({} as unknown as string).inExperiment).toBe(false);
    expect(client.getFlag('constructor')).toBeUndefined();
  });

  it('uses the defaults of the options where nothing is known, and exposes nobody to them', async () => {
    const source = createScriptedConfigSource();
    source.answer(() => configResponse(0, ''));
    const { client, exposures } = await ready({ source, flags: { defaults: { checkout: 'old' } } });
    expect(client.getFlagDetails('checkout')).toMatchObject({ value: 'old', reason: 'error' });
    expect(await exposures()).toEqual([]);
  });

  it('says of a rule that cannot be read what is wrong, once', async () => {
    const source = createScriptedConfigSource(
      documentOf({
        broken: { defaultValue: 1, rules: [{ id: 'r', condition: { a: { $nope: 1 } }, force: 2 }] },
      }),
    );
    const { client, said } = await ready({ source });
    expect(client.getFlag('broken', { a: 1 })).toBe(1);
    client.getFlag('broken', { a: 1 });
    expect(said()).toHaveLength(1);
    expect(said()[0]).toContain('px: rule r of flag broken is skipped:');
  });

  it('decides by what was registered, grouped, identified and set', async () => {
    const is = (condition: object) => ({
      defaultValue: false,
      rules: [{ condition: condition as never, force: true }],
    });
    const { client, platform } = await ready({
      source: createScriptedConfigSource(
        documentOf({
          registered: is({ plan: 'pro' }),
          grouped: is({ company: 'acme' }),
          known: is({ role: 'admin' }),
          set: is({ $segments: { $elemMatch: { $eq: 'loyal' } } }),
          me: is({ id: 'u-1' }),
        }),
      ),
    });
    const all = () =>
      ['registered', 'grouped', 'known', 'set', 'me'].map((key) => client.getFlag(key));
    expect(all()).toEqual([false, false, false, false, false]);
    client.register({ plan: 'pro', id: 'u-1' });
    client.group('company', 'acme');
    void client.setFlagAttributes({ $segments: ['loyal'] });
    expect(all()).toEqual([true, true, false, true, false]);
    client.identify('u-1', { role: 'admin' });
    expect(all()).toEqual([true, true, true, true, true]);
    client.identify('u-2');
    expect(client.getFlag('known')).toBe(false);
    expect(client.getFlag('me', { user_id: 'u-1' })).toBe(true);
    expect(client.getFlag('me', { user_id: undefined })).toBe(false);
    client.identify('u-1', { role: 'admin' });
    // Somebody else signs in in another tab.
    const other = setUp({ platform: fakeSibling(platform) });
    other.client.identify('u-3');
    expect(client.getFlag('known')).toBe(false);
    client.reset();
    expect(all()).toEqual([false, false, false, false, false]);
  });
});

describe('given what the person did in this browser', () => {
  const source = () =>
    createScriptedConfigSource(
      documentOf({
        carts: {
          defaultValue: false,
          rules: [{ condition: { '$session_events.add_to_cart': { $gte: 2 } }, force: true }],
        },
        rage: {
          defaultValue: false,
          rules: [{ condition: { $rage_clicks: { $gt: 0 } }, force: true }],
        },
        back: {
          defaultValue: false,
          rules: [{ condition: { $sessions: { $gte: 2 } }, force: true }],
        },
        days: {
          defaultValue: false,
          rules: [{ condition: { $visits: { $gte: 2 } }, force: true }],
        },
        away: {
          defaultValue: false,
          rules: [{ condition: { $last_seen: { $before: '-7d' } }, force: true }],
        },
      }),
    );
  const read = ({ client }: ReturnType<typeof setUp>) =>
    ['carts', 'rage', 'back', 'days', 'away'].filter((key) => client.getFlag(key));

  it('counts events of the session, sessions, days, and when they were here before', async () => {
    const page = await ready({ source: source() });
    expect(read(page)).toEqual([]);
    page.client.track('add_to_cart');
    expect(read(page)).toEqual([]);
    page.client.track('add_to_cart');
    page.client.track('rage_click');
    expect(read(page)).toEqual(['carts', 'rage']);
    // Another session begins, and what was counted is of the last.
    await page.advance(31 * 60_000);
    expect(read(page)).toEqual([]);
    page.client.track('a');
    expect(read(page)).toEqual(['back']);
    await page.advance(8 * 86_400_000);
    page.client.track('a');
    expect(read(page)).toEqual(['back', 'days', 'away']);
  });

  it('counts for all tabs, and forgets where the person refuses', async () => {
    const one = await ready({ source: source() });
    const other = await ready({ source: source(), platform: fakeSibling(one.platform) });
    one.client.track('add_to_cart');
    other.client.track('add_to_cart');
    expect(read(one)).toEqual(['carts']);
    one.client.setConsent('denied');
    expect(read(one)).toEqual([]);
    expect(one.platform.storage.keys().filter((key) => key !== 'consent')).toEqual([]);
  });
});

describe('given experiments', () => {
  it('exposes once for a session, whoever reads, and again in the next', async () => {
    const { client, exposures, platform, advance } = await ready();
    client.identify('u-1');
    const { variant, value, inExperiment, reason } = client.getExperiment('checkout_flow_v2');
    expect({ variant, value, inExperiment, reason }).toEqual({
      variant: 'treatment',
      value: 'new',
      inExperiment: true,
      reason: 'experiment',
    });
    client.getFlag('checkout');
    client.getFlagDetails('checkout');
    client.exposeFlag('checkout');
    const [first, ...more] = await exposures();
    expect(more).toEqual([]);
    expect(first!.properties).toEqual({
      experiment: 'checkout_flow_v2',
      variant: 'treatment',
      variation_id: 1,
      unit_type: 'user_id',
      unit_id: 'u-1',
      phase: '0',
      bucket_version: 0,
      revision: 1,
      is_sticky: false,
      flag: 'checkout',
      rule_id: 'half',
    });
    expect(isUuid(first!.event_id)).toBe(true);
    expect(first!.event_id.slice(0, 13)).toBe(first!.session_id!.slice(0, 13));
    // A reload.
    const next = await ready({ platform: fakeSibling(platform) });
    next.client.getExperiment('checkout_flow_v2');
    expect(await next.exposures()).toEqual([]);
    await advance(31 * 60_000);
    client.getFlag('checkout');
    expect(await exposures()).toHaveLength(2);
  });

  it('makes one event of two tabs that race, neither seeing what the other writes', async () => {
    const one = await ready();
    one.client.track('a');
    await one.client.flush();
    const stored = new Map(
      one.platform.storage.keys().map((key) => [key, one.platform.storage.get(key)!]),
    );
    const blind = fakeSibling(one.platform);
    const own = new Map(stored);
    const other = await ready({
      platform: fakePlatform({
        ...blind,
        storage: {
          get: (key) => own.get(key) ?? null,
          set: (key, value) => Boolean(own.set(key, value)),
          remove: (key) => void own.delete(key),
          keys: () => [...own.keys()],
        },
        queueStorage: fakePlatform().queueStorage,
      }),
    });
    one.client.getFlag('checkout');
    other.client.getFlag('checkout');
    const [mine] = await one.exposures();
    const [theirs] = await other.exposures();
    expect(mine!.event_id).toBe(theirs!.event_id);
  });

  it('exposes anew in another phase', async () => {
    const { client, source, exposures } = await ready();
    client.getFlag('checkout');
    source.publish(
      documentOf({ checkout: { defaultValue: 'old', rules: [experimentRule({ phase: '1' })] } }, 2),
    );
    await settlePromises();
    client.getFlag('checkout');
    expect((await exposures()).map(({ properties }) => properties!['phase'])).toEqual(['0', '1']);
  });

  it('exposes nobody by a peek, an override, a default, or where the options say so', async () => {
    const { client, exposures, platform } = await ready();
    client.peekFlag('checkout');
    client.peekFlagDetails('checkout');
    client.peekExperiment('checkout_flow_v2');
    client.onFlagsChange(() => {});
    client.track('a');
    await settlePromises();
    // Nor is anybody assigned for good who was not told.
    expect(platform.storage.get('sticky')).toBeNull();
    client.setOverrides({ experiments: { checkout_flow_v2: 'treatment' } });
    expect(client.getExperiment('checkout_flow_v2')).toMatchObject({
      variant: 'treatment',
      value: 'new',
      inExperiment: true,
    });
    client.setOverrides({ flags: { checkout: 'mine' } });
    expect(client.getFlagDetails('checkout')).toMatchObject({ value: 'mine', reason: 'override' });
    expect(await exposures()).toEqual([]);
    const quiet = await ready({ flags: { expose: false } });
    quiet.client.getFlag('checkout');
    expect(await quiet.exposures()).toEqual([]);
    quiet.client.exposeExperiment('checkout_flow_v2');
    expect(await quiet.exposures()).toHaveLength(1);
  });

  it('tells who is not in it', async () => {
    const { client } = await ready({
      source: createScriptedConfigSource(
        documentOf({
          checkout: {
            defaultValue: 'old',
            rules: [
              experimentRule({
                ranges: [
                  [0, 0],
                  [0, 0],
                ],
              }),
            ],
          },
        }),
      ),
    });
    expect(client.getExperiment('checkout_flow_v2')).toEqual({
      variant: null,
      value: 'old',
      inExperiment: false,
      reason: 'default',
    });
    expect(client.getExperiment('none')).toEqual({
      variant: null,
      value: undefined,
      inExperiment: false,
      reason: 'unknown',
    });
  });

  it('waits with exposures until the person agrees, and makes none where they refuse', async () => {
    const pending = await ready({ options: { consent: 'pending' } });
    pending.client.getFlag('checkout');
    pending.client.getFlag('checkout');
    pending.client.track('a');
    expect(await pending.exposures()).toEqual([]);
    pending.client.setConsent('granted');
    await settlePromises();
    expect(await pending.exposures()).toHaveLength(1);
    const { accepted, delivered, dropped } = pending.client.stats();
    expect({ accepted, delivered, dropped }).toEqual({ accepted: 2, delivered: 2, dropped: {} });
    const denied = await ready({ options: { consent: 'denied' } });
    denied.client.getFlag('checkout');
    expect(await denied.exposures()).toEqual([]);
    expect(denied.client.stats().dropped).toEqual({});
  });

  it('keeps who was assigned in their variant, from before they signed in on, and not for who comes next', async () => {
    const variantOf = (page: ReturnType<typeof setUp>) =>
      page.client.getExperiment('checkout_flow_v2').variant;
    const page = await ready();
    const before = variantOf(page);
    // Everybody who is assigned from here on is on the other side.
    const turned = experimentRule({
      ranges:
        before === 'control'
          ? [
              [0, 0],
              [0, 1],
            ]
          : [
              [0, 1],
              [0, 0],
            ],
    });
    page.source.publish(documentOf({ checkout: { defaultValue: 'old', rules: [turned] } }, 2));
    await settlePromises();
    expect(variantOf(page)).toBe(before);
    page.client.identify('u-1');
    expect(variantOf(page)).toBe(before);
    expect((await page.exposures()).at(-1)!.properties).toMatchObject({
      unit_type: 'user_id',
      unit_id: 'u-1',
      is_sticky: true,
    });
    expect(page.client.peekExperiment('checkout_flow_v2', { user_id: 'u-2' }).variant).not.toBe(
      before,
    );
    page.client.identify('u-2');
    expect(variantOf(page)).not.toBe(before);
    page.client.reset();
    expect(variantOf(page)).not.toBe(before);
    page.client.identify('u-1');
    expect(variantOf(page)).toBe(before);
    const kept = page.platform.storage.keys().map((key) => page.platform.storage.get(key));
    page.client.reset();
    expect(JSON.stringify(page.platform.storage.get('sticky'))).not.toContain('u-1');
    expect(kept.length).toBeGreaterThan(0);
    const loose = await ready({ flags: { sticky: false } });
    const first = variantOf(loose);
    expect(first).not.toBeNull();
    loose.source.publish(documentOf({ checkout: { defaultValue: 'old', rules: [turned] } }, 2));
    await settlePromises();
    expect(loose.platform.storage.get('sticky')).toBeNull();
  });
});

describe('given somebody tests', () => {
  it('overrides by the address, for this visit, loudly, and until it is over', async () => {
    const url =
      'https://shop.test/?px_flag.plain=%22bye%22&px_flag.beta=true&px_flag.text=so&px_exp.checkout_flow_v2=control';
    const page = await ready({ platform: at(url) });
    const read = ({ client }: ReturnType<typeof setUp>) => [
      client.getFlag('plain'),
      client.getFlag('beta'),
      client.getFlag('text'),
      client.getExperiment('checkout_flow_v2', { user_id: 'u-1' }).variant,
    ];
    expect(read(page)).toEqual(['bye', true, 'so', 'control']);
    page.client.track('a');
    expect(page.said()).toEqual([
      'px: FLAGS ARE OVERRIDDEN in this visit, and nobody is exposed; PX.setOverrides(null) ends it.',
    ]);
    const { clock, storage } = page.platform;
    const next = await ready({ platform: at('https://shop.test/cart', { clock, storage }) });
    expect(read(next)).toEqual(['bye', true, 'so', 'control']);
    expect(next.said()).toHaveLength(1);
    next.client.setOverrides(null);
    expect(read(next)).toEqual(['hello', false, undefined, 'treatment']);
    page.client.setOverrides({ flags: { plain: 'x' } });
    page.client.track('a');
    expect(next.client.getFlag('plain')).toBe('x');
    await clock.advance(31 * 60_000);
    expect(next.client.getFlag('plain')).toBe('hello');
    next.client.track('a');
    expect(next.client.getFlag('plain')).toBe('hello');
    next.client.setOverrides({ flags: { plain: 'x' } });
    next.client.track('a');
    next.client.reset();
    next.client.track('a');
    expect(next.client.getFlag('plain')).toBe('hello');
    const shut = await ready({ platform: at(url), flags: { queryOverrides: false } });
    expect(read(shut)).toEqual(['hello', false, undefined, 'treatment']);
  });
});

describe('given somebody wants to know of changes', () => {
  it('names the flags whose value or variant is another, and nothing else', async () => {
    const { client, source } = await ready();
    const listener = vi.fn<(keys: readonly string[]) => void>();
    const ofBeta = vi.fn<(keys: readonly string[]) => void>();
    client.onFlagsChange(listener);
    const stop = client.onFlagsChange(ofBeta, ['beta']);
    source.publish(documentOf({ ...SHOP.features, plain: { defaultValue: 'bye' } }, 2));
    await settlePromises();
    expect(listener.mock.calls).toEqual([[['plain']]]);
    source.publish(documentOf({ ...SHOP.features, plain: { defaultValue: 'bye' } }, 3));
    client.track('a');
    await client.refreshFlags();
    expect(listener).toHaveBeenCalledTimes(1);
    void client.setFlagAttributes({ segment: 'trial' });
    await settlePromises();
    expect(listener.mock.calls[1]).toEqual([['beta']]);
    expect(ofBeta.mock.calls).toEqual([[['beta']]]);
    stop();
    void client.setFlagAttributes({ segment: 'paid' });
    await settlePromises();
    expect(listener).toHaveBeenCalledTimes(3);
    expect(ofBeta).toHaveBeenCalledTimes(1);
    client.setOverrides({ flags: { other: 1 } });
    await settlePromises();
    expect(listener.mock.calls[3]).toEqual([['other']]);
  });

  it('hears of each look where no key is asked for: what it begins with, and what is another for a context alone', async () => {
    const { client, source } = await ready();
    const ofOwn = vi.fn<(keys: readonly string[]) => void>();
    client.onFlagsChange(ofOwn);
    const seen: unknown[] = [];
    const stop = client.onFlagsChange((keys) => {
      seen.push([keys, client.peekFlag('beta', { segment: 'trial' })]);
    }, []);
    await settlePromises();
    expect(seen).toEqual([[[], true]]);
    const { features } = SHOP;
    source.publish(documentOf({ ...features, beta: { defaultValue: false } }, 2));
    await settlePromises();
    expect(seen.slice(1)).toEqual([[[], false]]);
    stop();
    source.publish(documentOf(features, 3));
    await settlePromises();
    expect(seen).toHaveLength(2);
    expect(ofOwn).not.toHaveBeenCalled();
  });

  it('hears of what goes for all events from here on, and of groups', async () => {
    const of = (attribute: string) => ({
      defaultValue: false,
      rules: [{ id: 'r', condition: { [attribute]: 'acme' }, force: true }],
    });
    const source = createScriptedConfigSource(documentOf({ a: of('plan'), b: of('company') }));
    const { client } = await ready({ source });
    const listener = vi.fn<(keys: readonly string[]) => void>();
    client.onFlagsChange(listener);
    client.register({ plan: 'acme' });
    await settlePromises();
    client.group('company', 'acme');
    await settlePromises();
    client.unregister('plan');
    await settlePromises();
    client.reset();
    await settlePromises();
    expect(listener.mock.calls).toEqual([[['a']], [['b']], [['a']], [['b']]]);
  });

  it('hears within a minute of what time alone changes, for as long as there is a client', async () => {
    const platform = fakePlatform();
    const from = new Date(platform.clock.now() + 90_000).toISOString();
    const source = createScriptedConfigSource(
      documentOf({
        sale: {
          defaultValue: false,
          rules: [{ id: 'r', force: true, px: { schedule: { from } } }],
        },
      }),
    );
    const { client } = await ready({ platform, source });
    const listener = vi.fn<(keys: readonly string[]) => void>();
    client.onFlagsChange(listener);
    await platform.clock.advance(89_000);
    expect(listener).not.toHaveBeenCalled();
    await platform.clock.advance(60_000);
    expect(listener.mock.calls).toEqual([[['sale']]]);
    await client.shutdown();
    expect(platform.clock.timerCount()).toBe(0);
  });

  it('hears of the first flags, and goes on where a listener throws', async () => {
    const { client, said } = setUp();
    const listener = vi.fn<(keys: readonly string[]) => void>();
    client.onFlagsChange(() => {
      throw new Error('no');
    });
    client.onFlagsChange(listener);
    await settlePromises();
    expect(listener.mock.calls).toEqual([[['plain', 'beta', 'checkout']]]);
    expect(said()).toEqual(['px: a listener failed.']);
  });
});

describe('given flags are turned off', () => {
  it('asks for nothing and has nothing', async () => {
    const { client, source } = await ready({ flags: false });
    expect(client.getFlag('plain', {}, 'x')).toBe('x');
    expect(client.flagsStatus()).toBe('error');
    expect(await client.whenFlagsReady()).toBe('error');
    await client.refreshFlags();
    expect(source.requests).toEqual([]);
    expect(source.openStreams()).toBe(0);
  });

  it('names options it cannot use', async () => {
    const flags = { refreshMs: -1, stream: 'yes' } as unknown as FlagOptions;
    const { said } = await ready({ flags });
    expect(said()).toEqual([
      'px: option flags.refreshMs cannot be -1; using 60000.',
      'px: option flags.stream cannot be "yes"; using true.',
    ]);
  });
});
