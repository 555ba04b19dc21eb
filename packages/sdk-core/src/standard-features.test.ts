import type { EventContext, PxEvent } from '@px-platform/protocol';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.js';
import { parseOptions, type CoreOptions } from './options.js';
import { createStandardFeatures } from './standard-features.js';
import { fakePlatform, fakeSibling, type FakePlatform } from './testing/index.js';

function setUp(overrides: Partial<CoreOptions> = {}, platform: FakePlatform = fakePlatform()) {
  const { options } = parseOptions(
    { apiKey: 'px_write_key', projectId: 'shop', ...overrides },
    { endpoint: '/px' },
  );
  const client = createClient({ platform, options: options!, features: createStandardFeatures });
  const sent = (): PxEvent[] => platform.transport.batches().flatMap(({ events }) => events);
  return { client, platform, sent };
}

describe('given more is said of people', () => {
  it('links an id of the past to the person by $alias, and changes nobody', async () => {
    const { client, sent } = setUp();
    client.track('before');
    client.alias('ana', 'device-of-last-year');
    client.alias('bob');
    client.track('after');
    await client.flush();
    const [before, alias, own, after] = sent();
    expect(alias).toMatchObject({
      event: '$alias',
      user_id: 'ana',
      properties: { previous_id: 'device-of-last-year' },
    });
    expect(own).toMatchObject({ event: '$alias', user_id: 'bob', properties: {} });
    expect(own!.anonymous_id).toBe(before!.anonymous_id);
    expect(after).toMatchObject({ user_id: null, anonymous_id: before!.anonymous_id });
  });

  it.each([
    ['null', undefined],
    ['ana', 'undefined'],
  ])('refuses alias(%j, %j) with a clear word', (userId, previousId) => {
    const { client, platform } = setUp();
    client.alias(userId, previousId);
    expect(client.stats()).toMatchObject({ accepted: 1, dropped: { invalid_user_id: 1 } });
    expect(platform.logs[0]!.message).toContain('alias(');
  });

  it('puts one group of each type on every later event, until reset', async () => {
    const { client, sent } = setUp();
    client.track('before');
    client.group('company', 'acme', { plan: 'team' });
    client.group('team', 'core');
    client.group('company', 'initech');
    client.track('after');
    client.reset();
    client.track('stranger');
    await client.flush();
    const of = (name: string) => sent().filter(({ event }) => event === name);
    expect(of('before')[0]!.context!.groups).toBeUndefined();
    expect(of('$group')[0]).toMatchObject({
      properties: { type: 'company', key: 'acme', $set: { plan: 'team' } },
      context: { groups: { company: 'acme' } },
    });
    expect(of('after')[0]!.context!.groups).toEqual({ company: 'initech', team: 'core' });
    expect(of('stranger')[0]!.context!.groups).toBeUndefined();
  });

  it.each([
    ['', 'acme'],
    ['company', ''],
    [7 as unknown as string, 'acme'],
  ])('refuses group(%j, %j) with a clear word', (type, key) => {
    const { client, platform } = setUp();
    client.group(type, key);
    expect(client.stats()).toMatchObject({ accepted: 1, dropped: { invalid_group: 1 } });
    expect(platform.logs[0]!.message).toContain('group(');
  });

  it("puts registered properties under an event's own, on the next visit, too, but not on control events", async () => {
    const one = setUp();
    one.client.register({ plan: 'free', theme: 'dark' });
    one.client.registerOnce({ plan: 'pro', lang: 'pt' });
    one.client.unregister('theme');
    const two = setUp({}, fakeSibling(one.platform));
    two.client.track('a', { lang: 'en' });
    two.client.identify('ana');
    await two.client.flush();
    const [a, identify] = two.sent();
    expect(a!.properties).toEqual({ plan: 'free', lang: 'en' });
    expect(identify!.properties).toEqual({ $set: {} });
  });

  it('says of held calls what was registered when they were made, and keeps it once agreed', async () => {
    const { client, platform, sent } = setUp({ consent: 'pending' });
    client.register({ step: 1 });
    client.track('one');
    client.register({ step: 2 });
    client.track('two');
    expect(platform.storage.keys()).toEqual([]);
    client.setConsent('granted');
    await client.flush();
    expect(sent().map(({ properties }) => properties!['step'])).toEqual([1, 2]);
    expect(platform.storage.get('registered')).toBe('{"step":2}');
  });
});

