import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresCatalog } from './catalog/postgres.js';
import { catalogContract } from './contract/catalog.js';
import { flagCatalogContract } from './contract/flags.js';
import { privacyStoreContract } from './contract/privacy.js';
import { profileStoreContract } from './contract/profile-store.js';
import { retentionStoreContract } from './contract/retention.js';
import { sampleId, sampleSighting, sampleTraits } from './contract/samples.js';
import { schemaRegistryContract } from './contract/schemas.js';
import { segmentMembersContract } from './contract/segments.js';
import { sqlListenContract } from './contract/sql-listen.js';
import { openPglite } from './pglite.js';
import { writePgliteTemplate } from './pglite-template.js';
import { postgresFlagCatalog } from './flags/postgres.js';
import { postgresPrivacyStore } from './privacy/postgres.js';
import { postgresProfileStore } from './profile-store/postgres.js';
import { postgresRetentionStore } from './retention/postgres.js';
import { postgresSchemaRegistry } from './schemas/postgres.js';
import { postgresSegmentMembers } from './segments/postgres.js';
import type { SqlClient, SqlQueries } from './sql-client.js';

const path = mkdtempSync(join(tmpdir(), 'px-pglite-'));
let sql: SqlClient;
beforeAll(async () => {
  sql = await openPglite({ path });
});
afterAll(async () => {
  await sql.close();
  rmSync(path, { recursive: true, force: true });
});

profileStoreContract('profiles in PGlite', async () => postgresProfileStore(sql));
privacyStoreContract('requests in PGlite', async () => postgresPrivacyStore(sql));
retentionStoreContract('retention in PGlite', async () => ({
  retention: postgresRetentionStore(sql),
  catalog: postgresCatalog(sql),
}));
schemaRegistryContract('the registry in PGlite', async () => ({
  registry: postgresSchemaRegistry(sql),
  catalog: postgresCatalog(sql),
}));
flagCatalogContract('flags in PGlite', async () => ({
  flags: postgresFlagCatalog(sql),
  catalog: postgresCatalog(sql),
}));
segmentMembersContract('members in PGlite', async () => ({
  segments: postgresSegmentMembers(sql),
  flags: postgresFlagCatalog(sql),
  profiles: postgresProfileStore(sql),
  catalog: postgresCatalog(sql),
}));
sqlListenContract('PGlite', async () => sql);
catalogContract('the catalog in PGlite', async () => postgresCatalog(sql));

describe('profiles of many people at once', () => {
  it('are written with a few statements, however many they are', async () => {
    let statements = 0;
    const counted = (queries: SqlQueries): SqlQueries => ({
      query: (text, params) => {
        statements += 1;
        return queries.query(text, params);
      },
    });
    const profiles = postgresProfileStore({
      ...sql,
      ...counted(sql),
      transaction: (work) => sql.transaction((transaction) => work(counted(transaction))),
    });
    const statementsOf = async (work: () => Promise<unknown>) => {
      const before = statements;
      await work();
      return statements - before;
    };
    const project_id = 'crowd';
    const people = Array.from({ length: 2_000 }, (_, number) => number);
    const sightings = people.map((number) => sampleSighting(number, { project_id }));
    const traits = people.map((number) =>
      sampleTraits(number, { project_id, user_id: sampleId(number), increment: { visits: 1 } }),
    );
    expect(await statementsOf(() => profiles.see(sightings))).toBeLessThan(7);
    expect(await statementsOf(() => profiles.see(sightings))).toBe(1);
    expect(await statementsOf(() => profiles.applyTraits(traits))).toBeLessThan(5);
  });
});

describe('a new PGlite directory', () => {
  it('can be unpacked from a template instead of being made, and then opens like any other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'px-pglite-'));
    const template = join(folder, 'template.tar.gz');
    await writePgliteTemplate(template);
    const unpacked = { path: join(folder, 'data'), template };
    const first = await openPglite(unpacked);
    await first.query(`INSERT INTO tenants (id, name) VALUES ('t', 'T')`);
    await first.close();
    const second = await openPglite({ ...unpacked, template: null });
    expect(await second.query('SELECT id, name FROM tenants')).toEqual([{ id: 't', name: 'T' }]);
    await second.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is given back when it cannot be opened: the reason stays the same the next time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'px-pglite-'));
    const opened = await openPglite({ path: folder });
    await opened.query(`UPDATE migrations SET checksum = 'other' WHERE name = '0001_catalog'`);
    await opened.close();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(openPglite({ path: folder })).rejects.toThrow(/0001_catalog was changed/);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('is made anew when an earlier attempt was cut short', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'px-pglite-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'PG_VERSION'), '1');
    const opened = await openPglite({ path: folder });
    expect(await opened.query('SELECT count(*)::int AS n FROM tenants')).toEqual([{ n: 0 }]);
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('the SQL client of PGlite', () => {
  it('stores no key, only its digest and its first characters', async () => {
    const catalog = postgresCatalog(sql);
    const { key } = await catalog.createKey(
      { kind: 'secret', tenant_id: 'acme', project_id: 'shop' },
      'kept secret',
    );
    const rows = await sql.query<{ row: string; prefix: string }>(
      'SELECT api_keys::text AS row, prefix FROM api_keys WHERE name = $1',
      ['kept secret'],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(key);
    expect(rows[0]?.prefix).toBe(key.slice(0, 10));
  });

  it('rolls a failed transaction back and passes its error on', async () => {
    await sql.query('CREATE TABLE IF NOT EXISTS notes (n int)');
    const failing = sql.transaction(async (transaction) => {
      await transaction.query('INSERT INTO notes VALUES (1)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await sql.query('SELECT * FROM notes')).toEqual([]);
  });

  it('keeps concurrent transactions and queries out of one another', async () => {
    await sql.query('CREATE TABLE IF NOT EXISTS counter (n int)');
    await sql.query('INSERT INTO counter VALUES (0)');
    const increments = Array.from({ length: 20 }, () =>
      sql.transaction(async (transaction) => {
        const [row] = await transaction.query<{ n: number }>('SELECT n FROM counter');
        await new Promise((resolve) => setTimeout(resolve, 1));
        await transaction.query('UPDATE counter SET n = $1', [(row?.n ?? 0) + 1]);
      }),
    );
    const between = Promise.all(Array.from({ length: 20 }, () => sql.query('SELECT 1')));
    await Promise.all([...increments, between]);
    expect(await sql.query('SELECT n FROM counter')).toEqual([{ n: 20 }]);
  });
});
