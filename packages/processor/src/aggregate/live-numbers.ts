import type { Counters, EventStore } from '@px-platform/store';
import {
  IS_CONVERSION,
  IS_ERROR,
  IS_FRUSTRATION,
  kindParams,
  minuteSource,
} from './minute-source.js';

/** How often they are found anew, milliseconds. */
export const LIVE_NUMBERS_EVERY_MS = 5_000;
/** How long a number is kept when nobody finds it anew. */
const EXPIRE_MS = 60_000;
const WINDOW_S = 300;
/** Projects that had events so long ago are still told of: their numbers have gone down to nothing. */
const FADE_S = WINDOW_S + 60;

/** Of each project, by the names that stand in `metrics:<project>:<name>:<window>`. */
const NUMBERS = {
  'events:1m': 'sum(last_minute)',
  'events:5m': 'sum(events)',
  'people:5m': 'uniqExactIfMerge(who)',
  'errors:5m': `sumIf(events, ${IS_ERROR})`,
  'error_rate:5m': `if(sum(events) = 0, 0, sumIf(events, ${IS_ERROR}) / sum(events))`,
  'frustrations:5m': `sumIf(events, ${IS_FRUSTRATION})`,
  'conversions:5m': `sumIf(events, ${IS_CONVERSION})`,
} as const;

/** A number of a project under the name it is kept by: `metrics:shop:events:1m`. */
export function metricName(projectId: string, name: keyof typeof NUMBERS): string {
  return `metrics:${projectId}:${name}`;
}

/**
 * Finds what is going on in each project now, and keeps it where every process can read it. Of several processors one does
 * it at a time. Rejects when that cannot be done now: the numbers then expire.
 */
export async function refreshLiveNumbers({
  eventStore,
  counters,
  conversions,
  clock,
}: {
  readonly eventStore: Pick<EventStore, 'query'>;
  readonly counters: Pick<Counters, 'put' | 'takeTurn'>;
  readonly conversions: readonly string[];
  readonly clock: () => number;
}): Promise<void> {
  if (!(await counters.takeTurn('live-numbers', LIVE_NUMBERS_EVERY_MS - 100))) return;
  const now = Math.floor(clock() / 1_000);
  const { sql, params } = minuteSource({
    sql: `minute >= toStartOfMinute(toDateTime({now:UInt32}, 'UTC') - ${FADE_S})
      AND happened_at > toDateTime({now:UInt32}, 'UTC') - ${FADE_S} AND happened_at <= toDateTime({now:UInt32}, 'UTC')`,
    params: { now },
  });
  const isWithin = (seconds: number) =>
    `happened_at > toDateTime({now:UInt32}, 'UTC') - ${seconds}`;
  const columns = Object.entries(NUMBERS).map(([name, number]) => `${number} AS "${name}"`);
  const rows = await eventStore.query<
    { project_id: string } & Record<keyof typeof NUMBERS, number>
  >({
    sql: `
      SELECT project_id, ${columns.join(', ')}
      FROM (
        SELECT project_id, event_name, countIf(${isWithin(60)}) AS last_minute,
               countIf(${isWithin(WINDOW_S)}) AS events,
               uniqExactIfState(canonical_person, ${isWithin(WINDOW_S)}) AS who
        FROM ${sql}
        GROUP BY project_id, event_name)
      GROUP BY project_id`,
    params: { ...params, ...kindParams(conversions) },
  });
  const values = new Map<string, number>();
  for (const { project_id, ...numbers } of rows)
    for (const [name, value] of Object.entries(numbers))
      values.set(metricName(project_id, name as keyof typeof NUMBERS), value);
  await counters.put(values, EXPIRE_MS);
}
