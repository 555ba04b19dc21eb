import { QuestionError, type Analysis } from '../analysis.js';
import { sourceParams } from '../event-source.js';
import { SESSION_SOURCE } from '../session-source.js';
import { readTimeRange } from '../time-range.js';

/** What is told of a set of sessions. */
interface Figures {
  readonly sessions: number;
  readonly people: number;
  /** Shares, 0 to 1. */
  readonly bounce_rate: number;
  readonly frustration_rate: number;
  readonly error_rate: number;
  readonly page_views_per_session: number;
  readonly events_per_session: number;
  /** Milliseconds, exact quantiles. */
  readonly median_duration_ms: number;
  readonly p90_duration_ms: number;
}

const ROW_LIMIT = 100;
/** What sessions may be told apart by. */
const DIMENSIONS = [
  'origin',
  'entry_path',
  'exit_path',
  'device_type',
  'browser',
  'os',
  'geo_country',
  'referrer_host',
  'utm_source',
  'utm_medium',
  'utm_campaign',
] as const;

/** "How long do people from the newsletter stay, and how many leave at once?" */
export const sessions: Analysis = {
  name: 'sessions',
  description: 'How many sessions began, how long they were, and how many bounced or were a pain.',
  parameters: {
    by: `What to tell them apart by: ${DIMENSIONS.join(', ')}. Default: nothing.`,
    since: 'today, yesterday, 24h, 7d, epoch milliseconds or ISO 8601. Default: today.',
    until: 'As since. Default: now.',
    timezone: 'IANA zone in which a day begins. Default: UTC.',
  },
  async ask({ eventStore, scope, input, now }) {
    const range = readTimeRange(input, now);
    const value = input.by === undefined ? `''` : `toString(${dimensionOf(input.by)})`;
    const rows = await eventStore.query<
      Figures & { readonly value: string; readonly is_total: number }
    >({
      sql: `
        SELECT
          value,
          count() AS sessions,
          uniqExact(canonical_person) AS people,
          ifNotFinite(avg(is_bounce), 0) AS bounce_rate,
          ifNotFinite(avg(frustrations > 0), 0) AS frustration_rate,
          ifNotFinite(avg(errors > 0), 0) AS error_rate,
          ifNotFinite(avg(page_views), 0) AS page_views_per_session,
          ifNotFinite(avg(events), 0) AS events_per_session,
          quantileExact(0.5)(duration_ms) AS median_duration_ms,
          quantileExact(0.9)(duration_ms) AS p90_duration_ms,
          grouping(value) AS is_total
        FROM (SELECT *, ${value} AS value FROM ${SESSION_SOURCE})
        GROUP BY GROUPING SETS ((value), ())
        ORDER BY is_total DESC, sessions DESC, value
        LIMIT ${ROW_LIMIT + 1}`,
      params: sourceParams(scope, range),
    });
    const total = rows.find((row) => row.is_total === 1);
    return {
      since: new Date(range.since).toISOString(),
      until: new Date(range.until).toISOString(),
      total: total ? figuresOf(total) : NONE,
      rows: rows
        .filter((row) => row.is_total === 0)
        .map((row) => ({ value: row.value, ...figuresOf(row) })),
    };
  },
};

const NONE: Figures = {
  sessions: 0,
  people: 0,
  bounce_rate: 0,
  frustration_rate: 0,
  error_rate: 0,
  page_views_per_session: 0,
  events_per_session: 0,
  median_duration_ms: 0,
  p90_duration_ms: 0,
};

function figuresOf(row: Figures): Figures {
  const names = Object.keys(NONE) as (keyof Figures)[];
  return { ...NONE, ...Object.fromEntries(names.map((name) => [name, row[name]])) };
}

function dimensionOf(name: string): string {
  const found = DIMENSIONS.find((each) => each === name);
  if (found) return found;
  throw new QuestionError(
    `by=${JSON.stringify(name.slice(0, 60))} is nothing that a session has. It has ${DIMENSIONS.join(', ')}.`,
  );
}
