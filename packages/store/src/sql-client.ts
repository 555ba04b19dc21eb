import type { Disposer } from './disposer.js';

/** What a parameter may be. Objects go as JSON text with a `::jsonb` cast. */
export type SqlValue =
  string | number | boolean | null | readonly (string | number | boolean | null)[];

/** Runs Postgres SQL with `$1` placeholders, one statement a call. */
export interface SqlQueries {
  query<Row = unknown>(text: string, params?: readonly SqlValue[]): Promise<Row[]>;
}

export interface SqlListener {
  /** What `pg_notify` was given, once the transaction that gave it is committed. */
  readonly onMessage: (payload: string) => void;
  /**
   * Whether messages come now: told at the beginning, and at each change. What was said during a gap is lost, so
   * look again after it.
   */
  readonly onState: (isListening: boolean) => void;
}

/**
 * A Postgres-speaking database. Queries outside a transaction may run between, never inside,
 * those of one. Select 64-bit integers as `::float8`: drivers disagree on what to make of them.
 */
export interface SqlClient extends SqlQueries {
  /** Commits when `work` resolves, rolls back when it rejects. Only its argument may be used inside. */
  transaction<T>(work: (sql: SqlQueries) => Promise<T>): Promise<T>;
  /** Hears a channel of NOTIFY, now and again whenever the database was away. Never fails by itself. */
  listen(channel: string, listener: SqlListener): Promise<Disposer>;
  close(): Promise<void>;
}
