import { describe, expect, it } from 'vitest';
import { createIpBudget } from './ip-budget.js';

const HOME = '203.0.113.7';

function setUp(options: { perMinute?: number; capacity?: number } = {}) {
  let now = 5_000;
  const budget = createIpBudget({ perMinute: 60, elapsed: () => now, ...options });
  const takeAll = (ip: string) => {
    let taken = 0;
    while (budget.take(ip) === null && taken < 10_000) taken += 1;
    return taken;
  };
  return { budget, takeAll, wait: (ms: number) => (now += ms) };
}

describe('given a budget of 60 points a minute', () => {
  it('grants a minute’s worth at once, and then one a second', () => {
    const { budget, takeAll, wait } = setUp();
    expect(takeAll(HOME)).toBe(60);
    expect(budget.take(HOME)).toBeCloseTo(1_000);
    wait(1_000);
    expect(takeAll(HOME)).toBe(1);
    wait(600_000);
    expect(takeAll(HOME)).toBe(60);
  });

  it('counts each address by itself', () => {
    const { takeAll } = setUp();
    takeAll(HOME);
    expect(takeAll('203.0.113.8')).toBe(60);
  });

  it('takes what is charged from later requests, and gives back what was wrongly taken', () => {
    const { budget, takeAll } = setUp();
    budget.charge(HOME, 50);
    expect(takeAll(HOME)).toBe(10);
    budget.charge(HOME, -3);
    expect(takeAll(HOME)).toBe(3);
  });

  it('never lends more than the whole budget, however much is given back', () => {
    const { budget, takeAll } = setUp();
    budget.charge(HOME, -1_000);
    expect(takeAll(HOME)).toBe(60);
  });

  it.each([
    ['one /64 of IPv6', '2001:db8:0:1::1', '2001:db8:0:1:ffff::2'],
    ['an IPv4 address and its form in IPv6', HOME, `::ffff:${HOME}`],
  ])('counts as one: %s', (_, one, other) => {
    const { takeAll } = setUp();
    takeAll(one);
    expect(takeAll(other)).toBe(0);
  });

  it('counts two networks of IPv6 as two', () => {
    const { takeAll } = setUp();
    takeAll('2001:db8:0:1::1');
    expect(takeAll('2001:db8:0:2::1')).toBe(60);
  });

  it.each([
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '172.16.0.9',
    '192.168.1.1',
    '100.64.0.1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    'no address',
    '',
  ])('does not limit %j, behind which may be anybody', (ip) => {
    const { takeAll } = setUp();
    expect(takeAll(ip)).toBe(10_000);
  });

  it('remembers no more addresses than it may, the ones heard of last', () => {
    const { budget, takeAll } = setUp({ capacity: 3 });
    for (const last of [1, 2, 3]) takeAll(`203.0.113.${last}`);
    expect(budget.take('203.0.113.1')).toBeGreaterThan(0);
    takeAll('203.0.113.4');
    expect(budget.take('203.0.113.2')).toBeGreaterThan(0);
    expect(takeAll('203.0.113.1')).toBe(60);
  });
});
