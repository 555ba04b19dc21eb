import { ClickHouseLogLevel, createClient, type ClickHouseSettings } from '@clickhouse/client';
import type { ClusterOptions } from '../migrations/cluster.js';
import { clickHouseTarget } from '../migrations/clickhouse-target.js';
import { loadMigrations } from '../migrations/load.js';
import { migrate } from '../migrations/run.js';
import { clickHouseEventStore } from './clickhouse.js';
import type { EventStore } from './port.js';

export type { ClusterOptions } from '../migrations/cluster.js';

export interface ClickHouseOptions {
  /** `http://user:password@host:8123`, or `https://`. */
  readonly url: string;
  /** @default 'px' */
  readonly database?: string;
  /** The cluster that the tables are on, by its name in `remote_servers`: rows are deleted on all of its servers. @default none */
  readonly clusterName?: string | null;
  /** How long an insert may take, milliseconds. @default 30000 */
  readonly insertTimeoutMs?: number;
  /** How long a question may take before the engine gives it up, milliseconds. @default 10000 */
  readonly queryTimeoutMs?: number;
  /** Connections for questions; inserts have as many of their own. @default 10 */
  readonly maxConnections?: number;
  /** Whether bodies are gzipped both ways. @default true */
  readonly compression?: boolean;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/** A timeout of ours comes after the engine's own, whose words say more. */
const GRACE_MS = 1_000;
/** Copying a large table into a new one takes its time. */
const MIGRATION_TIMEOUT_MS = 3_600_000;

/**
 * Connects to a ClickHouse server over HTTP. Its tables must be there: see `migrateClickHouse`. Never fails by
 * itself: each call says whether it could be carried out.
 */
export function openClickHouseEventStore(options: ClickHouseOptions): EventStore {
  const {
    insertTimeoutMs = 30_000,
    queryTimeoutMs = 10_000,
    clusterName,
    clock = Date.now,
  } = options;
  return clickHouseEventStore({
    clock,
    ...(clusterName && { cluster: clusterName }),
    writer: connect(options, insertTimeoutMs, {
      // On a cluster an answer means that the row's own shard has it, and not a queue beside it.
      insert_distributed_sync: 1,
      // On a replicated table: a majority has it.
      insert_quorum: 'auto',
      insert_quorum_parallel: 1,
    }),
    reader: connect(options, queryTimeoutMs + GRACE_MS, {
      max_execution_time: queryTimeoutMs / 1_000,
      // A question about all shards joins with the links of all shards, not with those of its own.
      distributed_product_mode: 'global',
    }),
  });
}

/**
 * Creates the database if need be and brings its tables up to date; with `cluster` on all of its servers. Safe to
 * repeat, and for two at once. The names of what was applied.
 */
export async function migrateClickHouse({
  cluster,
  ...options
}: ClickHouseOptions & { readonly cluster?: ClusterOptions }): Promise<readonly string[]> {
  const { database = 'px', insertTimeoutMs = 30_000 } = options;
  const onCluster = cluster ? ` ON CLUSTER ${identifier(cluster.name)}` : '';
  const server = connect({ ...options, database: 'default' }, insertTimeoutMs);
  try {
    await server.command({
      query: `CREATE DATABASE IF NOT EXISTS ${identifier(database)}${onCluster}`,
    });
  } finally {
    await server.close();
  }
  const client = connect(options, MIGRATION_TIMEOUT_MS);
  try {
    return await migrate(clickHouseTarget(client, cluster), await loadMigrations('clickhouse'));
  } finally {
    await client.close();
  }
}

function connect(
  { url, database = 'px', maxConnections = 10, compression = true }: ClickHouseOptions,
  timeoutMs: number,
  settings: ClickHouseSettings = {},
) {
  return createClient({
    url,
    database,
    application: 'px',
    // Its errors reach the caller; its log would quote the events at fault.
    log: { level: ClickHouseLogLevel.OFF },
    request_timeout: timeoutMs,
    max_open_connections: maxConnections,
    // Rows compress so well that the least effort does: less than half of the work, for a quarter more bytes.
    compression: {
      request: compression && { codec: 'gzip', level: 1 },
      response: compression,
    },
    // In an address there is room for the ids of some thousand people, and proxies write addresses down.
    use_multipart_params_auto: true,
    clickhouse_settings: {
      // An error that comes late is then an error of the answer, and not words at the end of good rows.
      wait_end_of_query: 1,
      ...settings,
    },
  });
}

/** Names come from configuration, and must not be more than names. */
function identifier(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return `\`${name}\``;
  throw new RangeError(
    `${JSON.stringify(name)} is not a name for a database or cluster: letters, digits and _ only`,
  );
}
