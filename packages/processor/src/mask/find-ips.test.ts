import { describe, expect, it } from 'vitest';
import { canonicalIp, findIps, networkOf } from './find-ips.js';

const found = (text: string) =>
  findIps(text, { v4: true, v6: true }).map(({ start, end }) => text.slice(start, end));

describe('given a text with IP addresses', () => {
  it.each<[string, readonly string[]]>([
    ['203.0.113.77', ['203.0.113.77']],
    ['connect ECONNREFUSED 10.1.2.3:5432', ['10.1.2.3']],
    ['http://203.0.113.77:8080/x', ['203.0.113.77']],
    ['/users/203.0.113.77/orders', ['203.0.113.77']],
    ['host.internal/203.0.113.77:80', ['203.0.113.77']],
    ['Connected to Host. /203.0.113.77', ['203.0.113.77']],
    ['203.0.113.77, 198.51.100.1', ['203.0.113.77', '198.51.100.1']],
    ['2001:db8:85a3::8a2e:370:7334', ['2001:db8:85a3::8a2e:370:7334']],
    ['[2001:db8::1]:443', ['2001:db8::1']],
    ['2001:0DB8:85A3:0000:0000:8A2E:0370:7334', ['2001:0DB8:85A3:0000:0000:8A2E:0370:7334']],
    ['::ffff:203.0.113.77', ['::ffff:203.0.113.77']],
    ['Mozilla/5.0 (203.0.113.77) Chrome/140.1.2.3', ['203.0.113.77']],
  ])('finds them in %j', (text, ips) => {
    expect(found(text)).toEqual(ips);
  });

  it.each([
    '127.0.0.1:4400',
    '0.0.0.0',
    '::1',
    'v1.2.3.4',
    'version 1.2.3.4',
    'Chrome/140.1.2.3',
    '1.2.3.4.5',
    '1.2.3.4-beta',
    '256.1.1.1',
    '12:30:45',
    '00:1A:2B:3C:4D:5E',
    'std::vector',
    'a::before',
    'Foo::bar',
    '1.2.3',
    '10.0.19045.3803',
    '2026-11-25T12:30:45.000Z',
  ])('finds none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('given an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::'],
    ['2001:DB8::1', '2001:db8:0::'],
    ['fe80::1%eth0', 'fe80:0:0::'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['127.0.0.1', '127.0.0.1'],
    ['no address', 'no address'],
  ])('puts %s in its network', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
    expect(networkOf(network)).toBe(network);
  });

  it('writes it in one way', () => {
    const ways = ['2001:db8::1', '2001:DB8:0:0::1', '2001:0db8:0000:0000:0000:0000:0000:0001'];
    expect(new Set(ways.map(canonicalIp)).size).toBe(1);
    expect(canonicalIp('::ffff:203.0.113.77')).toBe(canonicalIp('203.0.113.77'));
  });
});
