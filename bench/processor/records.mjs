import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';

export const NAMESPACE = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

/** Records of `events_raw` as a site of some size has them: visitors of many devices and addresses, ten events each, three or four to a page of a shop. */
export function makeRecords(count) {
  const random = createRandom(7);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const now = Date.UTC(2026, 10, 25, 12);
  const records = [];
  for (let visitor = 0; records.length < count; visitor += 1) {
    const device = pick(DEVICES)(pick);
    const referrer = pick(REFERRERS);
    const query = random() < 0.3 ? pick(CAMPAIGNS) : '';
    const campaign = {
      ...Object.fromEntries(new URLSearchParams(query)),
      ...(referrer && { referrer }),
    };
    const shared = {
      schema_version: 1,
      tenant_id: 'acme',
      project_id: 'shop',
      clock: 'client',
      ip: publicAddress(random),
      sdk: { name: '@px-platform/sdk-web', version: '0.1.0' },
      ...device,
    };
    const anonymous_id = uuidv5(`visitor ${visitor}`, NAMESPACE);
    let path = '';
    for (let seq = 0; seq < 10 && records.length < count; seq += 1) {
      const timestamp = now + visitor * 1_000 + seq * 7_000;
      if (seq % 4 === 0) path = pick(PAGES)(random);
      records.push({
        ...shared,
        event: {
          event_id: uuidv7({ msecs: timestamp }),
          event: pick(['page_view', 'click', 'product_viewed', 'product_added', 'scroll']),
          user_id: visitor % 4 === 0 ? `customer-${visitor}` : null,
          anonymous_id,
          session_id: uuidv5(`visit ${visitor}`, NAMESPACE),
          properties: {
            product_id: `p-${seq}`,
            price: seq * 1.5,
            quantity: 1,
            list: { name: 'catalogue', position: seq },
            tags: ['new', 'sale'],
            in_stock: true,
          },
          timestamp,
          seq,
          context: {
            page: {
              url: `https://shop.example${path}${seq === 0 && query ? `?${query}` : ''}`,
              title: `Shop · ${path}`,
              referrer: seq === 0 ? referrer : 'https://shop.example/',
            },
            device: { screen_width: 1440, screen_height: 900, pixel_ratio: 2, touch: false },
            locale: pick(['en-GB', 'pt-BR', 'de-DE']),
            timezone: 'Europe/Lisbon',
            ...(Object.keys(campaign).length > 0 && { campaign }),
          },
        },
        client_timestamp: timestamp,
        timestamp,
        received_at: timestamp + 400,
      });
    }
  }
  return records;
}

const hex = (random, length) =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

/** Paths of a shop: words, numbers, ids. */
export const PAGES = [
  () => '/',
  () => '/catalogue/shoes',
  (random) => `/product/${Math.floor(random() * 5_000)}`,
  (random) => `/product/blue-shoes-${100_000 + Math.floor(random() * 50_000)}`,
  (random) => `/users/${Math.floor(random() * 9_000)}/orders/${hex(random, 24)}`,
  () => '/help/returns-and-refunds',
  () => '/cart',
];

export const REFERRERS = [
  '',
  '',
  'https://www.google.com/',
  'https://duckduckgo.com/',
  'https://l.facebook.com/',
  'https://blog.example/best-shoes',
];

export const CAMPAIGNS = [
  'utm_source=news&utm_medium=email&utm_campaign=spring',
  'gclid=Cj0KCQiA0eOPBhCGARIsAFIwTs5&utm_source=google&utm_medium=cpc',
  'fbclid=IwAR0x1',
];

const VERSIONS = Array.from({ length: 20 }, (_, index) => 121 + index);

/** A user agent, and the hints that such a browser sends. */
export const DEVICES = [
  (pick) => {
    const version = pick(VERSIONS);
    const system = pick([
      'Windows NT 10.0; Win64; x64',
      'Macintosh; Intel Mac OS X 10_15_7',
      'X11; Linux x86_64',
    ]);
    return {
      user_agent: `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
      hints: {
        'accept-language': 'en-GB,en;q=0.9',
        'sec-ch-ua': `"Chromium";v="${version}", "Not=A?Brand";v="24", "Google Chrome";v="${version}"`,
        'sec-ch-ua-mobile': '?0',
        'sec-ch-ua-platform': '"Windows"',
      },
    };
  },
  (pick) => {
    const version = pick(VERSIONS);
    return {
      user_agent: `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Mobile Safari/537.36`,
      hints: {
        'accept-language': 'pt-BR',
        'sec-ch-ua': `"Chromium";v="${version}", "Not=A?Brand";v="24", "Brave";v="${version}"`,
        'sec-ch-ua-mobile': '?1',
        'sec-ch-ua-platform': '"Android"',
      },
    };
  },
  (pick) => ({
    user_agent: `Mozilla/5.0 (iPhone; CPU iPhone OS 18_${pick([1, 2, 3, 4, 5])} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.${pick([1, 2, 3, 4, 5])} Mobile/15E148 Safari/604.1`,
    hints: { 'accept-language': 'en-GB' },
  }),
  (pick) => ({
    user_agent: `Mozilla/5.0 (X11; Linux x86_64; rv:${pick(VERSIONS)}.0) Gecko/20100101 Firefox/${pick(VERSIONS)}.0`,
    hints: { 'accept-language': 'de,en;q=0.5' },
  }),
];

export function publicAddress(random) {
  const octet = (least, most) => least + Math.floor(random() * (most - least + 1));
  return `${octet(11, 99)}.${octet(0, 255)}.${octet(0, 255)}.${octet(1, 254)}`;
}

/** A small seeded generator (mulberry32): the same records on every machine. */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
