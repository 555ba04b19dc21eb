import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { LAPTOP } from '../lib/send.mjs';
import {
  CAMPAIGNS,
  createRandom,
  DEVICES,
  NAMESPACE,
  PAGES,
  publicAddress,
  REFERRERS,
} from './records.mjs';

/** Milliseconds between two posts of one visit, as an SDK sends them. */
const POST_EVERY_MS = 10_000;
/** Events in one, on average: 1 to 7. */
const POST_SIZE = 4;
/** Of visits: by somebody who was here before; where somebody signs in; with an application's server that tells of a payment. */
const RETURNING = 0.6;
const SIGNING_IN = 0.15;
const PAYING = 0.03;

/**
 * Records of `events_raw` as a busy site makes them, going on where the last ones ended: many visits side by side, each of which
 * sends a few events at a time; new people and those known before; sign-ins, companies, and a server whose events have no
 * session. `rate` is the events a second that the site has: it says how many visits there are at once, and how soon each is back.
 */
export function createTraffic({ rate = 5_000, seed = 7, project = 'shop', start }) {
  const random = createRandom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const atOnce = Math.ceil((rate / POST_SIZE) * (POST_EVERY_MS / 1_000));
  const visitors = [];
  const visits = [];
  let waiting = [];
  let now = start;

  function visitor() {
    if (visitors.length > 0 && random() < RETURNING) return pick(visitors);
    const number = visitors.length;
    const made = {
      number,
      anonymous_id: uuidv5(`${seed} ${number}`, NAMESPACE),
      user_id: null,
      ip: publicAddress(random),
      device: pick(DEVICES)(pick),
      locale: pick(['en-GB', 'pt-BR', 'de-DE']),
    };
    visitors.push(made);
    return made;
  }

  function begin() {
    const who = visitor();
    const query = random() < 0.3 ? pick(CAMPAIGNS) : '';
    const referrer = pick(REFERRERS);
    return {
      who,
      session_id: uuidv7({ msecs: Math.floor(now) }),
      // Most visits are short, a few are long: 20 events on average.
      left: 1 + Math.floor(-Math.log(1 - random()) * 20),
      seq: 0,
      query,
      referrer,
      campaign: {
        ...Object.fromEntries(new URLSearchParams(query)),
        ...(referrer && { referrer }),
      },
      path: '/',
      signsIn: who.user_id === null && random() < SIGNING_IN,
      pays: random() < PAYING,
    };
  }

  /** What the browser of a visit sends at once. */
  function post(visit) {
    const { who } = visit;
    const size = Math.min(visit.left, 1 + Math.floor(random() * (2 * POST_SIZE - 1)));
    visit.left -= size;
    return Array.from({ length: size }, (_, index) => {
      const timestamp = Math.floor(now - ((size - index) * POST_EVERY_MS) / (size + 1));
      const name = nameOf(visit);
      if (name === 'page_view') visit.path = pick(PAGES)(random);
      if (name === '$identify') who.user_id = `customer-${who.number}`;
      const seq = visit.seq++;
      return record(who, timestamp, {
        event: name,
        anonymous_id: who.anonymous_id,
        session_id: visit.session_id,
        properties: PROPERTIES[name]({ random, pick, who }),
        seq,
        context: {
          page: {
            url: `https://shop.example${visit.path}${seq === 0 && visit.query ? `?${visit.query}` : ''}`,
            title: `Shop · ${visit.path}`,
            referrer: seq === 0 ? visit.referrer : 'https://shop.example/',
          },
          device: LAPTOP,
          locale: who.locale,
          timezone: 'Europe/Lisbon',
          ...(Object.keys(visit.campaign).length > 0 && { campaign: visit.campaign }),
        },
      });
    });
  }

  function nameOf(visit) {
    if (visit.seq === 0) return 'page_view';
    if (visit.signsIn && visit.seq === 4) return '$identify';
    if (visit.who.user_id !== null && visit.seq === 6 && random() < 0.1) return '$group';
    let share = random();
    return MIX.find(([, part]) => (share -= part) < 0)?.[0] ?? 'click';
  }

  /** The shop's own server: it knows its customer, and of no session. */
  function payment(who) {
    const properties = {
      order_id: `o-${Math.floor(random() * 1e9)}`,
      total: 59.9,
      currency: 'EUR',
    };
    return {
      ...record(who, Math.floor(now), { event: 'order_paid', properties }),
      hints: {},
      user_agent: 'node',
      ip: null,
      sdk: { name: '@px-platform/sdk-node', version: '0.1.0' },
    };
  }

  function record(who, timestamp, event) {
    const received_at = Math.floor(now) + 40;
    return {
      schema_version: 1,
      tenant_id: 'acme',
      project_id: project,
      event: { event_id: uuidv7({ msecs: timestamp }), user_id: who.user_id, timestamp, ...event },
      client_timestamp: timestamp,
      timestamp,
      clock: 'client',
      received_at,
      ip: who.ip,
      sdk: { name: '@px-platform/sdk-web', version: '0.1.0' },
      ...who.device,
    };
  }

  return {
    /** The next ones, as a consumer of the log has them: parsed anew, so that no text was seen before. */
    next(count) {
      while (waiting.length < count) {
        const place = Math.floor(random() * atOnce);
        const visit = visits[place] ?? begin();
        const sent = post(visit);
        if (visit.pays && visit.left <= 0 && visit.who.user_id) sent.push(payment(visit.who));
        visits[place] = visit.left > 0 ? visit : undefined;
        now += (sent.length / rate) * 1_000;
        waiting.push(...sent);
      }
      const records = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return JSON.parse(JSON.stringify(records));
    },
    /** How many people there have been. */
    people: () => visitors.length,
  };
}

