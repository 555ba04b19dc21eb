import { setTimeout as wait } from 'node:timers/promises';
import { CONTROL_EVENTS } from '@px-platform/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type ClientOptions, type NodeClient } from '../src/index.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let opened: NodeClient[] = [];
const log = { error() {}, warn() {} };

beforeEach(async () => {
  collector = await startStubCollector();
});
afterEach(async () => {
  for (const px of opened) await px.shutdown({ timeoutMs: 0 });
  await collector.close();
  opened = [];
});

const open = async (options: Partial<ClientOptions> = {}) => {
  const px = createClient({ apiKey: 'px_k', endpoint: collector.url, log, ...options });
  opened.push(px);
  await px.flags.ready(10_000);
  return px;
};
const exposures = () => collector.events().filter(({ event }) => event === CONTROL_EVENTS.exposure);
const SESSION = '0190163d-8694-739b-aea5-966c26f8ad91';

describe('given flags in a client of events', () => {
  it('sends who was exposed to what, once, with what the page says of it', async () => {
    const told: unknown[] = [];
    const px = await open({ flags: { onExposure: (exposure) => void told.push(exposure) } });
    for (let nth = 0; nth < 3; nth += 1)
      expect(px.getFlag('checkout', { user_id: 'u-1', anonymous_id: 'd-1' })).toBe('new');
    px.peekFlag('checkout', { user_id: 'u-2' });
    px.getFlag('plain', { user_id: 'u-1' });
    await px.flush();
    expect(exposures()).toMatchObject([
      {
        user_id: 'u-1',
        anonymous_id: 'd-1',
        properties: {
          experiment: 'checkout_flow_v2',
          variant: 'treatment',
          variation_id: 1,
          unit_type: 'user_id',
          unit_id: 'u-1',
          phase: '0',
          bucket_version: 0,
          is_sticky: false,
          flag: 'checkout',
          rule_id: 'half',
          revision: 1,
        },
      },
    ]);
    expect(told).toHaveLength(1);
    expect(px.stats()).toMatchObject({ accepted: 1, delivered: 1 });
  });

  it('gives it one id in every process: of the visit, or else of the day', async () => {
    for (let nth = 0; nth < 2; nth += 1) {
      const px = await open();
      px.getFlag('checkout', { user_id: 'u-1' });
      px.getFlag('checkout', { user_id: 'u-2', session_id: SESSION });
      await px.flush();
    }
    expect(collector.batches.flatMap(({ events }) => events)).toHaveLength(4);
    const [ofDay, ofVisit, ...more] = exposures();
    expect(more).toEqual([]);
    expect(ofDay).not.toHaveProperty('session_id');
    expect(ofVisit).toMatchObject({ user_id: 'u-2', session_id: SESSION });
    expect(ofVisit?.event_id.slice(0, 15)).toBe(`${SESSION.slice(0, 14)}8`);
    expect(Math.floor(Date.now() / 86_400_000) * 86_400_000).toBe(
      Number.parseInt(ofDay?.event_id.slice(0, 13).replace('-', '') ?? '', 16),
    );
  });

  it('sends it once in each visit', async () => {
    const px = await open();
    const other = SESSION.replace('0190', '0191');
    for (const session_id of [SESSION, SESSION, other, SESSION, other])
      px.getFlag('checkout', { user_id: 'u-1', session_id });
    await px.flush();
    expect(exposures().map(({ session_id }) => session_id)).toEqual([SESSION, other]);
    expect(px.stats().accepted).toBe(2);
  });

  it('takes a device for the unit, and who has but an id for a person', async () => {
    const px = await open();
    px.getFlag('checkout', { anonymous_id: 'd-1' });
    px.getFlag('checkout', { id: 'u-9', user_id: 'u-1' });
    await px.flush();
    expect(exposures().map(({ user_id, anonymous_id }) => [user_id, anonymous_id])).toEqual([
      [undefined, 'd-1'],
      ['u-1', undefined],
    ]);
  });

  it('has fallbacks alone, and asks for nothing, where flags are off', async () => {
    const px = await open({ flags: false });
    expect(px.getFlag('checkout', { user_id: 'u-1' }, 'own')).toBe('own');
    expect(px.flags.status()).toBe('error');
    expect(collector.asked).toEqual([]);
  });
});

describe('given a request', () => {
  const request = {
    userId: 'u-1',
    anonymousId: 'd-1',
    sessionId: SESSION,
    context: { user_agent: 'Firefox' },
    attributes: { segment: 'trial' },
  };

  it('says whose each event is, with its circumstances, and decides flags for them', async () => {
    const px = await open();
    const bound = px.forRequest(request);
    bound.track('invoice_paid', { amount: 1 }, { context: { locale: 'pt' } });
    bound.page({ url: 'https://shop.example/' });
    expect(bound.getFlag('beta', undefined, false)).toBe(true);
    expect(bound.getFlag('beta', { segment: 'other' }, true)).toBe(false);
    bound.getFlag('checkout');
    await px.flush();
    const whose = { user_id: 'u-1', anonymous_id: 'd-1', session_id: SESSION };
    expect(collector.events()).toMatchObject([
      { event: 'invoice_paid', ...whose, context: { user_agent: 'Firefox', locale: 'pt' } },
      { event: 'page_view', ...whose, context: { page: { url: 'https://shop.example/' } } },
      { event: '$exposure', ...whose },
    ]);
    expect(collector.events()[0]?.properties).toEqual({ amount: 1 });
  });

  it('leaves its device, visit and address off what is said of somebody else', async () => {
    const px = await open();
    px.forRequest(request).track('invited', {}, { userId: 'bob' });
    px.forRequest(request).identify('bob');
    px.forRequest({ anonymousId: 'd-2' }).track('invited', {}, { userId: 'eve' });
    px.forRequest(request).getFlag('checkout', { user_id: 'u-2' });
    await px.flush();
    expect(collector.events().map(({ user_id }) => user_id)).toEqual(['bob', 'bob', 'eve', 'u-2']);
    for (const event of collector.events()) {
      for (const name of ['anonymous_id', 'session_id', 'context'])
        expect(event).not.toHaveProperty(name);
    }
  });

  it('joins the device to whoever signs in on it', async () => {
    const px = await open();
    px.forRequest({ anonymousId: 'd-1' }).identify('ada', { plan: 'pro' });
    await px.flush();
    expect(collector.events()).toMatchObject([{ user_id: 'ada', anonymous_id: 'd-1' }]);
  });

  it('keeps requests apart that are served at once', async () => {
    const px = await open();
    const serve = (userId: string, ms: number) =>
      px.withRequest({ userId, attributes: { segment: userId } }, async () => {
        px.track('began');
        await wait(ms);
        px.track('ended');
        return px.getFlag('beta', undefined, false);
      });
    expect(await Promise.all([serve('trial', 30), serve('bob', 10)])).toEqual([true, false]);
    px.track('outside');
    await px.flush();
    const told = collector.events().map(({ event, user_id }) => `${event} ${user_id}`);
    expect(told).toEqual(['began trial', 'began bob', 'ended bob', 'ended trial']);
    expect(px.stats().dropped).toEqual({ missing_identity: 1 });
    const inner = px.withRequest({ ...request }, () =>
      px.withRequest({ userId: 'bob' }, () => px.forRequest({ userId: 'eve' })),
    );
    inner.track('inner');
    await px.flush();
    expect(collector.events().at(-1)).not.toHaveProperty('anonymous_id');
  });
});
