import type { EventCode, JsonObject, LiveEvent, StepReport } from '@px-platform/protocol';

/** A source of made-up live events of a small shop. The same seed tells the same story. */
export interface SampleEvents {
  /** The next event, received at a moment: mostly stored, now and then refused. */
  next(at: number): LiveEvent;
  /** One of a given kind. */
  of(kind: LiveEvent['kind'], at: number): LiveEvent;
}

interface Visitor {
  readonly anonymousId: string;
  readonly userId: string | null;
  readonly sessionId: string;
  readonly browser: readonly [name: string, version: string, os: string, device: string];
  readonly country: string;
  readonly city: string;
  readonly ip: string;
}

const PROJECT = 'shop';
const BROWSERS = [
  ['Chrome', '141', 'Windows', 'desktop'],
  ['Safari', '26', 'iOS', 'mobile'],
  ['Firefox', '144', 'Linux', 'desktop'],
  ['Chrome Mobile', '141', 'Android', 'mobile'],
  ['Edge', '141', 'Windows', 'desktop'],
] as const;
const PLACES = [
  ['BR', 'São Paulo'],
  ['DE', 'Berlin'],
  ['US', 'Portland'],
  ['JP', 'Osaka'],
  ['PT', 'Porto'],
] as const;
const PRODUCTS = ['Walnut desk lamp', 'Linen apron', 'Stoneware mug', 'Brass hook'] as const;

const SCENES: readonly (readonly [event: string, path: string, properties: JsonObject])[] = [
  ['page_view', '/', { navigation: 'load' }],
  [
    'page_view',
    '/products/stoneware-mug',
    { navigation: 'push', previous_url: 'https://shop.example/', previous_duration_ms: 8210 },
  ],
  [
    'click',
    '/products/stoneware-mug',
    {
      tag: 'button',
      classes: ['add'],
      text: 'Add to cart',
      selector: 'main>button.add',
      x: 612,
      y: 388,
    },
  ],
  [
    'product_viewed',
    '/products/linen-apron',
    { product: PRODUCTS[1], price: 48, currency: 'EUR', tags: ['new', 'kitchen'] },
  ],
  [
    'cart_added',
    '/products/brass-hook',
    { product: PRODUCTS[3], quantity: 2, value: 31.8, currency: 'EUR' },
  ],
  ['signup_step_completed', '/signup', { step: 'email', ms: 4210 }],
  [
    'signup_step_failed',
    '/signup',
    { step: 'password', error: 'too short', attempts: 2, form: { fields: 3 } },
  ],
  ['checkout_completed', '/checkout/done', { total: 96, currency: 'EUR', items: 3, coupon: null }],
  ['rage_click', '/checkout', { selector: '#pay', clicks: 7, text: 'Pay now' }],
  [
    'page_leave',
    '/products/linen-apron',
    { duration_ms: 48_210, engaged_ms: 31_400, max_scroll_px: 2_340, max_scroll_percent: 78 },
  ],
  ['scroll', '/products/linen-apron', { depth_percent: 75, depth_px: 2_250 }],
  [
    'form_submit',
    '/signup',
    { id: 'signup', action: '/join', fields: ['email', 'password'], duration_ms: 8_120 },
  ],
  [
    'form_abandon',
    '/checkout',
    { name: 'payment', fields: ['card', 'expiry'], last_field: 'expiry', duration_ms: 21_940 },
  ],
  ['user_action', '/account', { plan: 'pro', source: 'banner' }],
];

const REFUSALS: readonly (readonly [code: EventCode, event: string, message: string])[] = [
  [
    'timestamp_out_of_range',
    'order_synced',
    'timestamp 1760000000 is not between 1970 and 2200. Send epoch milliseconds.',
  ],
  ['event_too_large', 'cart_snapshot', 'the event has 1048702 bytes; the limit is 65536.'],
  ['missing_identity', 'page_view', 'neither user_id nor anonymous_id was sent.'],
  ['forbidden_key', 'import_row', 'properties.__proto__ is a key that is never stored. Rename it.'],
];