/** What a visit is made of, by share; `page_view` begins each. */
const MIX = [
  ['click', 0.28],
  ['page_view', 0.22],
  ['scroll', 0.16],
  ['product_viewed', 0.12],
  ['performance', 0.08],
  ['page_leave', 0.06],
  ['product_added', 0.04],
  ['form_submit', 0.02],
  ['error', 0.01],
  ['rage_click', 0.01],
];

/** What each says: what the web SDK itself sends, and what a shop adds. */
const PROPERTIES = {
  page_view: ({ random }) => ({ navigation: random() < 0.3 ? 'load' : 'push', visible: true }),
  click: ({ random, pick }) => ({
    selector: `main > section:nth-of-type(${1 + Math.floor(random() * 6)}) > a.card`,
    text: pick(['Add to basket', 'Details', 'Blue shoes', 'Next', 'Size guide']),
    tag: 'a',
    x: Math.floor(random() * 1_280),
    y: Math.floor(random() * 4_000),
  }),
  scroll: ({ random }) => ({ depth: Math.floor(random() * 100), height: 4_200 }),
  product_viewed: product,
  product_added: (about) => ({ ...product(about), quantity: 1 }),
  performance: ({ random, pick }) => ({
    metric: pick(['LCP', 'INP', 'CLS', 'TTFB', 'FCP']),
    value: Math.round(random() * 40_000) / 10,
    rating: pick(['good', 'good', 'good', 'needs-improvement', 'poor']),
  }),
  page_leave: ({ random }) => ({
    seconds: Math.floor(random() * 300),
    depth: Math.floor(random() * 100),
  }),
  form_submit: ({ random }) => ({ form: 'delivery', fields: 7, ms: Math.floor(random() * 90_000) }),
  error: ({ pick }) => ({
    message: pick(['x is undefined', 'Failed to fetch', 'Script error.']),
    stack: 'at render (https://shop.example/assets/app.4f1c.js:1:48213)',
    handled: false,
  }),
  rage_click: ({ random }) => ({ selector: 'button#pay', clicks: 3 + Math.floor(random() * 5) }),
  $identify: ({ who, pick }) => ({
    $set: { plan: pick(['free', 'pro']), email: `customer-${who.number}@mail.example` },
    $set_once: { first_seen_on: 'web' },
    $increment: { logins: 1 },
  }),
  $group: ({ who }) => ({
    type: 'company',
    key: `company-${who.number % 500}`,
    $set: { seats: 5 + (who.number % 40) },
  }),
};

function product({ random, pick }) {
  return {
    product_id: `sku-${Math.floor(random() * 5_000)}`,
    name: pick(['Blue shoes', 'Red scarf', 'Green coat', 'Grey hat']),
    price: Math.floor(random() * 20_000) / 100,
    currency: 'EUR',
    list: { name: 'catalogue', position: Math.floor(random() * 40) },
    tags: ['new', 'sale'],
    in_stock: random() < 0.9,
  };
}
