import { describe, expect, it } from 'vitest';
import { readIsoTime } from '../src/index.js';

describe('given text for a time', () => {
  it.each([
    ['2026-11-23', '2026-11-23T00:00:00.000Z', false],
    ['2026-11-23T10:00', '2026-11-23T10:00:00.000Z', false],
    ['2026-11-23 10:00:01', '2026-11-23T10:00:01.000Z', false],
    ['2026-11-23T10:00:01.5Z', '2026-11-23T10:00:01.500Z', true],
    ['2026-11-23T10:00:01.123456Z', '2026-11-23T10:00:01.123Z', true],
    ['2026-11-23T10:00:01,25+05:30', '2026-11-23T04:30:01.250Z', true],
    ['2026-11-23T10:00:01-0300', '2026-11-23T13:00:01.000Z', true],
    ['2026-11-23t10:00:01z', '2026-11-23T10:00:01.000Z', true],
    ['2024-02-29T23:59:59+01', '2024-02-29T22:59:59.000Z', true],
  ])('reads %s', (text, iso, hasOffset) => {
    expect(readIsoTime(text)).toEqual({ epochMs: Date.parse(iso), hasOffset });
  });

  it.each([
    '2026-02-30',
    '2026-02-29T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-11-23T25:00:00Z',
    '2026-11-23T10:61:00Z',
    '2026-11-23T10:00:00+25:00',
    'March 7, 2026',
    'yesterday',
    '1',
    '2026',
    '',
    '+002026-11-23T00:00:00Z',
    'Mon, 23 Nov 2026 10:00:00 GMT',
  ])('takes %j for no time', (text) => {
    expect(readIsoTime(text)).toBeNull();
  });
});
