import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { detectFormat, whatStandsThere } from './detect-format.js';
import type { Reading } from './formats/format.js';
import { formats } from './formats/index.js';
import { createLineIds, idFrom } from './line-ids.js';

const linesOf = async (file: string) =>
  (await readFile(new URL(`../../test/import-fixtures/${file}`, import.meta.url), 'utf8'))
    .trimEnd()
    .split('\n');

async function read(file: string, site: string | null = 'https://shop.example') {
  const lines = await linesOf(file);
  const found = detectFormat(lines);
  const reader = found?.format.createReader({ site, hashKey: 'k' });
  return { found, readings: lines.map((line) => reader?.(line) as Reading) };
}
const one = (reading: Reading | undefined) =>
  reading?.kind === 'events' ? reading.events[0] : reading;

describe('given a Segment export', () => {
  it('is told by its lines, and every call becomes what it is here', async () => {
    const { found, readings } = await read('segment.jsonl');
    expect(found).toMatchObject({ format: { name: 'segment' }, recognised: 9, of: 9 });
    expect(one(readings[0])).toEqual({
      event_id: '0b6f2c1e-5a4d-4f7b-9c3e-1d2e3f405162',
      event: 'Order Completed',
      user_id: 'ana-1',
      anonymous_id: 'dev-a',
      properties: { total: 42.5, items: [{ sku: 'A1' }] },
      timestamp: '2021-03-04T10:00:02.500Z',
      context: {
        page: {
          url: 'https://shop.example/checkout',
          title: 'Checkout',
          referrer: 'https://shop.example/cart',
        },
        device: { screen_width: 1920, screen_height: 1080, pixel_ratio: 2 },
        campaign: { utm_campaign: 'spring', utm_source: 'news' },
        groups: { group: 'acme' },
        locale: 'pt-BR',
        timezone: 'America/Sao_Paulo',
        ip: '203.0.113.9',
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      },
    });
    const nobodys = { ip: '', user_agent: '' };
    expect(one(readings[1])).toEqual({
      event_id: idFrom('segment', 'ajs-next-1'),
      event: 'page_view',
      anonymous_id: 'dev-a',
      properties: { name: 'Home', category: 'Shop', theme: 'dark' },
      timestamp: '2021-03-04T09:59:00Z',
      context: { page: { url: 'https://shop.example/?a=1', title: 'Shop' }, ...nobodys },
    });
    expect(one(readings[2])).toMatchObject({
      event: '$identify',
      user_id: '7',
      anonymous_id: 'dev-a',
      properties: { $set: { plan: 'pro' } },
    });
    expect(one(readings[3])).toMatchObject({
      event: '$group',
      properties: { type: 'group', key: 'acme', $set: { seats: 5 } },
    });
    expect(one(readings[4])).toMatchObject({
      event: '$alias',
      user_id: 'ana-1',
      properties: { previous_id: 'old-ana' },
    });
    expect(one(readings[5])).toEqual({
      event: 'screen_view',
      anonymous_id: 'dev-a',
      properties: { name: 'Cart', size: 2 },
      timestamp: '2021-03-04T10:00:05Z',
      context: nobodys,
    });
    expect(readings[6]).toEqual({ kind: 'bad', reason: 'a track call without "event"' });
    expect(readings[7]).toMatchObject({
      kind: 'bad',
      reason: expect.stringContaining('timestamp'),
    });
    expect(one(readings[8])).toMatchObject({ event: 'weird' });
  });
});

describe('given a PostHog export', () => {
  it('is told by its lines, and tells devices from people', async () => {
    const { found, readings } = await read('posthog.jsonl');
    expect(found).toMatchObject({ format: { name: 'posthog' }, recognised: 7, of: 8 });
    expect(one(readings[0])).toEqual({
      event_id: '018d0000-0000-7000-8000-000000000001',
      event: 'page_view',
      anonymous_id: '018d0000-aaaa-7000-8000-00000000000a',
      session_id: '018d0000-bbbb-7000-8000-00000000000b',
      properties: { $browser: 'Firefox', theme: 'dark' },
      timestamp: '2022-05-06T07:08:09.123Z',
      context: {
        page: { url: 'https://shop.example/p/1?utm_source=mail', title: 'Shoes' },
        device: { screen_width: 1440, viewport_width: 1200 },
        campaign: { utm_source: 'mail' },
        ip: '203.0.113.9',
        user_agent: 'Mozilla/5.0 (X11)',
      },
    });
    expect(one(readings[1])).toMatchObject({
      event: '$identify',
      user_id: 'ana@shop',
      anonymous_id: '018d0000-aaaa-7000-8000-00000000000a',
      properties: { $set: { plan: 'pro' }, $set_once: { first_plan: 'free' } },
    });
    expect(readings[2]).toMatchObject({
      events: [
        {
          event: 'paid',
          user_id: 'ana@shop',
          anonymous_id: '018d0000-aaaa-7000-8000-00000000000a',
          properties: { total: 5 },
          timestamp: '2022-05-06 07:08:11.500000+00:00',
          context: { groups: { company: 'acme' } },
        },
        {
          event_id: idFrom('posthog-set', '018d0000-0000-7000-8000-000000000003'),
          event: '$identify',
          user_id: 'ana@shop',
          properties: { $set: { plan: 'max' } },
        },
      ],
    });
    expect(one(readings[3])).toMatchObject({
      event: 'click',
      properties: { $event_type: 'click', $el_text: 'Buy' },
    });
    expect(one(readings[4])).toMatchObject({
      event: '$group',
      properties: { type: 'company', key: 'acme', $set: { seats: 5 } },
    });
    expect(one(readings[5])).toMatchObject({
      event: '$alias',
      user_id: 'ana@shop',
      properties: { previous_id: 'old-ana' },
    });
    expect(one(readings[6])).toMatchObject({ event: 'feature_flag_called' });
    expect(readings[7]).toEqual({ kind: 'bad', reason: 'no "distinct_id"' });
  });
});

