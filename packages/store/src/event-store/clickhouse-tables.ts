import type { ClickHouseClient } from '@clickhouse/client';
import { queryError } from './clickhouse-error.js';

/** A table with rows of projects: which are a person's, and how old one is. */
export interface ProjectTable {
  readonly table: string;
  /** Which rows are a person's, in terms of `PersonScope`: each condition is a deletion by itself. @default none: its rows name nobody */
  readonly whose?: (traces: Traces) => readonly string[];
  /**
   * The time by which a row is old: a column, or `toDateTime(day, 'UTC')` of one that is a day.
   * @default none: its rows stay as long as what they are about, and `expire` says how that is found
   */
  readonly time?: string;
}

/** What a person's rows are found by in tables that do not name them, as it was found when a deletion began. */
export interface Traces {
  /** Hashes of session ids: the engine keeps the words of what it deleted, and there no id may stand as it was sent. */
  readonly sessions: readonly string[];
  readonly persons: readonly number[];
  /** Hashes of the bodies of dead letters. */
  readonly letters: readonly string[];
}

export const SCOPE = 'tenant_id = {tenant_id:String} AND project_id = {project_id:String}';
export const WHOSE = 'user_id IN {user_ids:Array(UUID)}';
export const LINKED =
  '(from_user_id IN {user_ids:Array(UUID)} OR to_user_id IN {user_ids:Array(UUID)})';
/** What was cut short is no JSON any more: then a text in quotes is taken for an id. */
export const ABOUT = `if(isValidJSON(body),
  hasAny({ids:Array(String)}, [JSONExtractString(body, 'user_id'), JSONExtractString(body, 'anonymous_id'),
    JSONExtractString(body, 'properties', 'previous_id')]),
  arrayExists(id -> position(body, toJSONString(id)) > 0, {ids:Array(String)}))`;

/**
 * THE list of tables with rows of projects: a person is deleted from each, and so is what has been kept long enough. A new table is
 * one line here. Events go last: what else is to go is found through them, so that a deletion which was cut short can be begun anew.
 */
export const PROJECT_TABLES: readonly ProjectTable[] = [
  {
    table: 'client_sessions',
    whose: ({ sessions }) => anyOf('cityHash64(session_id)', sessions),
    // A session goes once all of it is old.
    time: 'ended_at',
  },
  { table: 'derived_sessions', whose: () => [WHOSE], time: 'ended_at' },
  { table: 'sessionless_events', whose: () => [WHOSE], time: 'timestamp' },
  { table: 'event_minutes', whose: ({ persons }) => anyOf('person', persons), time: 'minute' },
  { table: 'steps', whose: ({ persons }) => anyOf('person', persons), time: 'timestamp' },
  { table: 'timeline', whose: () => [WHOSE], time: 'timestamp' },
  { table: 'exposures', whose: () => [WHOSE], time: 'timestamp' },
  { table: 'event_hours', time: 'hour' },
  { table: 'hour_marks', time: 'hour' },
  { table: 'dead_events', whose: ({ letters }) => anyOf('body_hash', letters), time: 'at' },
  { table: 'dead_replays', time: 'at' },
  { table: 'person_links', whose: () => [LINKED] },
  {
    table: 'events',
    // Only those whose session and number were known: what was stored meanwhile is the next deletion's, with all that hangs on it.
    whose: ({ sessions, persons }) =>
      [`session_id = ''`, ...anyOf('cityHash64(session_id)', sessions)].flatMap((session) =>
        anyOf('person', persons).map((person) => `${WHOSE} AND ${person} AND ${session}`),
      ),
    time: 'timestamp',
  },
];

/** Numbers in one condition: the engine reads statements of 256 KiB at most. */
const MOST_LISTED = 5_000;

/** Conditions that hold for these numbers, none of them too long. They stand in the text: an address has less room still. */
function anyOf(column: string, numbers: readonly (number | string)[]): string[] {
  const conditions: string[] = [];
  for (let from = 0; from < numbers.length; from += MOST_LISTED)
    conditions.push(`${column} IN (${numbers.slice(from, from + MOST_LISTED).join(', ')})`);
  return conditions;
}

/** Rows of an answer. */
export type QueryRows = <Row>(
  sql: string,
  params: { readonly [name: string]: unknown },
) => Promise<Row[]>;

/** Inserts rows of a table: all or none. */
export type InsertRows = <Row>(
  table: string,
  columns: readonly [keyof Row & string, ...(keyof Row & string)[]],
  rows: readonly Row[],
) => Promise<void>;

/** Deletes a table's rows, and resolves once every replica has written its parts anew. */
export type DeleteRows = (
  table: string,
  condition: string,
  params: Readonly<Record<string, unknown>>,
) => Promise<void>;

export function createDeleteRows({
  writer,
  cluster,
}: {
  readonly writer: Pick<ClickHouseClient, 'command'>;
  readonly cluster?: string | undefined;
}): DeleteRows {
  return async (table, condition, params) => {
    const target = cluster === undefined ? table : `${table}_local ON CLUSTER ${cluster}`;
    try {
      await writer.command({
        query: `ALTER TABLE ${target} DELETE WHERE ${condition}`,
        query_params: { ...params },
        clickhouse_settings: { mutations_sync: '2' },
      });
    } catch (cause) {
      throw queryError(cause);
    }
  };
}
