import { expect, it } from 'vitest';
import { isAllowedOrigin } from './origins.js';

it.each([
  ['https://shop.example', [], true],
  ['null', [], true],
  ['https://shop.example', ['https://shop.example'], true],
  ['https://SHOP.example', ['https://shop.example'], true],
  ['http://shop.example', ['https://shop.example'], false],
  ['https://shop.example:8443', ['https://shop.example'], false],
  ['https://evil-shop.example', ['https://shop.example'], false],
  ['https://shop.example.evil.example', ['https://shop.example'], false],
  ['https://de.shop.example', ['https://*.shop.example'], true],
  ['https://a.b.shop.example', ['https://*.shop.example'], true],
  ['https://shop.example', ['https://*.shop.example'], false],
  ['https://evilshop.example', ['https://*.shop.example'], false],
  ['http://de.shop.example', ['https://*.shop.example'], false],
  ['null', ['https://*.shop.example', 'https://shop.example'], false],
])('%s, of %j: %s', (origin, allowed, expected) => {
  expect(isAllowedOrigin(origin, allowed)).toBe(expected);
});
