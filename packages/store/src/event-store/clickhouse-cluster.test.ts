import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { loadChdb } from './chdb-module.js';
import { migrationsTable, onCluster } from '../migrations/cluster.js';
import { loadMigrations } from '../migrations/load.js';
import { splitStatements } from '../migrations/split-statements.js';

const cluster = { name: 'main' };

describe('a migration on a cluster', () => {
  it('keeps rows in a replicated table of every shard, and gives the whole the plain name', () => {
    const [local, whole] = onCluster(
      'CREATE TABLE IF NOT EXISTS events\n(\n  a String\n)\nENGINE = ReplacingMergeTree(version)\nORDER BY (a)',
      cluster,
    );
    expect(local).toBe(
      "CREATE TABLE IF NOT EXISTS events_local ON CLUSTER main (\n  a String\n) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/events_local', '{replica}', version)\nORDER BY (a)",
    );
    expect(whole).toBe(
      'CREATE TABLE IF NOT EXISTS events ON CLUSTER main AS events_local ENGINE = Distributed(main, currentDatabase(), events_local, cityHash64(project_id, user_id))',
    );
  });

  it('changes both of them', () => {
    expect(onCluster('ALTER TABLE events\n  ADD COLUMN IF NOT EXISTS a String', cluster)).toEqual([
      'ALTER TABLE events_local ON CLUSTER main   ADD COLUMN IF NOT EXISTS a String',
      'ALTER TABLE events ON CLUSTER main   ADD COLUMN IF NOT EXISTS a String',
    ]);
  });

  it('refuses what would run on one server alone', () => {
    expect(() => onCluster('DROP TABLE events', cluster)).toThrow(/no form for a cluster: DROP/);
    const stranger = 'CREATE TABLE IF NOT EXISTS moods (a String) ENGINE = MergeTree ORDER BY a';
    expect(() => onCluster(stranger, cluster)).toThrow(/SHARD_BY .* moods/);
  });

  it('is sound SQL to the engine, for every migration that is shipped', async () => {
    const path = mkdtempSync(join(tmpdir(), 'px-cluster-'));
    const client = createClient({ connection: (await loadChdb())(path) });
    const shipped = (await loadMigrations('clickhouse')).flatMap(({ sql }) => splitStatements(sql));
    const statements = [
      migrationsTable(cluster),
      ...shipped.flatMap((each) => onCluster(each, cluster)),
    ];
    expect(statements.length).toBeGreaterThan(6);
    for (const statement of statements) {
      const { stream } = await client.exec({ query: `EXPLAIN AST ${statement}` });
      expect(await text(stream), statement).toMatch(/^"?(CreateQuery|AlterQuery|InsertQuery)/);
    }
    await client.close();
    rmSync(path, { recursive: true, force: true });
  });
});
