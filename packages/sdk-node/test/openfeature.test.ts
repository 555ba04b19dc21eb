import {
  ErrorCode,
  OpenFeature as api,
  ProviderEvents,
  ProviderStatus,
  type EventDetails,
} from '@openfeature/server-sdk';
import { documentOf, exposureOf, verdictOf } from '@px-platform/sdk-core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createFlags,
  type FlagExposure,
  type FlagsOptions,
  type ServerFlags,
} from '../src/index.js';
import { createPxProvider } from '../src/openfeature.js';
import { SHOP, startStubCollector, type StubCollector } from './stub-collector.js';

// The clauses are of OpenFeature's specification.
const EVENTS = [
  ProviderEvents.Ready,
  ProviderEvents.Error,
  ProviderEvents.Stale,
  ProviderEvents.ConfigurationChanged,
];
const quiet = { error() {}, warn() {}, info() {}, debug() {} };
let collector: StubCollector;
let flags: ServerFlags | undefined;
let exposures: FlagExposure[] = [];

beforeEach(async () => {
  collector = await startStubCollector();
  exposures = [];
  api.setLogger(quiet);
});
afterEach(async () => {
  await api.clearProviders();
  api.clearHandlers();
  api.setContext({});
  flags?.close();
  await collector.close();
});

/** A client as an application has it, and what it was told of. */
function setUp(
  options: Partial<FlagsOptions> = {},
  track?: Parameters<typeof createPxProvider>[1],
) {
  flags = createFlags({
    apiKey: 'px_k',
    endpoint: collector.url,
    log: quiet,
    readyTimeoutMs: 10_000,
    onExposure: (exposure) => void exposures.push(exposure),
    ...options,
  });
  const told: [string, EventDetails | undefined][] = [];
  for (const event of EVENTS) api.addHandler(event, (details) => void told.push([event, details]));
  const provider = createPxProvider(flags, track);
  return {
    flags,
    told,
    provider,
    client: api.getClient(),
    names: () => told.map(([event]) => event),
  };
}
async function ready(...given: Parameters<typeof setUp>) {
  const all = setUp(...given);
  await api.setProviderAndWait(all.provider);
  return all;
}
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

describe('given a provider that is ready', () => {
  it('has a name, and is for servers (2.1.1)', async () => {
    const { client } = await ready();
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(api.providerMetadata).toEqual({ name: 'px' });
    expect(createPxProvider(flags!).runsOn).toBe('server');
  });

  it.each([
    ['plain', {}, { value: 'hello', reason: 'DEFAULT' }],
    ['checkout', { targetingKey: 'u-1' }, { value: 'new', reason: 'SPLIT', variant: 'treatment' }],
  ])('resolves %s as a text (2.2.3, 2.2.4, 2.2.5, 2.2.6)', async (key, context, expected) => {
    const { client } = await ready();
    expect(await client.getStringDetails(key, 'own', context)).toMatchObject(expected);
  });

  it('resolves every type, by the context of the call, and says what decided (2.2.2.1, 2.2.9)', async () => {
    const { client } = await ready();
    const trial = { targetingKey: 'u-1', segment: 'trial' };
    expect(await client.getBooleanDetails('beta', false, trial)).toMatchObject({
      value: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
      flagMetadata: { ruleId: 'trial', revision: 1, version: '1', pxReason: 'forced' },
    });
    expect(await client.getBooleanValue('beta', true, { targetingKey: 'u-2' })).toBe(false);
    expect(await client.getNumberDetails('rollout', 1, trial)).toMatchObject({
      value: 7,
      reason: 'SPLIT',
    });
    expect(await client.getObjectValue('list', {})).toEqual({ items: [1, null] });
    // Whoever sets a context for all calls is followed, too.
    api.setContext({ segment: 'trial' });
    expect(await client.getBooleanValue('beta', false)).toBe(true);
  });

  it('says where the caller’s value counts because of another flag (2.2.5)', async () => {
    const { client } = await ready();
    expect(await client.getStringDetails('gated', 'own')).toMatchObject({
      value: 'own',
      reason: 'DISABLED',
    });
    expect(await client.getStringValue('gated', 'own', { segment: 'trial' })).toBe('in');
  });

  it('answers the caller’s value with a code where it cannot resolve (2.2.7, 2.3.3, 1.4.8, 1.4.9)', async () => {
    const { client } = await ready();
    const failed = async (key: string, context = {}) => {
      const { value, reason, errorCode, errorMessage } = await client.getNumberDetails(
        key,
        9,
        context,
      );
      expect({ value, reason }).toEqual({ value: 9, reason: 'ERROR' });
      expect(errorMessage).toMatch(/\.$/);
      return errorCode;
    };
    expect(await failed('nowhere')).toBe(ErrorCode.FLAG_NOT_FOUND);
    expect(await failed('plain')).toBe(ErrorCode.TYPE_MISMATCH);
    expect(await failed('loop')).toBe(ErrorCode.GENERAL);
    expect(await failed('rollout', { targetingKey: 7 })).toBe(ErrorCode.INVALID_CONTEXT);
  });

  it('exposes who is in an experiment once, and nobody to whom another value was told', async () => {
    const { client } = await ready();
    const context = { targetingKey: 'u-1' };
    expect(await client.getBooleanValue('checkout', false, context)).toBe(false);
    expect(await client.getStringValue('plain', '', context)).toBe('hello');
    expect(exposures).toEqual([]);
    await client.getStringValue('checkout', 'own', context);
    await client.getStringValue('checkout', 'own', context);
    expect(exposures).toMatchObject([{ experiment: 'checkout_flow_v2', unitId: 'u-1' }]);
  });

  it('hands over what is tracked with the merged context, or nothing (6.1.1, 6.1.4, 2.7.1)', async () => {
    const tracked: unknown[][] = [];
    const { client } = await ready({}, { track: (...all) => void tracked.push(all) });
    api.setContext({ plan: 'pro' });
    client.track('bought', { targetingKey: 'u-1', at: new Date(0) }, { value: 5 });
    expect(tracked).toEqual([
      [
        'bought',
        { id: 'u-1', user_id: 'u-1', plan: 'pro', at: '1970-01-01T00:00:00.000Z' },
        { value: 5 },
      ],
    ]);
    expect(createPxProvider(flags!).track).toBeUndefined();
  });
});

