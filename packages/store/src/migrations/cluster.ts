/** A cluster of ClickHouse servers: how it is called, and where its replicas meet. */
export interface ClusterOptions {
  /** As in the servers' `remote_servers`. */
  readonly name: string;
  /**
   * Where a table's replicas meet in Keeper; `{table}` is the table's own name, other words in braces are the
   * servers' macros. @default '/clickhouse/tables/{shard}/{database}/{table}'
   */
  readonly keeperPath?: string;
  /** A replica's name there. @default '{replica}' */
  readonly replicaName?: string;
}

const KEEPER_PATH = '/clickhouse/tables/{shard}/{database}/{table}';

/** One person's events, and all deliveries of an event, are on one shard: there each may be folded by itself. */
const SHARD_BY: Readonly<Record<string, string>> = {
  events: 'cityHash64(project_id, user_id)',
  person_links: 'cityHash64(project_id, from_user_id)',
  dead_events: 'cityHash64(project_id, event_id)',
  // Fed by views of `events`, on the shard where those are.
  client_sessions: 'cityHash64(project_id, session_id)',
  sessionless_events: 'cityHash64(project_id, owner)',
  derived_sessions: 'cityHash64(project_id, owner)',
  event_minutes: 'cityHash64(project_id, person)',
  steps: 'cityHash64(project_id, person)',
  timeline: 'cityHash64(project_id, user_id)',
  event_hours: 'cityHash64(project_id, event_name)',
  hour_marks: 'cityHash64(project_id)',
  exposures: 'cityHash64(project_id, user_id)',
  dead_replays: 'cityHash64(project_id, event_id)',
};

const CREATE =
  /^CREATE TABLE IF NOT EXISTS (\w+)\s*(\([^]*\))\s*ENGINE = (\w*MergeTree)(?:\(([^)]*)\))?([^]*)$/;
const FEED =
  /^CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+) TO (\w+) AS\s([^]*)\sFROM (\w+)(?:\s([^]*))?$/;
const VIEW = /^CREATE VIEW IF NOT EXISTS (\w+) AS\s([^]*)$/;
const ALTER = /^ALTER TABLE (\w+)\s([^]*)$/;
const COPY = /^INSERT INTO \w+\s+SELECT\s/;

/**
 * What a statement of a migration is on a cluster: the rows are in `<table>_local`, replicated, on every shard, and
 * `<table>` is all of them together. A materialised view feeds, on each server, from its part of a table into its part of
 * another; a plain view is the same everywhere; what is copied goes from all servers to all of them. Throws for a statement of another form: it would run on one server alone.
 */
export function onCluster(statement: string, cluster: ClusterOptions): readonly string[] {
  const { name } = cluster;
  const created = CREATE.exec(statement);
  if (created) {
    const [, table = '', columns = '', engine = '', args = '', rest = ''] = created;
    const shardBy = SHARD_BY[table];
    if (shardBy === undefined)
      throw new Error(`migrations: say in SHARD_BY which shard a row of ${table} belongs to`);
    return [
      `CREATE TABLE IF NOT EXISTS ${table}_local ON CLUSTER ${name} ${columns} ` +
        `ENGINE = ${replicated(engine, args, `${table}_local`, cluster)}${rest}`,
      `CREATE TABLE IF NOT EXISTS ${table} ON CLUSTER ${name} AS ${table}_local ` +
        `ENGINE = Distributed(${name}, currentDatabase(), ${table}_local, ${shardBy})`,
    ];
  }
  const feed = FEED.exec(statement);
  if (feed) {
    const [, view = '', to = '', columns = '', from = '', rest = ''] = feed;
    return [
      `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} ON CLUSTER ${name} TO ${to}_local AS ${columns} FROM ${from}_local ${rest}`,
    ];
  }
  const view = VIEW.exec(statement);
  if (view) {
    const [, called = '', query = ''] = view;
    return [`CREATE VIEW IF NOT EXISTS ${called} ON CLUSTER ${name} AS ${query}`];
  }
  const altered = ALTER.exec(statement);
  if (altered) {
    const [, table = '', change = ''] = altered;
    return [`${table}_local`, table].map(
      (each) => `ALTER TABLE ${each} ON CLUSTER ${name} ${change}`,
    );
  }
  if (COPY.test(statement)) return [statement];
  throw new Error(
    `migrations: this statement has no form for a cluster: ${statement.slice(0, 200)}`,
  );
}

/** The table that remembers what was applied is one and the same on every server. */
export function migrationsTable(cluster?: ClusterOptions): string {
  const head = 'CREATE TABLE IF NOT EXISTS migrations';
  const columns = `(
    name String,
    checksum String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
  )`;
  if (!cluster) return `${head} ${columns} ENGINE = ReplacingMergeTree ORDER BY name`;
  const everywhere = {
    ...cluster,
    keeperPath: (cluster.keeperPath ?? KEEPER_PATH).replace('{shard}', 'all'),
  };
  const engine = replicated('ReplacingMergeTree', '', 'migrations', everywhere);
  return `${head} ON CLUSTER ${cluster.name} ${columns} ENGINE = ${engine} ORDER BY name`;
}

function replicated(
  engine: string,
  args: string,
  table: string,
  { keeperPath = KEEPER_PATH, replicaName = '{replica}' }: ClusterOptions,
): string {
  const where = [keeperPath.replace('{table}', table), replicaName].map((text) => `'${text}'`);
  return `Replicated${engine}(${[...where, ...(args ? [args] : [])].join(', ')})`;
}
