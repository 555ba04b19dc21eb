import type { InsertRows, QueryRows } from './clickhouse-tables.js';
import type { DerivedSession, SessionlessEvent, SessionTables } from './sessions.js';

/** How the tables of sessions are reached: the event store's own insert and query. */
export interface SessionTablesDeps {
  readonly insert: InsertRows;
  readonly query: QueryRows;
}

const EVENT_COLUMNS = [
  'tenant_id',
  'project_id',
  'owner',
  'event_id',
  'timestamp',
  'client_timestamp',
  'seq',
  'event_name',
  'user_id',
  'person',
  'is_identified',
  'page_path',
  'device_type',
  'browser',
  'os',
  'geo_country',
  'referrer_host',
  'utm_source',
  'utm_medium',
  'utm_campaign',
] as const satisfies readonly (keyof SessionlessEvent)[];

const SESSION_COLUMNS = [
  'tenant_id',
  'project_id',
  'owner',
  'session_id',
  'started_at',
  'ended_at',
  'user_id',
  'person',
  'events',
  'page_views',
  'interactions',
  'errors',
  'frustrations',
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
] as const satisfies readonly (keyof DerivedSession)[];

const TIMES: ReadonlySet<string> = new Set([
  'timestamp',
  'client_timestamp',
  'started_at',
  'ended_at',
]);
/** Times go out as they came in: epoch milliseconds. In a subquery, so that conditions mean the columns. */
const select = (columns: readonly string[], source: string) =>
  `SELECT ${columns.map((name) => (TIMES.has(name) ? `toUnixTimestamp64Milli(${name}) AS ${name}` : name)).join(', ')} FROM (${source})`;

const OWNERS = `tenant_id IN {tenants:Array(String)} AND project_id IN {projects:Array(String)}
  AND owner IN {owners:Array(String)}`;
const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

const EVENTS_OF_OWNERS = select(
  EVENT_COLUMNS,
  `SELECT * FROM sessionless_events FINAL
   WHERE ${OWNERS} AND client_timestamp BETWEEN ${time('since')} AND ${time('until')}
   ORDER BY tenant_id, project_id, owner, client_timestamp
   LIMIT {limit:UInt32} BY tenant_id, project_id, owner`,
);
const SESSIONS_OF_OWNERS = select(
  SESSION_COLUMNS,
  `SELECT * FROM derived_sessions FINAL
   WHERE ${OWNERS} AND started_at <= ${time('until')} AND ended_at >= ${time('since')}`,
);

type SessionWrite = DerivedSession & { readonly revision: number; readonly is_deleted: 0 | 1 };

export function clickHouseSessionTables({ insert, query }: SessionTablesDeps): SessionTables {
  return {
    sessionlessEvents: (question) => query(EVENTS_OF_OWNERS, { ...question }),
    derivedSessions: (question) => query(SESSIONS_OF_OWNERS, { ...question }),
    writeSessions: ({ written, removed, revision }) =>
      insert<SessionWrite>(
        'derived_sessions',
        [...SESSION_COLUMNS, 'revision', 'is_deleted'],
        [
          ...written.map((session) => ({ ...session, revision, is_deleted: 0 as const })),
          ...removed.map((session) => ({ ...session, revision, is_deleted: 1 as const })),
        ],
      ),
  };
}
