import { readIsoTime } from '@px-platform/protocol';
import { QuestionError } from './analysis.js';

/** Half open: `since` counts, `until` does not. Epoch milliseconds. */
export interface TimeRange {
  readonly since: number;
  readonly until: number;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How far past "now" a range reaches by default: clocks within the tolerance may run ahead. */
const AHEAD_MS = 60_000;

/**
 * Reads `since` and `until`: `today`, `yesterday`, a span back from now (`15m`, `24h`, `7d`),
 * epoch milliseconds, or an ISO 8601 date or date-time. Days begin at midnight in `timezone` (IANA; UTC by default),
 * and a date-time without an offset is that zone's too.
 */
export function readTimeRange(input: Readonly<Record<string, string>>, now: number): TimeRange {
  const timezone = input.timezone ?? 'UTC';
  const since = readMoment('since', input.since ?? 'today', now, timezone);
  const until =
    input.until === undefined ? now + AHEAD_MS : readMoment('until', input.until, now, timezone);
  if (until <= since) {
    throw new QuestionError(
      `until (${new Date(until).toISOString()}) is not after since (${new Date(since).toISOString()}).`,
    );
  }
  return { since, until };
}

/** Whether clocks in a zone are whole hours apart from UTC all through the range: they are not in India. */
export function hasWholeHours({ since, until }: TimeRange, timezone: string): boolean {
  // A zone changes its clocks a few times a year at most.
  const looks = [until];
  for (let at = since; at < until; at += 14 * UNIT_MS.d) looks.push(at);
  return looks.every((at) => offsetAt(at, timezone) % UNIT_MS.h === 0);
}

function readMoment(name: string, text: string, now: number, timezone: string): number {
  if (text === 'now') return now;
  if (text === 'today') return startOfDay(now, timezone);
  if (text === 'yesterday') return startOfDay(startOfDay(now, timezone) - 1, timezone);
  const span = /^(\d{1,5})([mhd])$/.exec(text);
  if (span) return now - Number(span[1]) * UNIT_MS[span[2] as keyof typeof UNIT_MS];
  const moment = /^\d{10,}$/.test(text) ? Number(text) : readLocal(text, timezone);
  // A `Date` reaches 275,000 years; further is no time.
  if (moment !== null && Math.abs(moment) <= 8.64e15) return moment;
  throw new QuestionError(
    `${name}=${JSON.stringify(text.slice(0, 60))} is not a time. Use today, yesterday, a span such as 24h, epoch milliseconds or ISO 8601.`,
  );
}

function readLocal(text: string, timezone: string): number | null {
  const time = readIsoTime(text);
  if (time === null) return null;
  return time.hasOffset ? time.epochMs : atLocal(time.epochMs, timezone);
}

/** Midnight before `moment` in a zone. */
function startOfDay(moment: number, timezone: string): number {
  const local = moment + offsetAt(moment, timezone);
  return atLocal(local - (((local % UNIT_MS.d) + UNIT_MS.d) % UNIT_MS.d), timezone);
}

/**
 * The moment at which a zone's clocks show `local`. They may show it twice, when they are put back: then the
 * first. They may jump over it: then the jump, for a midnight (Cairo, Beirut), which is when that day begins.
 */
function atLocal(local: number, timezone: string): number {
  const [before, after] = [
    local - offsetAt(local - UNIT_MS.d, timezone),
    local - offsetAt(local + UNIT_MS.d, timezone),
  ];
  const shown = [before, after].filter((at) => at + offsetAt(at, timezone) === local);
  return shown.length > 0 ? Math.min(...shown) : before;
}

function offsetAt(moment: number, timezone: string): number {
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(moment);
  } catch {
    throw new QuestionError(
      `timezone=${JSON.stringify(timezone.slice(0, 60))} is not an IANA zone such as America/Sao_Paulo.`,
    );
  }
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(moment / 1_000) * 1_000;
}
