import type { Analysis } from '../analysis.js';
import { dimension } from '../dimension.js';
import { EVENT_SOURCE, sourceParams } from '../event-source.js';
import { hourSource, peopleIn } from '../hour-source.js';
import { readTimeRange } from '../time-range.js';

interface Figures {
  readonly events: number;
  readonly people: number;
}

/** One line of the answer. Without `by`, the only line has the value "". */
interface CountRow extends Figures {
  readonly value: string;
}

const ROW_LIMIT = 100;
const NONE: Figures = { events: 0, people: 0 };

/** "How many `signup_step_failed` today, by step?" */
export const eventCount: Analysis = {
  name: 'event-count',
  description: 'How many events, and by how many people, with an optional breakdown.',
  parameters: {
    event: 'Name of the event. Default: every event.',
    by: 'A property or column to break down by, such as step or page_path. Default: no breakdown.',
    since: 'today, yesterday, 24h, 7d, epoch milliseconds or ISO 8601. Default: today.',
    until: 'As since. Default: now.',
    timezone: 'IANA zone in which a day begins. Default: UTC.',
  },
  async ask({ eventStore, scope, input, now }) {
    const range = readTimeRange(input, now);
    const answer = (total: Figures, rows: readonly CountRow[]) => ({
      since: new Date(range.since).toISOString(),
      until: new Date(range.until).toISOString(),
      total,
      rows,
    });
    const { event = '', by } = input;
    // Control events are in no hour; a breakdown reads what only events have.
    if (event !== '' && !event.startsWith('$') && by === undefined) {
      const { timezone = 'UTC' } = input;
      const hours = await hourSource({ eventStore, scope }, { range, timezone, event });
      const [total = NONE] = await eventStore.query<Figures>({
        sql: `SELECT sum(events) AS events, ${peopleIn('people')} AS people FROM ${hours.sql}`,
        params: hours.params,
      });
      return answer(total, total.events > 0 ? [{ value: '', ...total }] : []);
    }
    const value = by === undefined ? { sql: `''`, params: {} } : dimension(by);
    const rows = await eventStore.query<CountRow & { readonly is_total: number }>({
      sql: `
        SELECT value, count() AS events, uniqExact(canonical_person) AS people, grouping(value) AS is_total
        FROM (
          SELECT ${value.sql} AS value, canonical_person
          FROM ${EVENT_SOURCE}
          WHERE {event:String} = '' OR event_name = {event:String}
        )
        GROUP BY GROUPING SETS ((value), ())
        ORDER BY is_total DESC, events DESC, value
        LIMIT ${ROW_LIMIT + 1}`,
      params: { ...sourceParams(scope, range), ...value.params, event },
    });
    const total = rows.find((row) => row.is_total === 1);
    return answer(
      { events: total?.events ?? 0, people: total?.people ?? 0 },
      rows
        .filter((row) => row.is_total === 0)
        .map(({ value: shown, events, people }) => ({ value: shown, events, people })),
    );
  },
};
