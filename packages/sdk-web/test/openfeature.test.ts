import {
  ErrorCode,
  OpenFeature as api,
  ProviderEvents,
  ProviderStatus,
  type EventDetails,
} from '@openfeature/web-sdk';
import {
  combineFeatures,
  createClient,
  createFlags,
  createStandardFeatures,
  parseOptions,
  type ConfigResponse,
  type FlagOptions,
} from '@px-platform/sdk-core';
import {
  configResponse,
  createScriptedConfigSource,
  documentOf,
  experimentRule,
  fakePlatform,
  fakeSibling,
  settlePromises,
  verdictOf,
  type FakePlatform,
  type ScriptedConfigSource,
} from '@px-platform/sdk-core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import PX, { type Px } from '../src/index.js';
import { createPxProvider } from '../src/openfeature.js';

// The clauses are of OpenFeature's specification.
const EVENTS = [
  ProviderEvents.Ready,
  ProviderEvents.Error,
  ProviderEvents.Stale,
  ProviderEvents.ConfigurationChanged,
  ProviderEvents.Reconciling,
  ProviderEvents.ContextChanged,
];
const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const never = () => new Promise<ConfigResponse>(() => {});

const SHOP = documentOf({
  plain: { defaultValue: 'hello' },
  beta: {
    defaultValue: false,
    rules: [{ id: 'pros', condition: { plan: 'pro' }, force: true, px: { variant: 'on' } }],
  },
  rollout: { defaultValue: 0, rules: [{ force: 7, coverage: 1, hashVersion: 2 }] },
  checkout: { defaultValue: 'old', rules: [experimentRule()] },
  gated: {
    defaultValue: 'open',
    rules: [
      { parentConditions: [{ id: 'beta', condition: { value: true }, gate: true }], force: 'in' },
    ],
  },
  loop: {
    defaultValue: 1,
    rules: [{ parentConditions: [{ id: 'loop', condition: { value: 1 } }], force: 2 }],
  },
  list: { defaultValue: { items: [1, null] } },
});

beforeEach(() => {
  api.setLogger(quiet);
});
afterEach(async () => {
  await api.clearProviders();
  api.clearHandlers();
  await api.clearContexts();
});

/** The engine behind the facade, whose verbs are the same, with a client as an application has it. */
function setUp({
  source = createScriptedConfigSource(SHOP),
  flags = {},
  platform = fakePlatform(),
}: {
  readonly source?: ScriptedConfigSource;
  readonly flags?: FlagOptions;
  readonly platform?: FakePlatform;
} = {}) {
  const { options } = parseOptions({ apiKey: 'k', projectId: 'shop', flags }, { endpoint: '/px' });
  const px = createClient({
    platform,
    options: options!,
    features: combineFeatures(createFlags(source), createStandardFeatures),
  });
  const told: [string, EventDetails | undefined][] = [];
  for (const event of EVENTS) api.addHandler(event, (details) => void told.push([event, details]));
  const sent = async () => {
    await px.flush();
    return platform.transport.batches().flatMap(({ events }) => events);
  };
  return {
    px,
    platform,
    source,
    told,
    sent,
    names: () => told.splice(0).map(([event]) => event),
    provider: createPxProvider(px),
    client: api.getClient(),
    exposures: async () => (await sent()).filter(({ event }) => event === '$exposure'),
  };
}
async function ready(given?: Parameters<typeof setUp>[0], context = {}) {
  const all = setUp(given);
  // Handlers are run at once where the provider before is ready.
  all.names();
  await api.setProviderAndWait(all.provider, context);
  return all;
}

