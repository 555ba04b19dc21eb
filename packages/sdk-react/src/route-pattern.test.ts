import { describe, expect, it } from 'vitest';
import { routePattern } from './route-pattern.js';

describe('given a path and what it is made of', () => {
  it.each([
    ['/', {}, '/'],
    ['/about', null, '/about'],
    ['/users/42', { id: '42' }, '/users/:id'],
    ['/users/users', { id: 'users' }, '/users/:id'],
    ['/de/users/42/edit', { lang: 'de', id: '42' }, '/:lang/users/:id/edit'],
    ['/7/7', { one: '7', two: '7' }, '/:one/:two'],
    ['/docs/a/b', { slug: ['a', 'b'] }, '/docs/:slug*'],
    ['/docs', { slug: undefined }, '/docs'],
    ['/tags/caf%C3%A9', { tag: 'café' }, '/tags/:tag'],
    ['/tags/caf%C3%A9', { tag: 'caf%C3%A9' }, '/tags/:tag'],
    ['/elsewhere', { id: '42' }, '/elsewhere'],
  ])('says of %s with %j that it is %s', (pathname, params, pattern) => {
    expect(routePattern(pathname, params)).toBe(pattern);
  });
});
