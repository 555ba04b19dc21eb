import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { completeRules, type JsonValue, type PrivacyRules } from '@px-platform/protocol';
import { personalToken } from '@px-platform/store';
import { HARMLESS } from '../../test/harmless.js';
import { createMasker } from './masker.js';

const SECRET = 'a secret';
const h = (text: string) => personalToken(SECRET, text);
const maskerOf = (rules: Partial<PrivacyRules> = {}) =>
  createMasker({ rules: completeRules(rules), secret: SECRET });
const masked = (value: JsonValue, rules: Partial<PrivacyRules> = {}) =>
  maskerOf(rules).value(value);

const ANA = h('ana@shop.example');
const CALL = h('5511999998888');

describe('given personal data in properties', () => {
  it('hashes what keys name and what texts hold, at any depth, and leaves the rest alone', () => {
    expect(
      masked({
        plan: 'pro',
        step: 2,
        email: 'Ana@Shop.example',
        form: {
          fields: [
            { Phone: '+55 11 99999-8888' },
            { note: 'call +55 (11) 99999-8888 or ana@shop.example' },
          ],
        },
        'ana@shop.example': { seen: true },
        tel: 5511999998888,
        ip: '203.0.113.77',
      }),
    ).toEqual({
      plan: 'pro',
      step: 2,
      email: ANA,
      form: { fields: [{ Phone: CALL }, { note: `call ${CALL} or ${ANA}` }] },
      [ANA]: { seen: true },
      tel: CALL,
      ip: '203.0.113.0',
    });
  });

  it('hashes whatever an e-mail field says, and of several addresses each', () => {
    expect(masked({ email: 'ana at shop' })).toEqual({ email: h('ana at shop') });
    expect(masked({ emails: ['ana@shop.example', 'Ana <ana@shop.example>, b@x.io'] })).toEqual({
      emails: [ANA, `${ANA}, ${h('b@x.io')}`],
    });
  });

  it('hashes numbers without a shape where the key says that they are phones', () => {
    expect(masked({ celular: '11999998888', note: '11999998888' })).toEqual({
      celular: h('11999998888'),
      note: '11999998888',
    });
    expect(masked({ phone: { number: '5511999998888', country: 'BR' } })).toEqual({
      phone: { number: CALL, country: 'BR' },
    });
  });

  it('drops it where the rules say so: the member, or the words in a text', () => {
    const rules = { email: 'drop', phone: 'drop', ip_address: 'drop' } as const;
    expect(
      masked(
        {
          a: 'to ana@shop.example, 555-123-4567, 203.0.113.77',
          email: 'x',
          phone: '5551234567',
          ip: 'x',
          list: ['a@b.co'],
        },
        rules,
      ),
    ).toEqual({ a: 'to [email], [phone], [ip]', list: ['[email]'] });
  });

  it('keeps it where the rules say so', () => {
    const given = {
      email: 'ana@shop.example',
      phone: '5551234567',
      text: 'a@b.co 203.0.113.77 555-123-4567',
    };
    const rules = { email: 'keep', phone: 'keep', ip_address: 'keep' } as const;
    expect(masked(given, rules)).toBe(given);
  });
});

