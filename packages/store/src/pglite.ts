import { existsSync, openAsBlob } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transaction } from '@electric-sql/pglite';
import { PGlite } from '@electric-sql/pglite';
import type { Disposer } from './disposer.js';
import type { SqlClient, SqlQueries, SqlValue } from './sql-client.js';
import { loadMigrations } from './migrations/load.js';
import { postgresTarget } from './migrations/postgres-target.js';
import { migrate } from './migrations/run.js';
import { pgliteTemplateFile } from './pglite-template.js';
import { acquirePidLock } from './pid-lock.js';

export interface PgliteOptions {
  /** Directory of the data; created if need be. */
  readonly path: string;
  /** File of an initialised database to start from; null makes one, in seconds. @default the one built with this package */
  readonly template?: string | null;
}

/**
 * Opens a Postgres inside this process, brings its tables up to date, and holds the directory
 * until `close`.
 */
export async function openPglite({
  path,
  template = pgliteTemplateFile(),
}: PgliteOptions): Promise<SqlClient> {
  // PGlite has no lock of its own: two processes on one directory corrupt it without a word.
  const unlock = await acquirePidLock(path);
  try {
    const data = join(path, 'data');
    if (!existsSync(data)) await create(data, template);
    const sql = sqlClient(await PGlite.create(data), unlock);
    await migrate(postgresTarget(sql), await loadMigrations('postgres'));
    return sql;
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Made beside its place and then renamed: a half-made directory would never open again. */
async function create(data: string, template: string | null): Promise<void> {
  const draft = `${data}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  const database =
    template !== null && existsSync(template)
      ? await PGlite.create(draft, { loadDataDir: await openAsBlob(template) })
      : await PGlite.create(draft);
  await database.close();
  await rename(draft, data);
}

function sqlClient(database: PGlite, unlock: Disposer): SqlClient {
  return {
    ...queriesOf(database),
    // PGlite has one session: it lets one transaction through at a time, and holds back the
    // queries made outside of it.
    transaction: (work) => database.transaction((transaction) => work(queriesOf(transaction))),
    async close() {
      await database.close();
      await unlock();
    },
  };
}

function queriesOf(target: Pick<Transaction, 'query'>): SqlQueries {
  return {
    async query<Row>(text: string, params: readonly SqlValue[] = []) {
      return (await target.query<Row>(text, [...params])).rows;
    },
  };
}
