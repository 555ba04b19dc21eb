import { describe, expect, it } from 'vitest';
import { findEmails } from './find-emails.js';

const found = (text: string) => findEmails(text).map(({ start, end }) => text.slice(start, end));

describe('given a text with e-mail addresses', () => {
  it.each<[string, readonly string[]]>([
    ['ana@shop.example', ['ana@shop.example']],
    ['Write to ana@shop.example.', ['ana@shop.example']],
    [
      '"Ana" <Ana.B+news@mail.shop.example>, bob@x.io',
      ['Ana.B+news@mail.shop.example', 'bob@x.io'],
    ],
    ['/users/ana@shop.example/orders', ['ana@shop.example']],
    ['?to=ana@shop.example&from=bob@x.io#c@d.org', ['ana@shop.example', 'bob@x.io', 'c@d.org']],
    ["it's 'o'brien@x.ie'", ["o'brien@x.ie"]],
    ['mailto:ana@shop.example', ['ana@shop.example']],
    ['joão@correio.example', ['joão@correio.example']],
    ['иван@почта.рф', ['иван@почта.рф']],
    ['请联系ana@shop.example谢谢', ['ana@shop.example']],
    ['ana@xn--80ak6aa92e.xn--p1ai', ['ana@xn--80ak6aa92e.xn--p1ai']],
    ['ana@shop.example.png', ['ana@shop.example']],
    ['a@b@shop.example', ['b@shop.example']],
    ['ana@shop.exa…', ['ana@shop.exa']],
    ['ana@sho…', ['ana@sho']],
    [`${'long '.repeat(30)}ana@sho`, ['ana@sho']],
  ])('finds them in %j', (text, emails) => {
    expect(found(text)).toEqual(emails);
  });

  it.each([
    '@ana',
    'ana @ shop',
    'icon@2x.png',
    'react@18.2.0',
    '@scope/pkg@1.2.0/dist/index.js',
    'user@localhost',
    'a@b..c',
    '@@@@',
    'x@',
    'meet @ 5.30',
    'root@10.0.0.1',
  ])('finds none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});
