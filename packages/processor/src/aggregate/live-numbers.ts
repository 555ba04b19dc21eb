import type { Counters, EventStore } from '@px-platform/store';
import { minuteSource } from './minute-source.js';

/** How often they are found anew, milliseconds. */
export const LIVE_NUMBERS_EVERY_MS = 5_000;
/** How long a number is kept when nobody finds it anew. */
const EXPIRE_MS = 60_000;
const WINDOW_S = 300;
/** Projects that had events so long ago are still told of: their numbers have gone down to nothing. */
const FADE_S = WINDOW_S + 60;

/** Of each project, by the names that stand in `metrics:<project>:<name>:<window>`. */
const NUMBERS = {
  'events:1m': 'countIf(happened_at > now_s - 60)',
  'events:5m': 'countIf(is_inside)',
  'people:5m': 'uniqExactIf(canonical_person, is_inside)',
  'errors:5m': 'countIf(is_error AND is_inside)',
  'error_rate:5m':
    'if(countIf(is_inside) = 0, 0, countIf(is_error AND is_inside) / countIf(is_inside))',
  'frustrations:5m': 'countIf(is_frustration AND is_inside)',
  'conversions:5m': 'countIf(is_conversion AND is_inside)',
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
  const { sql, params } = minuteSource(
    {
      sql: `minute >= toStartOfMinute(toDateTime({now:UInt32}, 'UTC') - ${FADE_S})
        AND happened_at > toDateTime({now:UInt32}, 'UTC') - ${FADE_S} AND happened_at <= toDateTime({now:UInt32}, 'UTC')`,
      params: { now },
    },
    conversions,
  );
  const columns = Object.entries(NUMBERS).map(([name, number]) => `${number} AS "${name}"`);
  const rows = await eventStore.query<
    { project_id: string } & Record<keyof typeof NUMBERS, number>
  >({
    sql: `
      WITH toDateTime({now:UInt32}, 'UTC') AS now_s
      SELECT project_id, ${columns.join(', ')}
      FROM (SELECT *, happened_at > now_s - ${WINDOW_S} AS is_inside FROM ${sql})
      GROUP BY project_id`,
    params,
  });
  const values = new Map<string, number>();
  for (const { project_id, ...numbers } of rows)
    for (const [name, value] of Object.entries(numbers))
      values.set(metricName(project_id, name as keyof typeof NUMBERS), value);
  await counters.put(values, EXPIRE_MS);
}
