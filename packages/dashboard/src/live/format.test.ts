import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDateTime,
  formatDuration,
  formatMicros,
  formatTime,
  plural,
} from './format.js';

describe('given figures to print', () => {
  it.each([
    [0, '0'],
    [1_204, '1,204'],
    [99_999, '99,999'],
    [128_400, '128.4K'],
    [2_000_000_000, '2B'],
  ])('prints the count %d as %s', (count, text) => expect(formatCount(count)).toBe(text));

  it.each([
    [0.4, '0 ms'],
    [8, '8 ms'],
    [1_440, '1.4 s'],
    [59_400, '59 s'],
    [180_000, '3 min'],
    [86_400_000, '24 h'],
    [8 * 86_400_000, '8 days'],
  ])('prints %d milliseconds as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0.44, '0.4 µs'],
    [2, '2 µs'],
    [38.4, '38 µs'],
    [1_240, '1.2 ms'],
  ])('prints %d microseconds as %s', (micros, text) => expect(formatMicros(micros)).toBe(text));

  it('prints local time with its milliseconds apart', () => {
    const at = new Date(2026, 1, 3, 9, 5, 7, 42).getTime();
    expect(formatTime(at)).toEqual({ clock: '09:05:07', ms: '.042' });
    expect(formatDateTime(at)).toBe('2026-02-03 09:05:07.042');
  });

  it('counts one thing as one', () => {
    expect([plural(1, 'event'), plural(2, 'event'), plural(1_200, 'person', 'people')]).toEqual([
      '1 event',
      '2 events',
      '1,200 people',
    ]);
  });
});
