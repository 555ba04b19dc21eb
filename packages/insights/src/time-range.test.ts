import { describe, expect, it } from 'vitest';
import { QuestionError } from './analysis.js';
import { readTimeRange } from './time-range.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The first minute whose date in the zone is `date`, found by looking at every one. */
function firstMinuteOf(date: string, timezone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  const noon = Date.parse(`${date}T12:00:00Z`);
  for (let at = noon - 2 * DAY; at < noon + DAY; at += MINUTE) {
    if (format.format(at) === date) return at;
  }
  throw new Error(`${timezone} has no ${date}`);
}

describe('given days on which clocks change', () => {
  it.each([
    ['UTC', '2026-11-23'],
    ['Asia/Kolkata', '2026-11-23'],
    ['America/New_York', '2026-03-08'],
    ['America/New_York', '2026-11-01'],
    ['Europe/Berlin', '2026-10-25'],
    // Midnight comes twice.
    ['America/Havana', '2026-11-01'],
    // Midnight never comes.
    ['America/Havana', '2026-03-08'],
    ['Africa/Cairo', '2026-04-24'],
    ['America/Sao_Paulo', '2018-11-04'],
    ['Australia/Lord_Howe', '2026-04-05'],
    ['Pacific/Kiritimati', '2026-11-23'],
  ])('begins a day in %s on %s when its clocks first show that date', (timezone, date) => {
    const first = firstMinuteOf(date, timezone);
    const last = firstMinuteOf(
      new Date(Date.parse(date) + DAY).toISOString().slice(0, 10),
      timezone,
    );
    for (const now of [first, first + 90 * MINUTE, first + 12 * 3_600_000, last - 1]) {
      expect(readTimeRange({ timezone, since: 'today' }, now).since).toBe(first);
    }
    expect(readTimeRange({ timezone, since: 'yesterday', until: 'today' }, last)).toEqual({
      since: first,
      until: last,
    });
    expect(readTimeRange({ timezone, since: date }, last).since).toBe(first);
  });
});

describe('given a date-time', () => {
  const at = (since: string) =>
    new Date(
      readTimeRange({ since, timezone: 'Asia/Tokyo' }, Date.UTC(2026, 11, 1)).since,
    ).toISOString();

  it('takes it in the question’s zone, unless it names an offset', () => {
    expect(at('2026-11-23T10:00')).toBe('2026-11-23T01:00:00.000Z');
    expect(at('2026-11-23T10:00Z')).toBe('2026-11-23T10:00:00.000Z');
    expect(at('2026-11-23T10:00:00-03:00')).toBe('2026-11-23T13:00:00.000Z');
  });

  it.each(['2026-02-30', 'March 7', '1', '99999999999999999999', '9999999999999999'])(
    'refuses %s in words',
    (text) => {
      for (const name of ['since', 'until']) {
        expect(() => readTimeRange({ [name]: text }, Date.UTC(2026, 11, 1))).toThrow(QuestionError);
      }
    },
  );
});
