import { QuestionError, type Analysis } from '../analysis.js';
import { hourSource, peopleIn } from '../hour-source.js';
import { INTERVALS, readInterval } from '../intervals.js';
import { readTimeRange } from '../time-range.js';

/** What happened in one interval. */
interface Point {
  /** When it begins: a date in the zone, or for hours ISO 8601 in UTC. */
  readonly at: string;
  readonly events: number;
  readonly people: number;
}

/** Most intervals an answer has. */
const MOST_POINTS = 2_000;

/** "How many sign-ups a day, this month?" */
export const trend: Analysis = {
  name: 'trend',
  description: 'How often something happened, and to how many people, by the hour, day or week.',
  parameters: {
    event: 'Name of the event. Default: every event but control events.',
    interval: 'hour, day or week (from Monday). Default: day.',
    since: 'today, yesterday, 24h, 7d, epoch milliseconds or ISO 8601. Default: 7d.',
    until: 'As since. Default: now.',
    timezone: 'IANA zone in which a day begins. Default: UTC.',
  },
  async ask({ eventStore, scope, input, now }) {
    const { timezone = 'UTC', event } = input;
    const interval = readInterval(input.interval ?? 'day', ['hour', 'day', 'week']);
    const range = readTimeRange({ ...input, since: input.since ?? '7d' }, now);
    const { ms, start, step, shown } = INTERVALS[interval];
    if ((range.until - range.since) / ms > MOST_POINTS) {
      throw new QuestionError(
        `that is more than ${MOST_POINTS} intervals: ask for a shorter time, or by longer ones than interval=${interval}.`,
      );
    }
    const source = await hourSource(
      { eventStore, scope },
      { range, timezone, ...(event !== undefined && { event }) },
    );
    const params = { ...source.params, timezone, last_ms: range.until - 1 };
    const moment = (parameter: string) =>
      start(`fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`);
    // The total lies before all intervals, where the epoch begins.
    const rows = await eventStore.query<Point & { readonly is_total: 0 | 1 }>({
      sql: `SELECT ${shown('bucket')} AS at, events, people, is_total FROM (
          SELECT ${start('at')} AS bucket, sum(events) AS events, ${peopleIn('people')} AS people, grouping(bucket) AS is_total
          FROM ${source.sql} GROUP BY GROUPING SETS ((bucket), ())
          ORDER BY bucket WITH FILL FROM ${moment('range_since')} TO ${moment('last_ms')} + ${step} STEP ${step})`,
      params,
    });
    const total = rows.find(({ is_total }) => is_total === 1);
    return {
      since: new Date(range.since).toISOString(),
      until: new Date(range.until).toISOString(),
      interval,
      timezone,
      total: { events: total?.events ?? 0, people: total?.people ?? 0 },
      rows: rows
        .filter(({ is_total }) => is_total === 0)
        .map(({ at, events, people }) => ({ at, events, people })),
    };
  },
};
