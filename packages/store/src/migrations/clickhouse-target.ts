import type { ClickHouse } from '../event-store/clickhouse.js';
import { migrationsTable, onCluster, type ClusterOptions } from './cluster.js';
import type { AppliedMigration, MigrationTarget } from './port.js';
import { splitStatements } from './split-statements.js';

/**
 * Migrations of a ClickHouse database. It has no transactions: a migration that was cut short is
 * run again from its start, which its statements allow (`IF NOT EXISTS`). With a cluster, its tables are made on
 * every server. A migration's checksum is that of the text as it is shipped.
 */
export function clickHouseTarget(client: ClickHouse, cluster?: ClusterOptions): MigrationTarget {
  return {
    async applied() {
      await client.command({ query: migrationsTable(cluster) });
      const answer = await client.query({
        query: 'SELECT name, checksum FROM migrations FINAL ORDER BY name',
        format: 'JSONEachRow',
      });
      return answer.json<AppliedMigration>();
    },
    async apply({ name, sql, checksum }) {
      const statements = splitStatements(sql);
      const all = cluster ? statements.flatMap((each) => onCluster(each, cluster)) : statements;
      for (const query of all) await client.command({ query });
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
