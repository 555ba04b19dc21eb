import type { ClickHouseClient } from '@clickhouse/client';
import { EMPTY_ENRICHMENT, type DeadEvent, type Enrichment } from '@px-platform/protocol';
import type { DeadReplay, EventFacts, EventStore, PersonLink, StoredId } from './port.js';
import { insertError, queryError } from './clickhouse-error.js';
import { clickHouseHours } from './clickhouse-hours.js';
import { clickHousePeopleTables } from './clickhouse-people.js';
import { clickHouseRetentionTables } from './clickhouse-retention.js';
import { clickHouseSessionTables } from './clickhouse-sessions.js';
import { EventStoreError } from './port.js';
import { createDeleteRows } from './clickhouse-tables.js';

/** What the store needs of a ClickHouse client, be it over HTTP or in this process. */
export type ClickHouse = Pick<ClickHouseClient, 'insert' | 'query' | 'command' | 'ping' | 'close'>;

export interface ClickHouseConnections {
  /** Inserts and migrations. */
  readonly writer: ClickHouse;
  /** Questions: apart from the writer, so that a slow one does not hold up an insert. */
  readonly reader: ClickHouse;
  /** Name of the cluster that the tables are on. */
  readonly cluster?: string;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

const FACT_COLUMNS = [
  'tenant_id',
  'project_id',
  'event_id',
  'event_name',
  'session_id',
  'anonymous_id',
  'timestamp',
  'client_timestamp',
  'received_at',
  'clock',
  'seq',
  'person',
  'user_agent',
  'ip_address',
  'sdk_name',
  'sdk_version',
  'schema_version',
] as const satisfies readonly (keyof EventFacts)[];

/** A new key of the enrichment needs its column in a migration, and nothing here. */
const EVENT_COLUMNS = [
  ...FACT_COLUMNS,
  ...(Object.keys(EMPTY_ENRICHMENT) as (keyof Enrichment)[]),
] as const;

const LINK_COLUMNS = [
  'tenant_id',
  'project_id',
  'from_user_id',
  'from_person',
  'to_user_id',
  'to_person',
  'linked_at',
  'event_id',
] as const satisfies readonly (keyof PersonLink)[];

const DEAD_COLUMNS = [
  'tenant_id',
  'project_id',
  'event_id',
  'event_name',
  'stage',
  'code',
  'message',
  'body',
  'attempts',
  'at',
] as const satisfies readonly (keyof DeadEvent)[];

const REPLAY_COLUMNS = [
  'tenant_id',
  'project_id',
  'event_id',
  'attempt',
  'at',
] as const satisfies readonly (keyof DeadReplay)[];

/**
 * - `async_insert`: on by default in current engines, it answers from memory. Rows must be in a part.
 * - `insert_deduplicate`: off. It drops a block that equals an earlier one, and with tokens even a
 *   different block under the same token, silently; the sort key already makes a repeat harmless.
 * - `input_format_try_infer_…`: off. A property's text that looks like a date would become one: another
 *   text when read back, without its offset, and for 30 February another day.
 * - `input_format_json_read_bools_…`: off. Beside a number in a list, `true` would become 1; beside a text, "true".
 */
const INSERT_SETTINGS = {
  async_insert: 0,
  insert_deduplicate: 0,
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  input_format_json_read_bools_as_numbers: 0,
  input_format_json_read_bools_as_strings: 0,
} as const;

/** Deliveries of one event always share a partition, so `FINAL` may fold each one by itself. */
const QUERY_SETTINGS = {
  output_format_json_quote_64bit_integers: 0,
  do_not_merge_across_partitions_select_final: 1,
} as const;

/** An event store on ClickHouse. Its tables must be there: see `migrate` and `clickHouseTarget`. */
export function clickHouseEventStore({
  writer,
  reader,
  cluster,
  clock = Date.now,
}: ClickHouseConnections): EventStore {
  async function insert<Row>(
    table: string,
    columns: readonly [keyof Row & string, ...(keyof Row & string)[]],
    rows: readonly Row[],
  ): Promise<void> {
    if (rows.length === 0) return;
    try {
      await writer.insert({
        table,
        columns: [...columns],
        // Without the names of forty columns in every row, the engine parses in two thirds of the time.
        values: rows.map((row) => columns.map((column) => storable(row[column]))),
        format: 'JSONCompactEachRow',
        clickhouse_settings: INSERT_SETTINGS,
      });
    } catch (cause) {
      throw insertError(table, cause);
    }
  }

  async function query<Row>(
    sql: string,
    params: { readonly [name: string]: unknown },
  ): Promise<Row[]> {
    try {
      const answer = await reader.query({
        query: withIdentifiers(sql, params),
        query_params: params,
        format: 'JSONEachRow',
        clickhouse_settings: QUERY_SETTINGS,
      });
      return await answer.json<Row>();
    } catch (cause) {
      throw queryError(cause);
    }
  }

  const deleteRows = createDeleteRows({ writer, cluster });
  const hours = clickHouseHours({ insert, query, writer, clock });

  return {
    async insertEvents(rows) {
      await hours.markHoursOf(rows);
      await insert('events', EVENT_COLUMNS, rows);
    },
    countHours: hours.countHours,
    insertLinks: (links) => insert('person_links', LINK_COLUMNS, links),
    insertDead: (dead) =>
      insert(
        'dead_events',
        DEAD_COLUMNS,
        dead.map((each) => ({ ...each, event_id: each.event_id ?? '' })),
      ),
    ...clickHouseSessionTables({ insert, query }),
    insertReplays: (replays) => insert('dead_replays', REPLAY_COLUMNS, replays),
    ...clickHousePeopleTables({ query, deleteRows, markHours: hours.markHours }),
    ...clickHouseRetentionTables({ query, deleteRows }),
    query: ({ sql, params }) => query(sql, params),
    recentIds: (limit) =>
      query<StoredId>(
        'SELECT project_id, event_id, event_name FROM events ORDER BY received_at DESC LIMIT {limit:UInt32}',
        { limit },
      ),
    async ping() {
      const answer = await reader.ping();
      if (!answer.success) {
        const reason = answer.error.message;
        throw new EventStoreError('unavailable', `ping: ${reason}`, { cause: answer.error });
      }
    },
    async close() {
      await Promise.all([writer.close(), reader.close()]);
    },
  };
}

/**
 * Text columns take well-formed text only, and half of a surrogate pair is what any title cut at a
 * number of characters may end in: it becomes U+FFFD, as in every encoder. Not worth an event.
 */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/**
 * Names go into the text, quoted: over HTTP a parameter of type `Identifier` arrives with the escapes that its
 * client put in, and a property called `it's` would not be found.
 */
function withIdentifiers(sql: string, params: { readonly [name: string]: unknown }): string {
  return sql.replace(/\{(\w+):Identifier\}/g, (_, name: string) => {
    const quoted = String(params[name]).replace(/[\\`]/g, '\\$&');
    return `\`${quoted}\``;
  });
}