/** Makes a sample source. */
export function createSampleEvents(seed = 7): SampleEvents {
  const random = createRandom(seed);
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const uuid = (at: number) => {
    const hex = Array.from({ length: 20 }, () => Math.floor(random() * 16).toString(16)).join('');
    const time = at.toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
  };
  const visitors: readonly Visitor[] = Array.from({ length: 9 }, (_, index) => {
    const [country, city] = pick(PLACES);
    return {
      anonymousId: uuid(1_760_000_000_000 + index),
      userId: index % 3 === 0 ? `u-${40 + index}` : null,
      sessionId: uuid(1_760_000_100_000 + index),
      browser: pick(BROWSERS),
      country,
      city,
      ip: `203.0.113.${10 + index}`,
    };
  });
  let seq = 0;

  const accepted = (at: number): LiveEvent => {
    const visitor = pick(visitors);
    const [event, path, properties] = pick(SCENES);
    const sentAt = at - 40 - Math.floor(random() * 900);
    const skew = random() < 0.15 ? -86_400_000 : 0;
    const url = `https://shop.example${path}`;
    const eventId = uuid(sentAt);
    seq += 1;
    return {
      kind: 'stored',
      project_id: PROJECT,
      event_id: eventId,
      event,
      session_id: visitor.sessionId,
      distinct_id: visitor.userId ?? visitor.anonymousId,
      timestamp: sentAt,
      received_at: at,
      stored_at: at + 6 + Math.floor(random() * 22),
      arrived: {
        event_id: eventId,
        event,
        user_id: visitor.userId,
        anonymous_id: visitor.anonymousId,
        session_id: visitor.sessionId,
        properties,
        timestamp: sentAt + skew,
        seq,
        context: {
          page: { url, title: titleOf(path), referrer: 'https://search.example/' },
          device: {
            viewport_width: 1280,
            viewport_height: 800,
            touch: visitor.browser[3] === 'mobile',
          },
          locale: 'pt-BR',
          timezone: 'America/Sao_Paulo',
        },
      },
      arrival: {
        ip: visitor.ip,
        user_agent: `Mozilla/5.0 (${visitor.browser[2]}) ${visitor.browser[0]}/${visitor.browser[1]}.0`,
        sdk: { name: '@px-platform/sdk-web', version: '0.1.0' },
        clock: skew === 0 ? 'client' : 'corrected',
        client_timestamp: sentAt + skew,
      },
      steps: steps(visitor, { path, url, properties, failed: random() < 0.08 }),
      reason: null,
    };
  };

  const of = (kind: LiveEvent['kind'], at: number): LiveEvent => {
    const event = accepted(at);
    if (kind === 'stored') return event;
    if (kind === 'duplicate') return { ...event, kind, stored_at: null, steps: [] };
    if (kind === 'dead') {
      return {
        ...event,
        kind,
        stored_at: null,
        reason: {
          code: 'not_storable',
          message: 'the event store refused the row: a number in properties.big does not fit.',
        },
      };
    }
    const [code, name, message] = pick(REFUSALS);
    return {
      ...event,
      kind,
      event: name,
      session_id: null,
      distinct_id: null,
      timestamp: at,
      stored_at: null,
      arrived:
        code === 'event_too_large'
          ? `{"event":"${name}","user_id":"u-40","properties":{"blob":"${'x'.repeat(400)}…`
          : { event: name, properties: { source: 'import', row: seq }, timestamp: 1_760_000_000 },
      arrival: { ip: null, user_agent: null, sdk: null, clock: null, client_timestamp: null },
      steps: [],
      reason: { code, message },
    };
  };

  return {
    of,
    next(at) {
      const luck = random();
      return of(
        luck < 0.88 ? 'stored' : luck < 0.94 ? 'duplicate' : luck < 0.985 ? 'rejected' : 'dead',
        at,
      );
    },
  };
}

function steps(
  visitor: Visitor,
  page: {
    readonly path: string;
    readonly url: string;
    readonly properties: JsonObject;
    readonly failed: boolean;
  },
): readonly StepReport[] {
  const [browser, version, os, device] = visitor.browser;
  return [
    {
      step: 'identity',
      added: {
        distinct_id: visitor.userId ?? visitor.anonymousId,
        is_identified: visitor.userId !== null,
      },
      micros: 41,
    },
    { step: 'properties', added: { properties: page.properties }, micros: 18 },
    {
      step: 'page',
      added: {
        page_url: page.url,
        page_host: 'shop.example',
        page_path: page.path,
        page_template: page.path.replace(/\d+/g, ':id'),
        page_title: titleOf(page.path),
        referrer_host: 'search.example',
      },
      micros: 12,
    },
    { step: 'campaign', added: { utm_source: '', utm_medium: '' }, micros: 4 },
    { step: 'referrer', added: { referrer_class: 'search' }, micros: 2.4 },
    {
      step: 'device',
      added: { browser, browser_version: version, os, device_type: device },
      micros: 1_240,
    },
    page.failed
      ? { step: 'geo', added: {}, micros: 86, error: 'the country database could not be read' }
      : {
          step: 'geo',
          added: { geo_country: visitor.country, geo_city: visitor.city },
          micros: 63,
        },
  ];
}

function titleOf(path: string): string {
  const words = path.split('/').at(-1)?.replaceAll('-', ' ') || 'catalogue';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} · Harbour goods`;
}

/** A small seeded generator (mulberry32): the samples are the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