describe('given flags change', () => {
  it('says which, and resolves by them (5.1.1, 5.1.2)', async () => {
    const { client, told } = await ready();
    await until(() => expect(collector.openStreams()).toBe(1));
    collector.publish(documentOf({ ...SHOP.features, plain: { defaultValue: 'bye' } }, 2));
    await until(() =>
      expect(told).toContainEqual([
        ProviderEvents.ConfigurationChanged,
        expect.objectContaining({ flagsChanged: ['plain'] }),
      ]),
    );
    expect(await client.getStringValue('plain', 'own')).toBe('bye');
  });

  it('is stale while the collector cannot be asked, and ready again (5.1.1, 5.3.5)', async () => {
    const { client, flags, names } = await ready({ stream: false });
    collector.answer((_, response) => response.destroy());
    await flags.refresh();
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    expect(await client.getStringDetails('plain', 'own')).toMatchObject({
      value: 'hello',
      reason: 'STALE',
      flagMetadata: { pxReason: 'default' },
    });
    collector.answer(null);
    await flags.refresh();
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(names()).toEqual([ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Ready]);
  });

  it('says nothing more once it is closed, and leaves the flags to who created them (2.5.1)', async () => {
    const { flags, names } = await ready({ stream: false });
    await api.clearProviders();
    collector.publish(documentOf({ plain: { defaultValue: 'bye' } }, 2));
    await flags.refresh();
    expect(flags.getFlag('plain')).toBe('bye');
    expect(names()).toEqual([ProviderEvents.Ready]);
  });
});

describe('given no flags come', () => {
  it('fails to initialise in time, serves defaults, and is ready once they come (2.4.2.1, 5.3.2)', async () => {
    let hung: (() => void) | undefined;
    collector.answer((_, response) => void (hung = () => response.destroy()));
    const { provider, client, names } = setUp({ readyTimeoutMs: 50 });
    const waiting = api.setProviderAndWait(provider);
    expect(await client.getStringDetails('plain', 'own')).toMatchObject({
      value: 'own',
      errorCode: ErrorCode.PROVIDER_NOT_READY,
    });
    await expect(waiting).rejects.toThrow('no flags have come');
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await client.getStringDetails('plain', 'own')).toMatchObject({
      value: 'own',
      errorCode: ErrorCode.PROVIDER_NOT_READY,
    });
    collector.answer(null);
    hung?.();
    await until(() => expect(client.providerStatus).toBe(ProviderStatus.READY));
    expect(await client.getStringValue('plain', 'own')).toBe('hello');
    expect(names()).toContain(ProviderEvents.Ready);
  });
});

describe('given the key gets values only', () => {
  it('has the collector decide for each context', async () => {
    collector.secret = ({ user_id: userId, plan }) => ({
      who: verdictOf(`${String(userId)} ${String(plan)}`, { exposures: [exposureOf()] }),
    });
    const { client } = await ready();
    const context = { targetingKey: 'u-1', plan: 'pro' };
    expect(await client.getStringDetails('who', 'own', context)).toMatchObject({
      value: 'u-1 pro',
      reason: 'TARGETING_MATCH',
    });
    expect(exposures).toHaveLength(1);
    collector.answer((_, response) => response.destroy());
    expect(await client.getStringDetails('who', 'own', context)).toMatchObject({
      value: 'own',
      errorCode: ErrorCode.PROVIDER_NOT_READY,
    });
  });
});