describe('given fields of a tenant’s own', () => {
  const rules = {
    fields: { customer_name: 'hash', notes: 'drop', support_email: 'keep', profile: 'hash' },
  } as const;

  it('masks them wherever their name comes, in any case and style, with all that is in them', () => {
    expect(
      masked(
        {
          customerName: 'Ana',
          deep: [{ 'Customer-Name': 'Ana', notes: { any: 'thing' } }],
          profile: { age: 7, tags: ['x'], ok: true, none: null },
          support_email: 'help@shop.example',
          'a.customer_name': 'Ana',
        },
        rules,
      ),
    ).toEqual({
      customerName: h('Ana'),
      deep: [{ 'Customer-Name': h('Ana') }],
      profile: { age: h('7'), tags: [h('x')], ok: true, none: null },
      support_email: 'help@shop.example',
      'a.customer_name': h('Ana'),
    });
  });

  it('masks them in addresses, forms and JSON within texts, even where it was cut', () => {
    const { text } = maskerOf(rules);
    expect(text('/?customer_name=Ana&step=2')).toBe(`/?customer_name=${h('Ana')}&step=2`);
    expect(text('/?a=1#customer%5Bcustomer_name%5D=Ana+Maria')).toBe(
      `/?a=1#customer%5Bcustomer_name%5D=${h('Ana Maria')}`,
    );
    expect(text('/?customer_name=Ana Maria&x=1')).toBe(`/?customer_name=${h('Ana Maria')}&x=1`);
    expect(text('customer_name = "Ana"')).toBe(`customer_name = "${h('Ana')}"`);
    for (const code of ['if (email === x)', 'email => f(email)', 'const email = x', 'email = '])
      expect(text(code)).toBe(code);
    expect(text('got customer_name=Ana at 12')).toBe(`got customer_name=${h('Ana')} at 12`);
    expect(text('/?notes=secret&x=1')).toBe('/?notes=&x=1');
    expect(text('{"customerName": "Ana", "notes": {"a": ["}", 1]}, "x": 1}')).toBe(
      `{"customerName": "${h('Ana')}", "notes": "[dropped]", "x": 1}`,
    );
    expect(text('{"a":"{\\"customer_name\\":\\"Ana\\"}"}')).toBe(
      `{"a":"{\\"customer_name\\":\\"${h('Ana')}\\"}"}`,
    );
    expect(text('{"customer_name":"An')).toBe(`{"customer_name":"${h('An')}`);
    expect(text('{"profile":{"a":"secr')).not.toContain('secr');
  });
});

describe('given an address', () => {
  it.each([
    ['https://s.example/?email=ana@shop.example', `https://s.example/?email=${ANA}`],
    ['https://s.example/?email=Ana%40Shop.example&x=1', `https://s.example/?email=${ANA}&x=1`],
    ['https://s.example/?q=to%20ana%40shop.example', `https://s.example/?q=to%20${ANA}`],
    ['/users/ana%40shop.example/edit', `/users/${ANA}/edit`],
    ['/#/reset?user=ana%2540shop.example', `/#/reset?user=${ANA}`],
    ['/?phone=5511999998888&order=5511999998888', `/?phone=${CALL}&order=5511999998888`],
    ['/?q=%2B55+11+99999-8888', `/?q=${CALL}`],
    ['/?q=+5511999998888', `/?q=${CALL}`],
    ['/?next=%2Flogin%3Femail%3Dana%2540shop.example', `/?next=%2Flogin%3Femail%3D${ANA}`],
    ['/?user%5Bemail%5D=ana%40shop.example', `/?user%5Bemail%5D=${ANA}`],
    ['/?from=203.0.113.77', '/?from=203.0.113.0'],
    ['/?bad=%E0%A4%A&to=ana%40shop.example', `/?bad=%E0%A4%A&to=${ANA}`],
  ])('masks %s', (url, expected) => {
    expect(maskerOf().text(url)).toBe(expected);
  });
});

describe('given equal people', () => {
  it('makes them equal wherever they are written, and different ones different', () => {
    const { value, text, id } = maskerOf();
    const ways = [
      (value({ email: ' ANA@shop.example ' }) as { email: string }).email,
      text('ana@shop.example'),
      id('Ana@Shop.Example', 'user_id'),
      text('<ana@shop.example>').slice(1, -1),
      text('/?email=ana%40shop.example').split('=')[1],
    ];
    expect(new Set(ways)).toEqual(new Set([ANA]));
    expect(text('bob@shop.example')).not.toBe(ANA);
    expect(
      createMasker({ rules: completeRules({}), secret: 'other' }).text('ana@shop.example'),
    ).not.toBe(ANA);
  });
});

