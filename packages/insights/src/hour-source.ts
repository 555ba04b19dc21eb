import { HOUR_SETTLES_MS, type SqlQuestion } from '@px-platform/store';
import type { Asking } from './analysis.js';
import { PERSON_LINKS, sourceParams } from './event-source.js';
import { hasWholeHours, type TimeRange } from './time-range.js';

const HOUR_MS = 3_600_000;
/** More stretches than this are read as one. */
const MOST_SPANS = 100;

const SCOPE = 'tenant_id = {scope_tenant:String} AND project_id = {scope_project:String}';
const NAMED = `({event:String} = '' OR event_name = {event:String})`;

/**
 * Where questions read from that ask how often, when and by how many: `event_name`, `at`, `events`, `people` (a bitmap of the
 * numbers people had when it happened: see {@link peopleSet}), without control events. A row holds what happened from `at` on, for an
 * hour at most, and never over midnight in `timezone`.
 *
 * Hours that were counted are read from `event_hours`; those that something came into since, and those that the range cuts in
 * two, event by event: the answer is the same either way (docs/adr/0022).
 *
 * @param event name of the one event wanted. @default '': all of them
 */
export async function hourSource(
  { eventStore, scope }: Pick<Asking, 'eventStore' | 'scope'>,
  {
    range,
    timezone,
    event = '',
  }: { readonly range: TimeRange; readonly timezone: string; readonly event?: string },
): Promise<SqlQuestion> {
  const params = { ...sourceParams(scope, range), event };
  const spans = hasWholeHours(range, timezone)
    ? spansOf(range, await changedHours(eventStore, params))
    : [range];
  const within = (column: string) =>
    spans
      .map(
        (_, n) =>
          `(${column} >= ${time(`span_${n}_since`)} AND ${column} < ${time(`span_${n}_until`)})`,
      )
      .join(' OR ') || 'false';
  return {
    sql: `(
  SELECT event_name, hour AS at, events, people FROM event_hours FINAL
  WHERE ${SCOPE} AND ${NAMED} AND events > 0
    AND hour >= ${time('range_since')} AND hour + INTERVAL 1 HOUR <= ${time('range_until')} AND NOT (${within('hour')})
  UNION ALL
  SELECT event_name, at, count() AS events, groupBitmapState(person) AS people
  FROM (
    SELECT event_name, person, toStartOfFifteenMinutes(toDateTime(timestamp, 'UTC')) AS at
    FROM steps FINAL
    WHERE ${SCOPE} AND ${NAMED} AND (${within('timestamp')}))
  GROUP BY event_name, at
)`,
    params: {
      ...params,
      ...Object.fromEntries(
        spans.flatMap(({ since, until }, n) => [
          [`span_${n}_since`, since],
          [`span_${n}_until`, until],
        ]),
      ),
    },
  };
}

/**
 * The people in bitmaps of {@link hourSource} together, each once behind all their ids, as a bitmap. An aggregate.
 *
 * @param where which rows count. @default all of them
 */
export function peopleSet(bitmaps: string, where = 'true'): string {
  const all = `groupBitmapMergeStateIf(${bitmaps}, ${where})`;
  const linked = `bitmapAnd(${all}, bitmapBuild((${LINKS}).1))`;
  // `bitmapTransform` looks for every link there is in every set: with many links that costs more than all the rest.
  const known = `arrayMap(x -> transform(x, (${LINKS}).1, (${LINKS}).2, x), bitmapToArray(${linked}))`;
  return `bitmapOr(bitmapAndnot(${all}, ${linked}), bitmapBuild(${known}))`;
}

/** How many those are. */
export const peopleIn = (bitmaps: string): string => `bitmapCardinality(${peopleSet(bitmaps)})`;

const LINKS = `SELECT (groupArray(from_person), groupArray(to_person)) FROM ${PERSON_LINKS}`;

const time = (parameter: string) => `fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`;

/** Hours that something came into, or went from, since they were counted, if ever; epoch milliseconds. */
async function changedHours(
  eventStore: Asking['eventStore'],
  params: SqlQuestion['params'],
): Promise<readonly number[]> {
  const rows = await eventStore.query<{ at: number }>({
    sql: `SELECT toUnixTimestamp(hour) AS at FROM hour_marks
           WHERE ${SCOPE} AND hour + INTERVAL 1 HOUR > ${time('range_since')} AND hour < ${time('range_until')}
           GROUP BY hour HAVING max(counted_at) < max(touched_at) + ${HOUR_SETTLES_MS} ORDER BY hour`,
    params,
  });
  return rows.map(({ at }) => at * 1_000);
}

/** What is to be read event by event: stretches in order, no two of which touch. */
export function spansOf(range: TimeRange, changed: readonly number[]): readonly TimeRange[] {
  const edges = [range.since, range.until]
    .filter((edge) => edge % HOUR_MS !== 0)
    .map((edge) => edge - (edge % HOUR_MS));
  const hours = [...new Set([...changed, ...edges])].sort((a, b) => a - b);
  const spans: { since: number; until: number }[] = [];
  for (const hour of hours) {
    const [since, until] = [Math.max(hour, range.since), Math.min(hour + HOUR_MS, range.until)];
    const last = spans.at(-1);
    if (last?.until === since) last.until = until;
    else if (since < until) spans.push({ since, until });
  }
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last || spans.length <= MOST_SPANS) return spans;
  return [{ since: first.since, until: last.until }];
}
