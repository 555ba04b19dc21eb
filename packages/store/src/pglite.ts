import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { SqlClient, SqlQueries } from './sql-client.js';
import { loadMigrations } from './migrations/load.js';
import { postgresTarget } from './migrations/postgres-target.js';
import { migrate } from './migrations/run.js';
import { acquirePidLock } from './pid-lock.js';

export interface PgliteOptions {
  /** Directory of the data; created if need be. */
  readonly path: string;
}

/**
 * Opens a Postgres inside this process, brings its tables up to date, and holds the directory
 * until `close`.
 */
export async function openPglite({ path }: PgliteOptions): Promise<SqlClient> {
  // PGlite has no lock of its own: two processes on one directory corrupt it without a word.
  const unlock = await acquirePidLock(path);
  try {
    const data = join(path, 'data');
    if (!existsSync(data)) await create(data);
    const sql = sqlClient(await PGlite.create(data), unlock);
    await migrate(postgresTarget(sql), await loadMigrations('postgres'));
    return sql;
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Made beside its place and then renamed: a half-made directory would never open again. */
async function create(data: string): Promise<void> {
  const draft = `${data}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  const database = await PGlite.create(draft);
  await database.close();
  await rename(draft, data);
}

function sqlClient(database: PGlite, unlock: () => void | Promise<void>): SqlClient {
  const queries = (target: Pick<PGlite, 'query'>): SqlQueries => ({
    async query<Row>(text: string, params: readonly unknown[] = []) {
      return (await target.query<Row>(text, [...params])).rows;
    },
  });
  return {
    ...queries(database),
    // PGlite has one session: it lets one transaction through at a time, and holds back the
    // queries made outside of it.
    transaction: (work) => database.transaction((transaction) => work(queries(transaction as unknown as Pick<PGlite, 'query'>))),
    async close() {
      await database.close();
      await unlock();
    },
  };
}
