/** What a parameter may be. Objects go as JSON text with a `::jsonb` cast. */
export type SqlValue =
  string | number | boolean | null | readonly (string | number | boolean | null)[];

/** Runs Postgres SQL with `$1` placeholders, one statement a call. */
export interface SqlQueries {
  query<Row = unknown>(text: string, params?: readonly SqlValue[]): Promise<Row[]>;
}

/**
 * A Postgres-speaking database. Queries outside a transaction may run between, never inside,
 * those of one. Select 64-bit integers as `::float8`: drivers disagree on what to make of them.
 */
export interface SqlClient extends SqlQueries {
  /** Commits when `work` resolves, rolls back when it rejects. Only its argument may be used inside. */
  transaction<T>(work: (sql: SqlQueries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
