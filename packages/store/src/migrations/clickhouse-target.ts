import type { ClickHouse } from '../event-store/clickhouse.js';
import type { AppliedMigration, MigrationTarget } from './port.js';
import { splitStatements } from './split-statements.js';

/**
 * Migrations of a ClickHouse database. It has no transactions: a migration that was cut short is
 * run again from its start, which its statements allow (`IF NOT EXISTS`).
 */
export function clickHouseTarget(client: ClickHouse): MigrationTarget {
  return {
    async applied() {
      await client.command({
        query: `
          CREATE TABLE IF NOT EXISTS migrations (
            name String,
            checksum String,
            applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
          ) ENGINE = ReplacingMergeTree ORDER BY name`,
      });
      const answer = await client.query({
        query: 'SELECT name, checksum FROM migrations FINAL ORDER BY name',
        format: 'JSONEachRow',
      });
      return answer.json<AppliedMigration>();
    },
    async apply({ name, sql, checksum }) {
      for (const statement of splitStatements(sql)) await client.command({ query: statement });
      await client.insert({
        table: 'migrations',
        columns: ['name', 'checksum'],
        values: [{ name, checksum }],
        format: 'JSONEachRow',
        clickhouse_settings: { async_insert: 0 },
      });
    },
  };
}
