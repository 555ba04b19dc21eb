import type { ProjectHour } from './hours.js';
import {
  PERSON_PARTS,
  type PeopleTables,
  type PersonPart,
  type PersonScope,
  type PersonTexts,
} from './people-tables.js';
import {
  ABOUT,
  LINKED,
  PROJECT_TABLES,
  SCOPE,
  WHOSE,
  type DeleteRows,
  type QueryRows,
  type Traces,
} from './clickhouse-tables.js';

/** How the tables are reached: the event store's own question, and what deletes rows. */
export interface PeopleTablesDeps {
  readonly query: QueryRows;
  readonly deleteRows: DeleteRows;
  /** Says of hours that something was taken from them. */
  readonly markHours: (hours: readonly ProjectHour[]) => Promise<void>;
}

const PAGE = 5_000;
/** Where rows of a part are, and their order. */
const SOURCES: Readonly<Record<PersonPart, { readonly from: string; readonly order: string }>> = {
  events: { from: `events FINAL WHERE ${SCOPE} AND ${WHOSE}`, order: 'client_timestamp, event_id' },
  sessions: {
    from: `sessions WHERE ${SCOPE} AND (${WHOSE} OR session_id IN (
      SELECT session_id FROM events WHERE ${SCOPE} AND ${WHOSE} AND session_id != ''))`,
    order: 'started_at, session_id',
  },
  links: {
    from: `person_links FINAL WHERE ${SCOPE} AND ${LINKED}`,
    order: 'linked_at, event_id',
  },
  dead_events: { from: `dead_events FINAL WHERE ${SCOPE} AND ${ABOUT}`, order: 'at, body_hash' },
};

export function clickHousePeopleTables({
  query,
  deleteRows,
  markHours,
}: PeopleTablesDeps): PeopleTables {
  const count = async (part: PersonPart, params: PersonScope & PersonTexts) => {
    const sql = `SELECT count() AS rows FROM ${SOURCES[part].from}`;
    return (await query<{ rows: number }>(sql, { ...params }))[0]?.rows ?? 0;
  };

  return {
    async samePerson({ tenant_id, project_id, user_ids }) {
      const links = await query<{ from: string; to: string }>(
        `SELECT toString(from_user_id) AS from, toString(argMin(to_user_id, (linked_at, event_id))) AS to
           FROM person_links
          WHERE ${SCOPE} AND from_user_id IN (
            SELECT from_user_id FROM person_links WHERE ${SCOPE} AND (${LINKED} OR to_user_id IN (
              SELECT to_user_id FROM person_links WHERE ${SCOPE} AND from_user_id IN {user_ids:Array(UUID)})))
          GROUP BY from_user_id`,
        { tenant_id, project_id, user_ids },
      );
      const asked = new Set(user_ids);
      const known = links.filter(({ from }) => asked.has(from)).map(({ to }) => to);
      const roots = new Set([...known, ...user_ids]);
      const others = links.filter(({ to }) => roots.has(to)).map(({ from }) => from);
      return [...new Set([...roots, ...others])];
    },
    async idsOf(scope) {
      const rows = await query<{ id: string }>(
        `SELECT DISTINCT arrayJoin([distinct_id, anonymous_id]) AS id FROM events
          WHERE ${SCOPE} AND ${WHOSE} AND id != '' ORDER BY id LIMIT 10000`,
        { ...scope },
      );
      return rows.map(({ id }) => id);
    },
    async storedEvents(scope, { ids, names }) {
      const rows = await query<{ id: string }>(
        `SELECT DISTINCT toString(event_id) AS id FROM events
          WHERE ${SCOPE} AND event_name IN {names:Array(String)} AND event_id IN {ids:Array(UUID)}`,
        { ...scope, ids, names },
      );
      return rows.map(({ id }) => id);
    },
    async *rowsOf(part, scope) {
      const { from, order } = SOURCES[part];
      for (let offset = 0; ; offset += PAGE) {
        const rows = await query<object>(
          `SELECT * FROM ${from} ORDER BY ${order} LIMIT {limit:UInt32} OFFSET {offset:UInt64}`,
          { ...scope, limit: PAGE, offset },
        );
        if (rows.length > 0) yield rows;
        if (rows.length < PAGE) return;
      }
    },
    async erase(scope) {
      const counts = await Promise.all(
        PERSON_PARTS.map(async (part) => [part, await count(part, scope)] as const),
      );
      const [found] = await query<Omit<Traces, 'letters'> & { readonly hours: readonly number[] }>(
        `SELECT groupUniqArrayIf(toString(cityHash64(session_id)), session_id != '') AS sessions,
                groupUniqArray(person) AS persons,
                groupUniqArray(toUnixTimestamp(toStartOfHour(toDateTime(timestamp, 'UTC')))) AS hours
           FROM events WHERE ${SCOPE} AND ${WHOSE}`,
        { ...scope },
      );
      const [about] = await query<Pick<Traces, 'letters'>>(
        `SELECT groupUniqArray(toString(body_hash)) AS letters FROM dead_events WHERE ${SCOPE} AND ${ABOUT}`,
        { ...scope },
      );
      const { hours = [], ...of } = found ?? {};
      const traces = { sessions: [], persons: [], letters: [], ...of, ...about };
      const { tenant_id, project_id, user_ids } = scope;
      const params = { tenant_id, project_id, user_ids };
      // What hangs on events once more after them: more of a visit that was known may have come between its deletion and theirs.
      const hanging = PROJECT_TABLES.filter(({ table }) => table !== 'events');
      for (const { table, whose } of [...PROJECT_TABLES, ...hanging]) {
        // Before events go, for after them nobody could tell the hours.
        if (table === 'events')
          await markHours(hours.map((hour) => ({ tenant_id, project_id, hour })));
        for (const rowsOf of whose?.(traces) ?? []) {
          const condition = `${SCOPE} AND ${rowsOf}`;
          const sql = `SELECT count() AS rows FROM ${table} WHERE ${condition}`;
          // A deletion looks at every part there is: where nothing is found, as mostly by a second one, it is spared.
          const [{ rows } = { rows: 0 }] = await query<{ rows: number }>(sql, params);
          if (rows > 0) await deleteRows(table, condition, params);
        }
      }
      return Object.fromEntries(counts) as Record<PersonPart, number>;
    },
  };
}
