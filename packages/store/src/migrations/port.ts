/** One numbered file of SQL. */
export interface Migration {
  /** `0001_events`: the file's name without its ending. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly checksum: string;
}

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** A database that remembers which migrations it has had. */
export interface MigrationTarget {
  applied(): Promise<AppliedMigration[]>;
  /**
   * Runs the statements and remembers the migration, in that order, so that a crash between them
   * leads to running it again: statements must be repeatable where there are no transactions.
   */
  apply(migration: Migration): Promise<void>;
}
