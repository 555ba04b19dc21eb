import { existsSync, openAsBlob } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
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
  let close: Disposer = unlock;
  try {
    const sql = sqlClient(await openDatabase(path, template), unlock);
    close = sql.close;
    await migrate(postgresTarget(sql), await loadMigrations('postgres'));
    return sql;
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A directory whose making was cut short would never open again: the mark says that it was
 * finished. Without it nobody has had anything of it, and it is made anew.
 */
async function openDatabase(path: string, template: string | null): Promise<PGlite> {
  const data = join(path, 'data');
  const mark = join(path, 'created');
  if (existsSync(mark)) return PGlite.create(data);
  await rm(data, { recursive: true, force: true });
  const database =
    template !== null && existsSync(template)
      ? await PGlite.create(data, { loadDataDir: await openAsBlob(template) })
      : await PGlite.create(data);
  await writeFile(mark, '');
  return database;
}

function sqlClient(database: PGlite, unlock: Disposer): SqlClient {
  return {
    ...queriesOf(database),
    // PGlite has one session: it lets one transaction through at a time, and holds back the
    // queries made outside of it.
    transaction: (work) => database.transaction((transaction) => work(queriesOf(transaction))),
    async listen(channel, { onMessage, onState }) {
      const stop = await database.listen(channel, onMessage);
      onState(true);
      return async () => {
        // Closed before, it hears nothing any more.
        if (!database.closed) await stop();
      };
    },
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
