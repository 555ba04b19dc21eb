import type { PxEvent } from '@px-platform/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedaction } from './redact.js';

const { text, event: redactEvent } = createRedaction(true);
const JWT =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('given personal data and secrets', () => {
  it.each([
    ['write to ana.maria+shop@example.co.uk today', 'write to [email] today'],
    ['https://x.example/search?q=ana%40example.com', 'https://x.example/search?q=[email]'],
    ['josé@例え.jp', '[email]'],
    ['/u/ana@example.com/orders', '/u/[email]/orders'],
    ['call +34 600 123 456 now', 'call [phone] now'],
    ['call (555) 123-4567', 'call ([phone]'],
    ['06 12 34 56 78', '[phone]'],
    ['/call?to=%2B34%20600%20123%20456', '/call?to=[phone]'],
    ['card 4111 1111 1111 1111 declined', 'card [card] declined'],
    ['pay?pan=4111-1111-1111-1111&x=1', 'pay?pan=[card]&x=1'],
    ['amex 3782 822463 10005', 'amex [card]'],
    ['5555555555554444', '[card]'],
    ['2223003122003222', '[card]'],
    ['IBAN ES91 2100 0418 4502 0005 1332 was charged', 'IBAN [iban] charged'],
    ['/?q=x%204111111111111111', '/?q=x [card]'],
    ['/?q=x%25200612345678', '/?q=x [phone]'],
    [String.raw`[data-testid="ana\@example\.com"]`, '[data-testid="[email]"]'],
    [String.raw`#\34 111111111111111 > a`, '#[card] > a'],
    ['to DE89370400440532013000.', 'to [iban].'],
    ['to=gb82%20west%201234%205698%207654%2032', 'to=[iban]'],
    [`Authorization: Bearer ${JWT}`, 'Authorization: [token]'],
    [`at ${JWT} failed`, 'at [token] failed'],
    ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: [token]'],
    ['key sk_live_abcdefghijklmnop', 'key [token]'],
    ['AKIAIOSFODNN7EXAMPLE', '[token]'],
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', '[token]'],
    ['session 5f4dcc3b5aa765d61d8327deb882cf99', 'session [token]'],
    ['/invite/Zx81-ab3D_9fK2mQ7rT5vW1', '/invite/[token]'],
    ['/?access_token=short&page=2', '/?access_token=[redacted]&page=2'],
    ['/?user[password]=hunter2', '/?user[password]=[redacted]'],
    ['/#code=4%2F0AX&state=ok', '/#code=[redacted]&state=ok'],
    ['/go?to=%2Freset%3Ftoken%3Dabc', '/go?to=%2Freset%3Ftoken=[redacted]'],
    ['{"password":"hunter2","step":2}', '{"password":"[redacted]","step":2}'],
    ['login failed, password: hunter2', 'login failed, password: [redacted]'],
    ['https://ana:hunter2@shop.example/', 'https://[user]@shop.example/'],
  ])('takes them out of %j', (given, expected) => {
    expect(text(given)).toBe(expected);
  });
});

describe('given what is nobody’s secret', () => {
  it.each([
    'Buy now',
    'Unexpected token: } in JSON at position 42',
    "Cannot read properties of undefined (reading 'email')",
    'Error code: 404',
    'https://shop.example/password/reset',
    'https://shop.example/orders/0192d7b0-8c1e-7a3f-9b2d-4c5e6f708192?page=2&sort=price',
    'https://shop.example/blog/How-To-Build-A-Better-Product-In-2026',
    'https://shop.example/assets/main.3f2a9b8c7d6e5f4a3b2c1d.js:12:34',
    '2026-11-25T02:30:49.123Z',
    'from 2024-01-15 to 2024-02-20',
    '1 234 567,89 €',
    'order 1234567890123',
    'version 10.15.7 build 20260101',
    String.raw`[data-testid="a\.b"] > #\31 23`,
    '#checkout-step-2 > div:nth-of-type(3) > button',
    'utm_source=news&utm_campaign=spring_sale_2026',
  ])('leaves %j as it is', (given) => expect(text(given)).toBe(given));
});