describe('given an access log', () => {
  it('has a page view for each page that was got, robots included, and nothing for the rest', async () => {
    const { found, readings } = await read('access.log');
    expect(found).toMatchObject({ format: { name: 'combined' }, recognised: 10, of: 11 });
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const [first] = readings;
    expect(one(first)).toEqual({
      event: 'page_view',
      anonymous_id: expect.stringMatching(/^log-[0-9a-f]{32}$/),
      timestamp: Date.UTC(2020, 9, 10, 20, 55, 36),
      properties: { status: 200, bytes: 2326 },
      context: {
        page: { url: 'https://shop.example/products?id=7', referrer: 'https://search.example/' },
        ip: '203.0.113.9',
        user_agent: agent,
      },
    });
    expect(readings[2]).toEqual({ kind: 'passed', reason: 'not a page' });
    expect(one(readings[3])).toMatchObject({
      properties: { status: 304, bytes: 0 },
      context: {
        page: { url: 'https://shop.example/a%22b' },
        ip: '2001:db8::1',
        user_agent: 'Googlebot/2.1 (+http://www.google.com/bot.html)',
      },
    });
    expect(readings[4]).toEqual({ kind: 'passed', reason: 'not a GET' });
    expect(readings[5]).toEqual({
      kind: 'passed',
      reason: 'not answered with a page (2xx, 304)',
    });
    // The path is a path, whatever it looks like, and bytes are bytes.
    expect(one(readings[6])).toMatchObject({
      context: { page: { url: 'https://shop.example//other.example/' }, user_agent: 'é"x' },
    });
    expect(readings[7]).toEqual({ kind: 'bad', reason: 'no time that can be read' });
    expect(readings[8]).toEqual({
      kind: 'bad',
      reason: 'not a line of a log in combined format',
    });
    expect(one(readings[9])).toMatchObject({
      context: { page: { url: 'https://shop.example/vhost' } },
    });
    expect(readings[10]).toEqual({ kind: 'passed', reason: 'not a page' });
  });

  it('knows a visitor again by address and browser, and only with the same key', async () => {
    const [line = ''] = await linesOf('access.log');
    const visitor = (text: string, hashKey = 'k') => {
      const format = formats.find(({ name }) => name === 'combined');
      const reading = format?.createReader({ site: 'https://a.example', hashKey })(text);
      return reading?.kind === 'events' ? reading.events[0]?.anonymous_id : null;
    };
    expect(visitor(line.replace('/products', '/other'))).toBe(visitor(line));
    expect(visitor(line.replace('203.0.113.9', '203.0.113.8'))).not.toBe(visitor(line));
    expect(visitor(line.replace('140.0"', '141.0"'))).not.toBe(visitor(line));
    expect(visitor(line, 'another')).not.toBe(visitor(line));
  });
});

describe('given events of our own', () => {
  it('are taken as they are, but for what is nobody’s', async () => {
    const { found, readings } = await read('px.jsonl');
    expect(found).toMatchObject({ format: { name: 'px' }, recognised: 3, of: 5 });
    expect(one(readings[0])).toEqual({
      event_id: '018d0000-0000-7000-8000-0000000000a1',
      event: 'signup',
      user_id: 'ana',
      anonymous_id: null,
      properties: { plan: 'pro' },
      timestamp: 1_583_325_296_000,
      seq: 3,
      context: { page: { url: 'https://shop.example/' } },
    });
    expect(one(readings[1])).toMatchObject({ anonymous_id: 'dev-b' });
    expect(readings.slice(2)).toEqual([
      { kind: 'bad', reason: 'no "timestamp" that can be read' },
      { kind: 'bad', reason: 'not a JSON object' },
      { kind: 'bad', reason: 'not a JSON object' },
    ]);
  });
});

describe('given lines that are of none of these', () => {
  it('says what stands there instead', () => {
    expect(detectFormat(['a,b,c', '1,2,3'])).toBeNull();
    expect(whatStandsThere(['', 'a,b,c'])).toBe('it begins with "a,b,c"');
    expect(whatStandsThere(['[{"event":"x"}]'])).toContain('jq');
    expect(whatStandsThere([''])).toBe('there is nothing in it');
  });
});

describe('given lines without ids', () => {
  const all = (lines: readonly string[]) => {
    const ids = createLineIds();
    return lines.map((line) => ids(line));
  };
  it('gives each the same id every time, and equal lines different ones', () => {
    const lines = ['a', 'b', 'a', 'a'];
    const ids = all(lines);
    expect(new Set(ids).size).toBe(4);
    expect(all([...lines, 'c']).slice(0, 4)).toEqual(ids);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // The vector holds for ever: with another, what was imported once would be stored a second time.
    expect(ids[0]).toBe(GOLDEN_A);
    expect(idFrom('segment', 'ajs-next-1')).toBe(GOLDEN_SEGMENT);
  });
});

const GOLDEN_A = 'fc3921ef-a67e-8fdf-82fe-98e920b690dd';
const GOLDEN_SEGMENT = '24ff3c8b-0207-8968-9751-23b782336f8a';