describe('given campaigns', () => {
  const at = (url: string, referrer = '') => {
    let context: EventContext = { page: { url, referrer, title: '' } };
    return {
      context: () => context,
      go: (url: string) => (context = { page: { url, referrer, title: '' } }),
    };
  };

  it('keeps what brought the visit on all its events, and what brought the person first, set once', async () => {
    const page = at(
      'https://shop.example/?utm_source=news&utm_campaign=spring+sale&gclid=Cj0KCQiA1b2c3d4e5f6g7h8&q=1',
      'https://search.example/?q=shoes',
    );
    const { client, platform, sent } = setUp({}, fakePlatform({ context: page.context }));
    client.track('landed');
    page.go('https://shop.example/cart');
    client.track('went on');
    await platform.clock.advance(3_600_000);
    page.go('https://shop.example/?utm_source=mail');
    client.track('came back');
    client.identify('ana', {}, { initial_utm_source: 'as the developer says' });
    await client.flush();
    const campaigns = sent().map(({ event, context }) => [event, context!.campaign]);
    const first = {
      utm_source: 'news',
      utm_campaign: 'spring sale',
      gclid: 'Cj0KCQiA1b2c3d4e5f6g7h8',
      referrer: 'https://search.example/?q=shoes',
    };
    expect(campaigns).toEqual([
      ['landed', first],
      ['went on', first],
      ['came back', { utm_source: 'mail', referrer: first.referrer }],
      ['$identify', { utm_source: 'mail', referrer: first.referrer }],
    ]);
    expect(sent().at(-1)!.properties!['$set_once']).toEqual({
      initial_utm_source: 'as the developer says',
      initial_utm_campaign: 'spring sale',
      initial_gclid: first.gclid,
      initial_referrer: first.referrer,
    });
  });

  it('takes another campaign when a page is entered with one, and not from the page to itself', async () => {
    const one = setUp(
      {},
      fakePlatform({ context: at('https://shop.example/?utm_source=a').context }),
    );
    one.client.track('a');
    const second = fakePlatform({
      ...fakeSibling(one.platform),
      context: at('https://shop.example/?utm_source=b', 'https://shop.example/').context,
    });
    const two = setUp({}, second);
    two.client.track('b');
    const third = fakePlatform({
      ...fakeSibling(one.platform),
      randomBytes: (length) => new Uint8Array(length).fill(7),
      context: at('https://shop.example/cart', 'https://shop.example/').context,
    });
    const three = setUp({}, third);
    three.client.track('c');
    for (const { client } of [one, two, three]) await client.flush();
    const of = (name: string) =>
      [one, two, three].flatMap(({ sent }) => sent()).find(({ event }) => event === name)!;
    expect(of('b').context!.campaign).toEqual({ utm_source: 'b' });
    expect(of('c').context!.campaign).toEqual({ utm_source: 'b' });
  });

  it('has personal data taken out of it', async () => {
    const { context } = at('https://shop.example/?utm_content=ana%40example.com&utm_term=x');
    const { client, sent } = setUp({}, fakePlatform({ context }));
    client.track('a');
    await client.flush();
    expect(sent()[0]!.context!.campaign).toEqual({ utm_content: '[email]', utm_term: 'x' });
  });

  it.each(['{broken', '7', '{"session":"s"}', '[]'])(
    'goes on where storage holds %j',
    async (text) => {
      const platform = fakePlatform();
      for (const key of ['campaign', 'groups', 'registered']) platform.storage.set(key, text);
      const { client, sent } = setUp({}, platform);
      client.track('a');
      client.identify('ana');
      await client.flush();
      expect(sent().map(({ event }) => event)).toEqual(['a', '$identify']);
    },
  );
});

describe('given captures', () => {
  it('redacts what a plugin read and where it was, and leaves a developer their word', async () => {
    const page = {
      url: 'https://x.example/?token=t0p',
      title: 'Ana <ana@example.com>',
      referrer: '',
    };
    const { client, sent } = setUp(
      {
        plugins: [
          { name: 'clicks', setup: ({ track }) => track('click', { text: 'ana@example.com' }) },
          {
            name: 'replay',
            priority: 0,
            setup: ({ track }) => track('chunk', { data: 'H4sIAAAAAAAAA1b2c3d4e5f6' }),
          },
        ],
        beforeSend(event) {
          expect(event.context!.page!.title).toBe('Ana <[email]>');
          return event;
        },
      },
      fakePlatform({ context: () => ({ page }) }),
    );
    client.track('own', { text: 'ana@example.com' });
    await client.flush();
    const [click, chunk, own] = ['click', 'chunk', 'own'].map((name) =>
      sent().find(({ event }) => event === name),
    );
    expect(click!.properties).toEqual({ text: '[email]' });
    expect(chunk!.properties).toEqual({ data: 'H4sIAAAAAAAAA1b2c3d4e5f6' });
    expect(own!.properties).toEqual({ text: 'ana@example.com' });
    expect(own!.context!.page!.url).toBe('https://x.example/?token=[redacted]');
  });
});
