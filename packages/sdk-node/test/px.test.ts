import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import PX, { createPx, type Px } from '../src/index.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let said: string[] = [];
const say = (...values: readonly unknown[]) => void said.push(values.join(' '));
const log = { error: say, warn: say };

beforeEach(async () => {
  collector = await startStubCollector();
  said = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await collector.close();
});
const target = () => ({ apiKey: 'px_k', endpoint: collector.url });
const events = () =>
  collector.events().map(({ event, user_id, timestamp, properties }) => ({
    event,
    user_id,
    timestamp,
    properties,
  }));

describe('given a PX that is not started', () => {
  let px: Px;
  beforeEach(() => void (px = createPx(log)));
  afterEach(() => px.shutdown({ timeoutMs: 0 }));

  it('has fallbacks for flags, settled promises, and books with nothing in them', async () => {
    expect(px.getFlag('beta', { user_id: 'ada' }, true)).toBe(true);
    expect(px.getFlagDetails('beta')).toMatchObject({ reason: 'loading', isStale: true });
    expect(px.getExperiment('checkout_flow_v2').variant).toBeNull();
    expect(px.flags.status()).toBe('error');
    expect(px.flagsStatus()).toBe('loading');
    expect(await px.whenFlagsReady()).toBe('loading');
    await px.refreshFlags();
    await px.flush();
    expect(await px.shutdown()).toEqual({ accepted: 0, delivered: 0, pending: 0, dropped: {} });
  });

  it('keeps events until it is, as they were, of their own time and request', async () => {
    const before = Date.now();
    const properties = { amount: 1 };
    px.track('early', properties, { userId: 'ada' });
    properties.amount = 2;
    px.withRequest({ userId: 'bob' }, () => px.track('within'));
    px.forRequest({ userId: 'eve' }).identify('eve', { plan: 'pro' });
    px.page({ url: 'https://shop.example/' }, { userId: 'ada', timestamp: 1_700_000_000_000 });
    px.captureError(new TypeError('too early'), { step: 1 }, { userId: 'ada' });
    const after = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));

    px.init({ ...target(), flags: false });
    await px.flush();
    expect(events()).toMatchObject([
      { event: 'early', user_id: 'ada', properties: { amount: 1 } },
      { event: 'within', user_id: 'bob' },
      { event: '$identify', user_id: 'eve', properties: { $set: { plan: 'pro' } } },
      { event: 'page_view', user_id: 'ada', timestamp: 1_700_000_000_000 },
      { event: 'error', user_id: 'ada', properties: { message: 'too early', step: 1 } },
    ]);
    for (const { timestamp } of events().slice(0, 3)) {
      expect(timestamp).toBeGreaterThanOrEqual(before);
      expect(timestamp).toBeLessThanOrEqual(after);
    }
    expect(px.stats()).toMatchObject({ accepted: 5, delivered: 5 });
  });

  it('says that it keeps no more than so many', () => {
    for (let nth = 0; nth < 1_001; nth += 1) px.track('early', {}, { userId: 'ada' });
    expect(said).toEqual(['px: more than 1000 calls before PX.init; later ones are lost.']);
  });

  it('breaks nothing, whatever a verb is given', async () => {
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no keys');
        },
      },
    );
    const call = px.track as (...args: unknown[]) => void;
    call('early', trap, trap);
    call();
    call(null, null, null);
    call('early', {}, { userId: 'ada' });
    px.init({ ...target(), flags: false });
    await px.flush();
    expect(events()).toHaveLength(1);
  });

  it('tells who listened before of flags that come after', async () => {
    const changes: (readonly string[])[] = [];
    const stopped: unknown[] = [];
    const statuses: string[] = [];
    px.onFlagsChange((changed) => changes.push(changed), ['plain', 'nowhere']);
    px.onFlagsChange((changed) => changes.push(changed), []);
    px.onFlagsChange((changed) => stopped.push(changed))();
    px.onFlagsStatus((status) => statuses.push(status));
    px.init({ ...target(), flags: { stream: false } });
    expect(await px.whenFlagsReady(10_000)).toBe('ready');
    expect(changes).toEqual([['plain'], []]);
    expect(stopped).toEqual([]);
    expect(statuses).toEqual(['ready']);
    expect(px.getFlag('plain', { user_id: 'ada' })).toBe('hello');
    expect(px.flags.document()).toBeDefined();
  });
});

describe('given a PX that is started', () => {
  it('is started once, and anew after a shutdown; between the two it refuses and counts', async () => {
    const px = createPx(log);
    px.init({ ...target(), flags: false });
    px.init({ ...target(), flags: false });
    expect(said).toEqual(['px: PX.init was called again; ignored. Call PX.shutdown() first.']);
    await px.shutdown();
    px.track('late', {}, { userId: 'ada' });
    expect(px.stats().dropped).toEqual({ shutdown: 1 });
    px.init({ ...target(), flags: false });
    px.track('again', {}, { userId: 'ada' });
    expect(await px.shutdown()).toMatchObject({ accepted: 1, delivered: 1 });
  });

  it('takes its key and address from the environment', async () => {
    vi.stubEnv('PX_API_KEY', 'px_env');
    vi.stubEnv('PX_ENDPOINT', `${collector.url}/`);
    const px = createPx(log);
    px.init({ flags: false });
    px.track('from_env', {}, { userId: 'ada' });
    await px.shutdown();
    expect(events()).toMatchObject([{ event: 'from_env' }]);
    expect(collector.headers[0]?.authorization).toBe('Bearer px_env');
  });

  it('says what is missing where neither has them, and counts what it drops', async () => {
    const px = createPx(log);
    px.init({ apiKey: 'px_k', endpoint: '/px' });
    px.track('nowhere', {}, { userId: 'ada' });
    expect(said).toEqual([
      `px: option endpoint, or PX_ENDPOINT in the environment, is the collector's whole address, without a query; received "/px". Nothing is sent.`,
    ]);
    expect(px.stats().dropped).toEqual({ unusable_options: 1 });
    expect(await px.whenFlagsReady()).toBe('error');
    await px.shutdown();
  });
});

describe("given a page's code on a server", () => {
  it("finds the page's verbs, which say once that they do nothing", async () => {
    const px = createPx(log);
    px.init({ ...target(), flags: false });
    px.register({ plan: 'pro' });
    px.registerOnce({ plan: 'pro' });
    px.unregister('plan');
    px.setConsent({ analytics: 'granted' });
    px.setOverrides(null);
    await px.setFlagAttributes({ plan: 'pro' });
    px.reset();
    px.reset();
    expect(said).toHaveLength(7);
    expect(said[6]).toContain('reset is for pages');
    await px.shutdown();
  });
});

describe('given two copies of the module in one process', () => {
  it('has one PX in both, which holds nothing until it is called', async () => {
    const own = Object.getOwnPropertySymbols(globalThis).map(String);
    expect(own.filter((name) => name.includes('sdk-node@'))).toEqual([]);
    vi.resetModules();
    const { default: other } = (await import('../src/index.js')) as { default: Px };
    expect(other).not.toBe(PX);
    PX.init({ ...target(), flags: false });
    other.track('by_the_other', {}, { userId: 'ada' });
    await other.flush();
    expect(events()).toMatchObject([{ event: 'by_the_other' }]);
    expect(PX.stats()).toEqual(other.stats());
    await PX.shutdown();
  });
});
