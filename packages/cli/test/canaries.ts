import { randomUUID } from 'node:crypto';

/** Personal data that was planted, and every text by which it would be known again. */
export interface Canary {
  readonly where: string;
  readonly needles: readonly string[];
}

/** What one request carries besides its events. */
export interface PlantedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly events: readonly unknown[];
}

export interface Plantation {
  readonly requests: readonly PlantedRequest[];
  readonly canaries: readonly Canary[];
  /** Under `keep`: it must be found, or the search finds nothing. */
  readonly control: string;
  /** How many of the events are stored, and how many become dead letters. */
  readonly stored: number;
  readonly dead: number;
}

/** The project's rules that the plantation was made for. */
export const RULES = {
  fields: { customer_name: 'hash', secret_note: 'drop', kept: 'keep' },
} as const;

/** The event that a store is to refuse. */
export const REFUSED = 'refused by the store';

/** Events with a canary wherever personal data could get into one, none of them twice. `now` is epoch milliseconds. */
export function plant(now: number): Plantation {
  const canaries: Canary[] = [];
  const next = (where: string, needlesOf: (number: number) => string[]): string => {
    const needles = needlesOf(canaries.length + 100);
    canaries.push({ where, needles });
    return needles[0] ?? '';
  };
  const email = (where: string) =>
    next(where, (n) => [`Canary${n}of@Nest${n}.example`, `canary${n}of`, `nest${n}.`]);
  const phone = (where: string) =>
    next(where, (n) => {
      const [head, tail] = [`9${n}7`, `8${n}`];
      return [`+55 11 ${head}-${tail}`, `${head}-${tail}`, `${head}${tail}`, `${head} ${tail}`];
    });
  const digits = (where: string) => phone(where).replace(/\D/g, '');
  const ip = (where: string) => next(where, (n) => [`203.0.113.${n}`]);
  const ipv6 = (where: string) => next(where, (n) => [`2001:db8:85a3:7${n}::1`, `7${n}::`]);
  const name = (where: string) =>
    next(where, (n) => [`Custom${n}Name of Ana${n}`, `Custom${n}Name`, `Ana${n}`]);
  const control = 'control-canary@nest.example';

  const device = randomUUID();
  let seq = 0;
  const event = (more: object) => ({
    event_id: randomUUID(),
    event: 'visit',
    anonymous_id: device,
    timestamp: now,
    seq: (seq += 1),
    ...more,
  });
  const page = {
    url: `https://shop.example/users/${encodeURIComponent(email('path'))}/edit?email=${encodeURIComponent(email('query, escaped'))}&q=${phone('query, as it is').replaceAll(' ', '+')}&next=${encodeURIComponent(`/login?user=${encodeURIComponent(email('address in an address'))}`)}&customer_name=${name('own field in the query').replaceAll(' ', '+')}&ip=${ip('query')}#/reset?mail=${email('hash')}`,
    title: `Inbox of ${email('title')} (${phone('title')})`,
    referrer: `https://mail.example/read?to=${email('referrer')}&secret_note=${name('own field in the referrer')}`,
  };
  const first = event({
    user_id: email('user_id'),
    context: {
      page,
      locale: 'pt-BR',
      campaign: {
        utm_content: email('campaign'),
        referrer: `https://a.example/?c=${email('campaign referrer')}`,
      },
      groups: { company: email('group'), customer_name: name('own field as a group type') },
      odd: { [email('key in the context')]: ip('context') },
    },
    properties: {
      email: email('property'),
      user: {
        contact: { E_Mail: email('deep property'), celular: digits('phone without a shape') },
      },
      list: [[{ note: `call ${phone('list')} or write to ${email('list')}` }]],
      phones: [phone('list of phones'), Number(digits('phone as a number'))],
      [email('key')]: 1,
      nested: { [email('nested key')]: { deep: true } },
      ip_address: ip('property'),
      text: `from ${ipv6('text')}, ${ip('text')}`,
      customerName: name('own field'),
      profile: { 'customer-name': { any: name('below an own field') } },
      secret_note: name('dropped field'),
      json: JSON.stringify({
        email: email('JSON in a text'),
        customer_name: name('own field in JSON'),
      }),
      link: `mailto:${email('link')}`,
      kept: control,
    },
  });
  const stored = [
    first,
    event({ event: `invited ${email('event name')}` }),
    event({ session_id: email('session_id') }),
    event({ anonymous_id: email('anonymous_id') }),
    event({ user_id: phone('user_id that is a phone number') }),
    event({
      event: 'error',
      properties: {
        message: `550 <${email('error message')}> refused by ${ip('error message')}:25; tried ${phone('error message')}`,
        stack: `Error: no ${email('stack')}\n    at send (https://shop.example/app.js?u=${encodeURIComponent(email('address in a stack'))}:1:2)`,
      },
    }),
    event({
      event: '$identify',
      user_id: email('identified user_id'),
      anonymous_id: email('identified anonymous_id'),
      properties: {
        $set: {
          email: email('trait'),
          phone: phone('trait'),
          customer_name: name('own trait'),
          kept: control,
          plan: 'pro',
        },
        $set_once: {
          first_email: email('trait set once'),
          contact: { mobile: digits('trait set once') },
        },
      },
    }),
    event({
      event: '$alias',
      user_id: email('alias user_id'),
      properties: { previous_id: email('previous_id') },
    }),
    event({
      event: 'sign_up',
      user_id: email('user_id of a critical event'),
      properties: { email: email('critical event'), detail: phone('critical event') },
      context: {
        page: { url: `https://shop.example/welcome/${email('page of a critical event')}` },
      },
    }),
    event({
      event: '$group',
      user_id: 'ana',
      properties: {
        type: 'company',
        key: email('group key'),
        $set: { billing_email: email('group trait'), kept: control },
      },
    }),
    event({
      event: 'planned',
      properties: {
        customer_name: name('property that breaks a plan'),
        email: email('property that breaks a plan'),
        kept: control,
      },
    }),
    event({
      event: 'planned',
      properties: {
        customer_name: `${name('long property that breaks a plan')} ${'and so on '.repeat(20)}`,
      },
    }),
  ];
  const dead = [
    event({ event: REFUSED, properties: { email: email('refused by the store'), kept: control } }),
    event({
      event: 'enforced',
      properties: {
        customer_name: name('property that breaks an enforced plan'),
        email: email('enforced plan'),
      },
    }),
    event({ event_id: email('event_id'), kept: control }),
    {
      event: 'nobody',
      properties: {
        email: email('event without identity'),
        customer_name: name('event without identity'),
      },
    },
    event({ timestamp: email('timestamp') }),
    event({ user_id: `${email('user_id that is too long')} ${'x'.repeat(300)}` }),
    event({ user_id: { email: email('user_id that is no text') } }),
    event({ event: `$${email('control event')}` }),
    event({
      properties: {
        [`${email('key that is too long')}${'x'.repeat(100)}`]: email(
          'beside a key that is too long',
        ),
      },
    }),
    event({ properties: deep(email('too deep'), 12) }),
    event({ properties: deep(email('far too deep'), 900) }),
    event({
      properties: {
        [email('key among too many')]: Object.fromEntries(
          Array.from({ length: 300 }, (_, n) => [`k${n}`, n]),
        ),
      },
    }),
    event({
      properties: {
        email: email('too large'),
        customer_name: name('too large'),
        filler: 'x'.repeat(70_000),
        late: email('beyond the cut'),
      },
    }),
    event({ properties: `text of ${email('properties that are no object')}` }),
    `only ${email('an event that is a text')}`,
    [{ email: email('an event that is a list') }],
    event({ context: { page: { url: { email: email('address that is no text') } } } }),
  ];
  const requests = [
    {
      headers: {
        'user-agent': `Mozilla/5.0 (compatible; ${email('user agent')}; ${ip('user agent')}) Chrome/140.0.0.0`,
        'accept-language': `pt-BR, ${email('accept-language')}`,
        'sec-ch-ua': `"${email('client hint')}";v="140"`,
        'x-forwarded-for': ip('request'),
      },
      events: [...stored, ...dead],
    },
    // A retry of what was answered: a duplicate, which the live page shows.
    { headers: { 'x-forwarded-for': ipv6('request again') }, events: [first] },
  ];
  return { requests, canaries, control, stored: stored.length, dead: dead.length };
}

function deep(text: string, levels: number): object {
  let value: object = { email: text };
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}
