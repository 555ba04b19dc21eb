import type { SqlClient } from '../sql-client.js';
import type { AppliedMigration, MigrationTarget } from './port.js';
import { splitStatements } from './split-statements.js';

/** Any number will do, as long as it never changes: it keeps two migrators apart. */
const LOCK = 7_305_091;
const TAKE_TURNS = `SELECT pg_advisory_xact_lock(${LOCK})`;

/** Migrations of a Postgres database: each one is a transaction, so it is there whole or not at all. */
export function postgresTarget(sql: SqlClient): MigrationTarget {
  return {
    applied: () =>
      sql.transaction(async (transaction) => {
        // Two that create the same table at once: "IF NOT EXISTS" does not keep one of them from failing.
        await transaction.query(TAKE_TURNS);
        await transaction.query(`
          CREATE TABLE IF NOT EXISTS migrations (
            name text PRIMARY KEY,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
          )`);
        return transaction.query<AppliedMigration>(
          'SELECT name, checksum FROM migrations ORDER BY name',
        );
      }),
    async apply({ name, sql: text, checksum }) {
      await sql.transaction(async (transaction) => {
        await transaction.query(TAKE_TURNS);
        const done = await transaction.query('SELECT 1 FROM migrations WHERE name = $1', [name]);
        if (done.length > 0) return;
        for (const statement of splitStatements(text)) await transaction.query(statement);
        await transaction.query('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [
          name,
          checksum,
        ]);
      });
    },
  };
}