describe('given a provider that is ready', () => {
  it('is made of any PX, whatever flags it knows the types of (2.1.1)', () => {
    expect(createPxProvider(PX)).toMatchObject({ metadata: { name: 'px' }, runsOn: 'client' });
    const typed: Px<{ flags: { beta: boolean; plain: 'hello' | 'bye' } }> = PX;
    expect(createPxProvider(typed).domainScoped).toBe(true);
  });

  it('resolves every type at once, and says what decided (2.2.2.1, 2.2.3, 2.2.4, 2.2.5, 2.2.6, 2.2.9)', async () => {
    const { client } = await ready(undefined, { targetingKey: 'u-1', plan: 'pro' });
    expect(client.getBooleanDetails('beta', false)).toMatchObject({
      value: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
      flagMetadata: { ruleId: 'pros', revision: 1, version: '1', pxReason: 'forced' },
    });
    expect(client.getStringDetails('checkout', 'own')).toMatchObject({
      value: 'new',
      variant: 'treatment',
      reason: 'SPLIT',
      flagMetadata: { experiment: 'checkout_flow_v2', ruleId: 'half' },
    });
    expect(client.getStringDetails('plain', 'own')).toMatchObject({
      value: 'hello',
      reason: 'DEFAULT',
    });
    expect(client.getNumberDetails('rollout', 1)).toMatchObject({ value: 7, reason: 'SPLIT' });
    expect(client.getObjectValue('list', {})).toEqual({ items: [1, null] });
    expect(client.getStringDetails('plain', 'own').errorCode).toBeUndefined();
  });

  it('says where the caller’s value counts because of another flag (2.2.5)', async () => {
    const { client } = await ready();
    expect(client.getStringDetails('gated', 'own')).toMatchObject({
      value: 'own',
      reason: 'DISABLED',
    });
  });

  it('answers the caller’s value with a code where it cannot resolve (2.2.7, 1.4.8, 1.4.9)', async () => {
    const { client } = await ready();
    const failed = (key: string) => {
      const { value, reason, errorCode } = client.getNumberDetails(key, 9);
      expect({ value, reason }).toEqual({ value: 9, reason: 'ERROR' });
      return errorCode;
    };
    expect(failed('nowhere')).toBe(ErrorCode.FLAG_NOT_FOUND);
    expect(failed('plain')).toBe(ErrorCode.TYPE_MISMATCH);
    expect(failed('loop')).toBe(ErrorCode.GENERAL);
    await api.setContext({ targetingKey: 7 as never });
    expect(failed('rollout')).toBe(ErrorCode.INVALID_CONTEXT);
  });

  it('exposes as getFlag does: once, and nobody by what was of another type, overridden or a default', async () => {
    const { client, px, exposures } = await ready();
    px.identify('u-1');
    expect(client.getBooleanValue('checkout', false)).toBe(false);
    client.getStringValue('plain', '');
    px.setOverrides({ flags: { checkout: 'mine' } });
    expect(client.getStringDetails('checkout', 'own')).toMatchObject({
      value: 'mine',
      reason: 'STATIC',
    });
    px.setOverrides(null);
    expect(await exposures()).toEqual([]);
    client.getStringValue('checkout', 'own');
    client.getStringValue('checkout', 'own');
    px.getFlag('checkout');
    expect(await exposures()).toHaveLength(1);
  });

  it('tracks as PX does (2.7.1)', async () => {
    const { client, sent } = await ready();
    client.track('bought', { value: 5, at: new Date(0) });
    expect(await sent()).toMatchObject([
      { event: 'bought', properties: { value: 5, at: '1970-01-01T00:00:00.000Z' } },
    ]);
  });
});

describe('given the context changes', () => {
  it('has the new values at once where it has rules, and asks nobody (2.6.1, 5.3.4.2)', async () => {
    const { client, source, names } = await ready();
    names();
    const changing = api.setContext({ plan: 'pro' });
    expect(client.getBooleanValue('beta', false)).toBe(true);
    await changing;
    await api.setContext({});
    expect(client.getBooleanValue('beta', true)).toBe(false);
    await settlePromises();
    expect(names()).toEqual([ProviderEvents.ContextChanged, ProviderEvents.ContextChanged]);
    expect(source.requests).toHaveLength(1);
  });

  it('decides for a targeting key that is another’s, and identifies nobody', async () => {
    const { client, px, sent, exposures } = await ready(undefined, { targetingKey: 'u-1' });
    expect(client.getStringValue('checkout', 'own')).toBe('new');
    px.track('a');
    expect((await sent()).map(({ user_id }) => user_id)).toEqual([null, null]);
    expect(await exposures()).toMatchObject([
      { properties: { unit_type: 'user_id', unit_id: 'u-1' } },
    ]);
    // The page’s own reads say the same.
    expect(px.getFlag('checkout')).toBe('new');
    await api.clearProviders();
    px.identify('u-2');
    expect(px.getFlag('checkout')).toBe('old');
  });
});

