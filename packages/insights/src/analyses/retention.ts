import { QuestionError, type Analysis } from '../analysis.js';
import { hourSource, peopleSet } from '../hour-source.js';
import { INTERVALS, readInterval } from '../intervals.js';
import { readTimeRange } from '../time-range.js';

/** Who did something for the first time in an interval, and how many of them came back. */
interface Cohort {
  /** The date on which the interval begins, in the zone. */
  readonly at: string;
  readonly people: number;
  /** In this interval, and in each one after it; null where it is not over. */
  readonly returned: readonly (number | null)[];
}

/** Most intervals an answer has. */
const MOST_COHORTS = 100;
const COHORTS = 12;

/** "How many of those who signed up in a week use it in the weeks after?" */
export const retention: Analysis = {
  name: 'retention',
  description:
    'How many of those who did something for the first time came back, by the day or week.',
  parameters: {
    event: 'What they did first, within the range. Default: any event but control events.',
    returned: 'What they came back for. Default: as event.',
    interval: 'day or week (from Monday). Default: week.',
    since:
      'today, yesterday, 24h, 7d, epoch milliseconds or ISO 8601. Default: twelve intervals ago.',
    until: 'As since. Default: now.',
    timezone: 'IANA zone in which a day begins. Default: UTC.',
  },
  async ask({ eventStore, scope, input, now }) {
    const { timezone = 'UTC', event = '', returned = event } = input;
    const interval = readInterval(input.interval ?? 'week', ['day', 'week']);
    const { ms, start, step, shown } = INTERVALS[interval];
    const range = readTimeRange(
      { ...input, since: input.since ?? String(now - COHORTS * ms) },
      now,
    );
    if ((range.until - range.since) / ms > MOST_COHORTS) {
      throw new QuestionError(
        `that is more than ${MOST_COHORTS} intervals: ask for a shorter time, or by longer ones than interval=${interval}.`,
      );
    }
    const source = await hourSource(
      { eventStore, scope },
      { range, timezone, ...(event === returned && { event }) },
    );
    const moment = (parameter: string) =>
      start(`fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`);
    const peopleOf = (name: string) =>
      peopleSet('people', `{${name}:String} = '' OR event_name = {${name}:String}`);
    const [found] = await eventStore.query<{
      readonly at: string[];
      readonly people: number[];
      readonly back: number[][];
      readonly is_over: (0 | 1)[];
    }>({
      sql: `
        WITH
          arrayMap(n -> bitmapAndnot(groupArray(began)[n], groupArray(before)[n]), range(1, count() + 1)) AS firsts,
          groupArray(came) AS backs
        SELECT
          groupArray(${shown('bucket')}) AS at,
          arrayMap(first -> bitmapCardinality(first), firsts) AS people,
          arrayMap(n -> arrayMap(later -> bitmapAndCardinality(firsts[n], backs[later]), range(n, count() + 1)), range(1, count() + 1)) AS back,
          groupArray(bucket + ${step} <= ${moment('now_ms')}) AS is_over
        FROM (
          SELECT bucket, began, came,
                 groupBitmapMergeState(began) OVER (ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
          FROM (
            SELECT ${start('at')} AS bucket, ${peopleOf('first_event')} AS began, ${peopleOf('returned_event')} AS came
            FROM ${source.sql} GROUP BY bucket
            ORDER BY bucket WITH FILL FROM ${moment('range_since')} TO ${moment('last_ms')} + ${step} STEP ${step})
          ORDER BY bucket)`,
      params: {
        ...source.params,
        timezone,
        first_event: event,
        returned_event: returned,
        last_ms: range.until - 1,
        now_ms: now,
      },
    });
    const rows: Cohort[] = (found?.at ?? []).map((at, n) => ({
      at,
      people: found?.people[n] ?? 0,
      returned: (found?.back[n] ?? []).map((count, later) =>
        found?.is_over[n + later] === 1 ? count : null,
      ),
    }));
    return {
      since: new Date(range.since).toISOString(),
      until: new Date(range.until).toISOString(),
      interval,
      timezone,
      rows,
    };
  },
};