describe('given numbers that only look like', () => {
  it('leaves ids whole, whatever their digits spell: events are joined by them', () => {
    expect(text('01a210cd-dc14-76de-a75b-ffc339e24148')).toBe(
      '01a210cd-dc14-76de-a75b-ffc339e24148',
    );
    fc.assert(
      fc.property(fc.uuid(), (id) => text(id) === id),
      { numRuns: 2_000 },
    );
  });

  it('takes for a card only what passes Luhn, in a range that is issued', () => {
    expect(text('4111111111111112')).toBe('4111111111111112');
    expect(text('1760000000000')).toBe('1760000000000');
  });
  it('takes for an IBAN only what leaves 1 of 97', () => {
    expect(text('DE88370400440532013000')).not.toContain('[iban]');
  });
});

const at = (event: Partial<PxEvent>): PxEvent => ({
  event_id: 'id',
  event: 'click',
  anonymous_id: 'a',
  timestamp: 0,
  ...event,
});

describe('given events', () => {
  const page = { url: 'https://x.example/?token=abc', title: 'ana@example.com', referrer: '' };
  const properties = { text: 'ana@example.com', deep: [{ url: '/?code=7' }], x: 4, none: null };

  it('redacts where they happened, and what a capture read, however deep', () => {
    expect(redactEvent(at({ context: { page, locale: 'en' }, properties }), true)).toMatchObject({
      context: {
        page: { url: 'https://x.example/?token=[redacted]', title: '[email]', referrer: '' },
        locale: 'en',
      },
      properties: { text: '[email]', deep: [{ url: '/?code=[redacted]' }], x: 4, none: null },
    });
  });

  it("leaves a developer's own properties as given, unless asked", () => {
    const event = at({ context: { page }, properties });
    expect(redactEvent(event, false).properties).toEqual(properties);
    expect(redactEvent(event, false).context?.page?.title).toBe('[email]');
    const strict = createRedaction({ properties: true });
    expect(strict.event(event, false).properties?.['text']).toBe('[email]');
  });

  it('takes out what the page asks for, too, and nothing where it says false', () => {
    const own = createRedaction({ patterns: [/order-\d+/, /ACME/gi] });
    expect(own.text('order-12 and order-34 of acme')).toBe(
      '[redacted] and [redacted] of [redacted]',
    );
    const event = at({ context: { page }, properties });
    expect(createRedaction(false).event(event, true)).toEqual(event);
  });

  it('follows the page from one address to the next', () => {
    const one = redactEvent(at({ context: { page } }), false);
    const two = redactEvent(at({ context: { page: { ...page, title: 'Cart' } } }), false);
    const three = redactEvent(at({ context: { page } }), false);
    expect([one, two, three].map(({ context }) => context?.page?.title)).toEqual([
      '[email]',
      'Cart',
      '[email]',
    ]);
  });
});

describe('given hostile texts of 64 KiB', () => {
  const SIZE = 64 * 1024;
  const fill = (part: string) => part.repeat(Math.ceil(SIZE / part.length)).slice(0, SIZE);
  it.each([
    'a',
    '1',
    '4111 ',
    '@',
    'a@',
    'a.',
    'a@a.',
    '=',
    'token=',
    'password',
    '"',
    '%',
    '%40',
    '%20',
    '//',
    'eyJ',
    'GB82 ',
    'ab12',
    '+1',
    '0 ',
    '-',
    '(',
    'Aa1_',
    'bearer ',
    '\u{1F600}',
    '[',
    '00',
    '1 2.',
  ])('is done with %j, repeated, in a moment', (part) => {
    const hostile = fill(part);
    text('warm');
    const from = Date.now();
    text(hostile);
    text(`${hostile}!`);
    expect(Date.now() - from).toBeLessThan(1_000);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        expect(typeof text(given)).toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});
