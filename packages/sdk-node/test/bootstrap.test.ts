import { runInNewContext } from 'node:vm';
import { documentOf, exposureOf, verdictOf } from '@px-platform/sdk-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, createFlags, createPx, toScript, type NodeClient } from '../src/index.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let px: NodeClient;
const log = { error() {}, warn() {} };
const told: unknown[] = [];

beforeEach(async () => {
  collector = await startStubCollector();
  const onExposure = (exposure: unknown) => void told.push(exposure);
  const flags = { onExposure, defaults: { plain: 'unused' } };
  px = createClient({ apiKey: 'px_k', endpoint: collector.url, log, flags });
});
afterEach(async () => {
  await px.shutdown({ timeoutMs: 0 });
  await collector.close();
  told.length = 0;
});

describe('given rules in the process', () => {
  it('says what is decided for one person, once there are flags', async () => {
    const values = await px.bootstrap({ user_id: 'u-1', segment: 'trial' });
    expect(values).toMatchObject({ revision: 1, user_id: 'u-1' });
    expect(Object.keys(values!.flags)).toEqual(Object.keys(px.flags.document()!.features));
    expect(values!.flags['plain']).toEqual(verdictOf('hello', { reason: 'default' }));
    expect(values!.flags['beta']).toMatchObject({ value: true, variant: 'on', reason: 'forced' });
    expect(values!.flags['checkout']).toMatchObject({
      value: 'new',
      experiment: 'checkout_flow_v2',
      exposures: [{ unitType: 'user_id', unitId: 'u-1' }],
    });
  });

  it('tells nobody of an exposure, and assigns nobody', async () => {
    await px.bootstrap({ user_id: 'u-1' });
    const written: unknown[] = [];
    const sticky = { read: () => null, write: (...said: unknown[]) => void written.push(said) };
    const flags = createFlags({ apiKey: 'px_k', endpoint: collector.url, log, sticky });
    await flags.bootstrap({ user_id: 'u-1' });
    expect(written).toEqual([]);
    flags.getFlag('checkout', { user_id: 'u-1' });
    expect(written).toHaveLength(1);
    flags.close();
    await px.flush();
    expect(told).toEqual([]);
    expect(collector.events()).toEqual([]);
  });

  it('is of whoever the request is from, signed in or not', async () => {
    const { bootstrap } = px.forRequest({ anonymousId: 'd-1', attributes: { segment: 'trial' } });
    const values = await bootstrap(undefined, { keys: ['beta', 'checkout', 'nowhere'] });
    expect(values).toMatchObject({
      anonymous_id: 'd-1',
      flags: { beta: { value: true }, checkout: { exposures: [{ unitId: 'd-1' }] } },
    });
    expect(Object.keys(values!.flags)).toEqual(['beta', 'checkout']);
    expect(values).not.toHaveProperty('user_id');
    const within = await px.withRequest({ userId: 'u-2' }, () => px.bootstrap());
    expect(within).toMatchObject({ user_id: 'u-2' });
    const nobody = await px.bootstrap();
    expect(nobody!.flags['checkout']).toMatchObject({ value: 'old', exposures: [] });
  });

  it('has the defaults that the server’s own reads have', async () => {
    await px.flags.ready(10_000);
    collector.publish(documentOf({ plain: { defaultValue: null } }, 2));
    await px.flags.refresh();
    expect(px.getFlag('plain', { user_id: 'u-1' })).toBe('unused');
    expect((await px.bootstrap({ user_id: 'u-1' }))!.flags['plain']!.value).toBe('unused');
  });

  it('throws at nobody, whatever it is given', async () => {
    await px.flags.ready(10_000);
    // Callers without types.
    const bootstrap = px.flags.bootstrap as (context: unknown) => Promise<unknown>;
    const hostile = {
      get user_id(): string {
        throw new Error('no');
      },
    };
    expect(await bootstrap(null)).toMatchObject({ revision: 1 });
    expect(await bootstrap(hostile)).toBeUndefined();
    expect(await px.forRequest({}).bootstrap(hostile)).toBeUndefined();
  });
});

describe('given a key that gets values only', () => {
  it('has the collector decide', async () => {
    const flags = { who: verdictOf('x', { exposures: [exposureOf()] }), other: verdictOf(1) };
    collector.secret = ({ user_id: id }) => (id === 'u-1' ? flags : {});
    const secret = createFlags({ apiKey: 'px_k', endpoint: collector.url, log });
    expect(await secret.bootstrap({ user_id: 'u-1' }, { keys: ['who'] })).toEqual({
      revision: 1,
      user_id: 'u-1',
      flags: { who: flags.who },
    });
    collector.answer((_, response) => void response.writeHead(500).end());
    expect(await secret.bootstrap({ user_id: 'u-1' })).toBeUndefined();
    secret.close();
  });
});

describe('given no flags', () => {
  it('says nothing, so that the page has its fallbacks', async () => {
    const endpoint = 'http://127.0.0.1:1';
    const none = createFlags({ apiKey: 'px_k', endpoint, log, readyTimeoutMs: 50 });
    expect(await none.bootstrap({ user_id: 'u-1' })).toBeUndefined();
    none.close();
    const off = createClient({ apiKey: 'px_k', endpoint, log, flags: false });
    expect(await off.bootstrap({ user_id: 'u-1' })).toBeUndefined();
    await off.shutdown({ timeoutMs: 0 });
  });
});

describe('given a PX of the process', () => {
  it('has no first flags until it is started, and then those of whoever the request is from', async () => {
    const shared = createPx(log);
    expect(await shared.bootstrap({ user_id: 'u-1' })).toBeUndefined();
    const request = shared.forRequest({ userId: 'u-1' });
    expect(await request.bootstrap()).toBeUndefined();
    shared.init({ apiKey: 'px_k', endpoint: collector.url, log });
    expect(await shared.bootstrap({ user_id: 'u-1' })).toMatchObject({ user_id: 'u-1' });
    expect(await request.bootstrap()).toMatchObject({ user_id: 'u-1' });
    await shared.shutdown({ timeoutMs: 0 });
  });
});

describe('given flags for a script of a page', () => {
  it('writes them so that nothing in them ends it, or begins a comment', () => {
    const text = '</script><!-- --> & \u2028\u2029 ]]> "quoted" \\';
    const values = { revision: 1, user_id: text, flags: { who: verdictOf(text) } };
    const script = toScript(values);
    expect(script).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(script)).toEqual(values);
    expect(runInNewContext(`(${script})`)).toEqual(values);
    expect(runInNewContext(toScript(undefined))).toBeUndefined();
  });
});
