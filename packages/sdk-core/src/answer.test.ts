import { describe, expect, it } from 'vitest';
import { readAnswer, retryAfterMs } from './answer.js';
import { jsonResponse } from './testing/index.js';

describe('given Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [null, 0],
    ['7', 7_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['soon', 0],
    ['999999', 3_600_000],
  ])('%j means %d ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe("given answers that are not the collector's", () => {
  it.each([
    [200, {}],
    [200, { accepted: 1 }],
    [200, { accepted: 1, results: [null] }],
    [204, ''],
    [301, ''],
    [400, 'Bad Request'],
    [400, { error: 'bad' }],
    [404, { code: 'not_found', message: '…' }],
    [500, { code: 'internal', message: '…' }],
  ])('keeps the events at %d %j', (status, body) => {
    expect(readAnswer({ keys: ['a'], response: jsonResponse(status, body), now: 0 })).toMatchObject(
      { outcome: new Map() },
    );
  });
});

describe('given a verdict on an event whose id could not be read', () => {
  it('finds it by its position', () => {
    const body = {
      accepted: 1,
      received_at: 0,
      skew_ms: 0,
      results: [{ event_id: null, index: 1, status: 'drop', code: 'invalid_event_id' }],
    };
    const { outcome } = readAnswer({
      keys: ['a', 'b'],
      response: jsonResponse(200, body),
      now: 0,
    });
    expect([...outcome]).toEqual([
      ['a', null],
      ['b', 'invalid_event_id'],
    ]);
  });
});
