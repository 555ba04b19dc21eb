import type { ConnectionOptions } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, types, type PoolClient, type QueryResultRow } from 'pg';
import type { Disposer } from './disposer.js';
import type { SqlClient, SqlQueries, SqlValue } from './sql-client.js';
import type { ServerLog } from './server-log.js';
import { loadMigrations } from './migrations/load.js';
import { listenToPostgres } from './postgres-listener.js';
import { postgresTarget } from './migrations/postgres-target.js';
import { migrate } from './migrations/run.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections of this process, at most. @default 10 */
  readonly maxConnections?: number;
  /** How long a connection may take to open, or to become free, milliseconds. @default 3000 */
  readonly connectTimeoutMs?: number;
  /** How long a statement may run, milliseconds. @default 10000 */
  readonly statementTimeoutMs?: number;
  /** How long a statement may wait for a row that another holds, milliseconds. @default 5000 */
  readonly lockTimeoutMs?: number;
  /** TLS beyond what the address says: Node's own options. @default as the address says */
  readonly ssl?: ConnectionOptions;
  /** What `pg_stat_activity` shows. @default 'px' */
  readonly applicationName?: string;
  readonly log: ServerLog;
}

/** A transaction that lost to another is run again; one that loses so often has another fault. */
const MOST_RUNS = 5;
/** Serialization failure, deadlock: nothing was changed, and the same may pass a moment later. */
const LOST_TO_ANOTHER: ReadonlySet<unknown> = new Set(['40001', '40P01']);

/** 64-bit integers as the engine in this process gives them: numbers where they are safe. */
const readInt8 = (text: string) =>
  Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
const getTypeParser: typeof types.getTypeParser = (oid, format) =>
  oid === types.builtins.INT8 && format !== 'binary' ? readInt8 : types.getTypeParser(oid, format);

/**
 * Connects to a Postgres server, now and again whenever it was away. Its tables must be there: see
 * `migratePostgres`. Never fails by itself: each query says whether it could be run.
 */
export function openPostgres({
  url,
  maxConnections = 10,
  connectTimeoutMs = 3_000,
  statementTimeoutMs = 10_000,
  lockTimeoutMs = 5_000,
  ssl,
  applicationName = 'px',
  log,
}: PostgresOptions): SqlClient {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    // A server that hangs is let go of, and the work it held up is somebody else's again.
    query_timeout: statementTimeoutMs + 1_000,
    idle_in_transaction_session_timeout: statementTimeoutMs * 2,
    application_name: applicationName,
    keepAlive: true,
    ...(ssl && { ssl }),
    types: { getTypeParser },
  });
  // Of a connection that nobody is using. Without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'a connection to Postgres was lost'));
  const listening = new Set<Disposer>();

  return {
    ...queriesOf(pool),
    async transaction(work) {
      for (let run = 1; ; run += 1) {
        try {
          return await runTransaction(pool, work);
        } catch (error) {
          if (run === MOST_RUNS || !LOST_TO_ANOTHER.has((error as { code?: unknown }).code))
            throw error;
          await sleep(Math.random() * 20 * run);
        }
      }
    },
    async listen(channel, listener) {
      const stop = await listenToPostgres(
        {
          connectionString: url,
          connectionTimeoutMillis: connectTimeoutMs,
          query_timeout: statementTimeoutMs,
          application_name: `${applicationName}-listen`,
          keepAlive: true,
          ...(ssl && { ssl }),
        },
        { channel, listener, log },
      );
      listening.add(stop);
      return async () => {
        listening.delete(stop);
        await stop();
      };
    },
    async close() {
      await Promise.all([...listening].map(async (stop) => stop()));
      await pool.end();
    },
  };
}

/** Brings a database up to date; safe to repeat, and for two at once. The names of what was applied. */
export async function migratePostgres(options: PostgresOptions): Promise<readonly string[]> {
  const sql = openPostgres({ ...options, maxConnections: 2 });
  try {
    return await migrate(postgresTarget(sql), await loadMigrations('postgres'));
  } finally {
    await sql.close();
  }
}

async function runTransaction<T>(pool: Pool, work: (sql: SqlQueries) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  // The pool listens only to clients that it holds.
  const onError = () => (isBroken = true);
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(queriesOf(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // What cannot be rolled back must not be lent to the next.
    await client.query('ROLLBACK').catch(onError);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(isBroken);
  }
}

function queriesOf(target: Pool | PoolClient): SqlQueries {
  return {
    async query<Row>(text: string, params: readonly SqlValue[] = []) {
      const { rows } = await target.query<Row & QueryResultRow>(text, [...params]);
      return rows;
    },
  };
}