describe('given what somebody is known by', () => {
  it('hashes it where it is personal, even where such is dropped', () => {
    for (const email of ['hash', 'drop'] as const) {
      expect(maskerOf({ email }).id('ana@shop.example', 'user_id')).toBe(ANA);
    }
    expect(maskerOf({ email: 'keep' }).id('ana@shop.example', 'user_id')).toBe('ana@shop.example');
    expect(maskerOf().id('user-42', 'user_id')).toBe('user-42');
    expect(maskerOf({ fields: { user_id: 'drop' } }).id('user-42', 'user_id')).toBe(h('user-42'));
  });
});

describe('given the address that a request came from', () => {
  it.each<[PrivacyRules['ip_address'], string | null]>([
    ['keep', '203.0.113.77'],
    ['truncate', '203.0.113.0'],
    ['hash', h('203.0.113.77')],
    ['drop', null],
  ])('does with it what %s says', (ip_address, expected) => {
    expect(maskerOf({ ip_address }).ip('203.0.113.77')).toBe(expected);
  });
});

describe('given what says nothing of anybody', () => {
  it.each(HARMLESS)('leaves %s: %j as it is', (key, value) => {
    const given = { [key]: value as JsonValue };
    expect(masked(given)).toBe(given);
  });
});

describe('given anything at all', () => {
  const personal = fc.constantFrom(
    'ana.canary@shop.example',
    '+55 11 98765-4321',
    '(11) 98765-4321',
    '203.0.113.77',
    '2001:db8:85a3:1::77',
  );
  const around = fc.constantFrom(
    '',
    ' ',
    ', ',
    '"',
    '<',
    '>',
    '/',
    '?',
    '&',
    '\n',
    '。',
    'é ',
    ' to ',
    ';',
  );
  const LEAKS = /canary|98765|\.77\b|::77/;

  it('masks what is already masked no further', () => {
    const masker = maskerOf({ fields: { secret: 'hash' } });
    fc.assert(
      fc.property(
        fc.object({
          values: [
            fc.string(),
            personal,
            fc.webUrl(),
            fc.emailAddress(),
            fc.ipV4(),
            fc.ipV6(),
            fc.double(),
            fc.integer(),
          ],
        }),
        (object) => {
          const once = masker.value(object as JsonValue)!;
          expect(masker.value(once)).toEqual(once);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds personal data among whatever stands around it, in values, keys and addresses', () => {
    const masker = maskerOf();
    fc.assert(
      fc.property(
        fc.string(),
        around,
        personal,
        around,
        fc.string(),
        (before, left, data, right, after) => {
          // A sign or letter that touches makes it a part of something else.
          const text = `${before} ${left}${data}${right} ${after}`.replace(/canary\.$/, 'canary');
          expect(masker.text(text)).not.toMatch(LEAKS);
          expect(masker.text(`/?q=${encodeURIComponent(text.toWellFormed())}`)).not.toMatch(LEAKS);
          expect(JSON.stringify(masker.value({ a: [{ [text]: text }] }))).not.toMatch(LEAKS);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['at signs', 'a@'],
    ['local parts', 'a.'],
    ['digits', '1'],
    ['groups', '1 '],
    ['brackets', '(1'],
    ['plus signs', '+1 '],
    ['zeros', '0 1'],
    ['dots', '1.'],
    ['colons', 'a:'],
    ['percents', '%25'],
    ['encodings', '%2525'],
    ['equals', 'email='],
    ['names', 'email'],
    ['JSON', '"email":{'],
    ['quotes', '"a":"'],
    ['escapes', '\\"email\\":\\"'],
    ['backslashes', '\\'],
    ['spaces', ' '],
    ['years', '2026-11-25 '],
  ])('takes linear time over a hostile text of %s', (_case, piece) => {
    const masker = maskerOf({ fields: { a: 'hash' } });
    const timeOf = (length: number) => {
      const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
      const startedAt = performance.now();
      masker.text(text);
      return performance.now() - startedAt;
    };
    timeOf(10_000);
    // 64 KiB is the most that an event may have. A quadratic search would take minutes over four times as much.
    expect(timeOf(256 * 1024)).toBeLessThan(2_000);
  });
});