describe('given flags change', () => {
  it('says which (5.1.1, 5.1.2)', async () => {
    const { source, told, client } = await ready(undefined, { plan: 'pro' });
    source.publish(
      documentOf(
        {
          ...SHOP.features,
          beta: { defaultValue: true, px: { variant: 'on' } },
          plain: { defaultValue: 'bye' },
        },
        2,
      ),
    );
    await settlePromises();
    // `beta` is the same for who has this context.
    expect(told.at(-1)).toEqual([
      ProviderEvents.ConfigurationChanged,
      expect.objectContaining({ flagsChanged: ['plain'] }),
    ]);
    expect(client.getStringValue('plain', 'own')).toBe('bye');
  });

  it('is stale while the collector cannot be asked, and ready again (5.1.1, 5.3.5)', async () => {
    const { client, px, source, names } = await ready({ flags: { stream: false } });
    source.answer(() => configResponse(500, {}));
    await px.refreshFlags();
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    expect(client.getStringDetails('plain', 'own')).toMatchObject({
      value: 'hello',
      reason: 'STALE',
      flagMetadata: { pxReason: 'default' },
    });
    source.answer(null);
    await px.refreshFlags();
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(names()).toEqual([ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Ready]);
  });

  it('begins with what was kept, at once, and is stale until that is confirmed (5.3.1, 5.3.5)', async () => {
    const { platform } = await ready();
    const source = createScriptedConfigSource(SHOP);
    source.answer(never);
    const { client, px, names } = await ready({ platform: fakeSibling(platform), source });
    expect(client.getStringValue('plain', 'own')).toBe('hello');
    await vi.waitFor(() => expect(client.providerStatus).toBe(ProviderStatus.STALE));
    expect(names()).toEqual([ProviderEvents.Ready, ProviderEvents.Stale]);
    source.answer(null);
    void px.refreshFlags();
    await platform.clock.advance(15_000);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(names()).toEqual([ProviderEvents.Ready]);
  });

  it('says that it is ready once', async () => {
    const { names } = await ready();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(names()).toEqual([ProviderEvents.Ready]);
  });

  it('says nothing more once it is closed, and takes back what its context said (2.5.1)', async () => {
    const { px, source, names } = await ready(undefined, { plan: 'pro' });
    expect(px.getFlag('beta')).toBe(true);
    await api.clearProviders();
    expect(px.getFlag('beta')).toBe(false);
    names();
    source.publish(documentOf({ plain: { defaultValue: 'bye' } }, 2));
    await settlePromises();
    expect(px.getFlag('plain')).toBe('bye');
    expect(names()).toEqual([]);
  });
});

describe('given no flags come', () => {
  it('fails to initialise in time, serves defaults, and is ready once they come (2.4.2.1, 5.3.2)', async () => {
    const source = createScriptedConfigSource(SHOP);
    source.answer(never);
    const { provider, client, platform, names } = setUp({ source });
    const failure = api.setProviderAndWait(provider).catch((error: unknown) => error);
    expect(client.getStringDetails('plain', 'own')).toMatchObject({
      value: 'own',
      errorCode: ErrorCode.PROVIDER_NOT_READY,
    });
    await platform.clock.advance(1_000);
    expect(String(await failure)).toContain('no flags have come');
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(client.getStringDetails('plain', 'own')).toMatchObject({
      value: 'own',
      errorCode: ErrorCode.PROVIDER_NOT_READY,
    });
    names();
    source.answer(null);
    await platform.clock.advance(15_000);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(client.getStringValue('plain', 'own')).toBe('hello');
    expect(names()).toContain(ProviderEvents.Ready);
  });
});

describe('given the key gets values only', () => {
  it('keeps the old values until those of the new context are there (2.6.1, 5.3.4.1, 5.3.4.2)', async () => {
    const source = createScriptedConfigSource();
    let release: (() => void) | undefined;
    let isHeld = false;
    source.answer(async ({ body }) => {
      if (body === undefined) return configResponse(403, { code: 'values_only' });
      if (isHeld) await new Promise<void>((resolve) => (release = resolve));
      const { attributes } = JSON.parse(body) as { attributes: Record<string, unknown> };
      const who = `${String(attributes['user_id'])} ${String(attributes['plan'])}`;
      return configResponse(200, { revision: 1, flags: { who: verdictOf(who) } });
    });
    const { client, names } = await ready({ source }, { targetingKey: 'u-1', plan: 'free' });
    await vi.waitFor(() => expect(client.getStringValue('who', 'own')).toBe('u-1 free'));
    names();
    isHeld = true;
    const changing = api.setContext({ targetingKey: 'u-1', plan: 'pro' });
    expect(client.providerStatus).toBe(ProviderStatus.RECONCILING);
    await settlePromises();
    expect(client.getStringDetails('who', 'own')).toMatchObject({ value: 'u-1 free' });
    release?.();
    await changing;
    expect(client.getStringValue('who', 'own')).toBe('u-1 pro');
    expect(names()).toEqual([ProviderEvents.Reconciling, ProviderEvents.ContextChanged]);
  });
});
