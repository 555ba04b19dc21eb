import { describe, expect, it } from 'vitest';
import { parseRoute, pathOf, titleOf, type Route } from './route.js';

const places: readonly (readonly [string, Route])[] = [
  ['/', { page: 'catalogue' }],
  ['/product/moon-lamp', { page: 'product', productId: 'moon-lamp' }],
  ['/cart', { page: 'cart' }],
  ['/signup', { page: 'signup', step: 1 }],
  ['/signup/about-you', { page: 'signup', step: 2 }],
  ['/signup/preferences', { page: 'signup', step: 3 }],
  ['/checkout', { page: 'checkout', step: 1 }],
  ['/checkout/payment', { page: 'checkout', step: 2 }],
  ['/order/SH-7Q2M4K', { page: 'order', orderId: 'SH-7Q2M4K' }],
  ['/account', { page: 'account' }],
];

describe('routes', () => {
  it.each(places)('reads %s and writes it back', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
    expect(pathOf(route)).toBe(path);
  });

  it('gives every place its own title, so that page views can be told apart', () => {
    const titles = places.map(([, route]) => titleOf(route));
    expect(new Set(titles).size).toBe(places.length);
  });

  it('reads a trailing slash as the same place', () => {
    expect(parseRoute('/cart/')).toEqual({ page: 'cart' });
  });

  it.each([
    '/product/no-such-thing',
    '/product',
    '/signup/4',
    '/checkout/done',
    '/cart/x',
    '/help/slipper-sizes',
    '/a/b/c',
  ])('has nothing at %s', (path) => {
    expect(parseRoute(path)).toEqual({ page: 'not-found' });
  });
});
