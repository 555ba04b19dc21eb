import { describe, expect, it } from 'vitest';
import { parseRoute, routeHash } from './route.js';

describe('given the hash of an address', () => {
  it.each([
    ['', { page: 'live' }],
    ['#/', { page: 'live' }],
    ['#/nowhere/x', { page: 'live' }],
    ['#/flags', { page: 'flags', key: null }],
    ['#/flags/', { page: 'flags', key: null }],
    ['#/flags/new_onboarding', { page: 'flags', key: 'new_onboarding' }],
    ['#/experiments/a%2Fb', { page: 'experiments', key: 'a/b' }],
    ['#/segments/regulars', { page: 'segments', key: 'regulars' }],
    ['#/groups', { page: 'groups', key: null }],
    ['#/flags/%E0%A4%A', { page: 'flags', key: null }],
  ])('reads %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('writes what it reads', () => {
    for (const key of [null, 'a', 'ä/b c', '%'])
      expect(parseRoute(routeHash({ page: 'flags', key }))).toEqual({ page: 'flags', key });
  });
});
