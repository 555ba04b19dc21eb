import { once } from 'node:events';
import {
  freePort,
  openClickHouse,
  openKafka,
  openPostgres,
  openRedis,
  type Service,
} from '@px-platform/test-services';
import { openClickHouseEventStore } from '@px-platform/store/clickhouse';
import { openPostgres as connectPostgres } from '@px-platform/store/postgres';
import type { EventStore, SqlClient } from '@px-platform/store';
import { runPx, spawnPx, until } from './px-dev.js';

/** Something that can be ended, stopped and brought back. */
export interface Victim {
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  start(): Promise<void>;
}

/** One of our own services as a process. */
export interface PxService extends Victim {
  readonly url: string;
  /** Everything that this and its predecessors printed. */
  output(): string;
  /** As an operator does; the exit code. */
  stop(): Promise<number | null>;
}

/** The distributed platform on servers of its own: two collectors, two processors, one API. */
export interface Platform {
  readonly servers: Readonly<Record<'kafka' | 'clickhouse' | 'postgres' | 'redis', Service>>;
  readonly collectors: readonly PxService[];
  readonly processors: readonly PxService[];
  readonly api: PxService;
  readonly writeKey: string;
  readonly secretKey: string;
  /** What `px migrate` printed. */
  readonly migrated: string;
  readonly eventStore: EventStore;
  readonly sql: SqlClient;
  /** One more of a service, with more of its environment set. */
  start(command: string, env: Readonly<Record<string, string>>): Promise<PxService>;
  stop(): Promise<void>;
}

/** Null, said aloud, where a server is not to be had; an error under CI. */
export async function startPlatform(): Promise<Platform | null> {
  const opened = await Promise.all(
    [openKafka, openClickHouse, openPostgres, openRedis].map((open) => open({ isOwn: true })),
  );
  const [kafka, clickhouse, postgres, redis] = opened;
  const stopServers = () => Promise.all(opened.map(async (server) => server?.stop()));
  if (!kafka || !clickhouse || !postgres || !redis) {
    await stopServers();
    return null;
  }
  const env = {
    KAFKA_BROKERS: kafka.url,
    KAFKA_PARTITIONS: '4',
    CLICKHOUSE_URL: clickhouse.url,
    POSTGRES_URL: postgres.url,
    REDIS_URL: redis.url,
    PX_HOST: '127.0.0.1',
  };
  const migrated = await mustRun(['migrate'], env);
  const tenant = ['--tenant', 'acme', '--project', 'shop'];
  const keys = await mustRun(['keys', 'create', ...tenant, '--tier', 'enterprise'], env);
  const started: PxService[] = [];
  const start = async (command: string, more: Readonly<Record<string, string>> = {}) => {
    const service = await startService(command, { ...env, ...more });
    started.push(service);
    return service;
  };
  const [collectors, processors, api] = await Promise.all([
    Promise.all([start('collector'), start('collector')]),
    Promise.all([start('processor'), start('processor')]),
    start('api'),
  ]);
  const quiet = { info() {}, warn() {}, error() {} };
  const eventStore = openClickHouseEventStore({ url: clickhouse.url });
  const sql = connectPostgres({ url: postgres.url, log: quiet });
  return {
    servers: { kafka, clickhouse, postgres, redis },
    collectors,
    processors,
    api,
    writeKey: /write +(\S+)/.exec(keys)?.[1] ?? '',
    secretKey: /secret +(\S+)/.exec(keys)?.[1] ?? '',
    migrated,
    eventStore,
    sql,
    start,
    async stop() {
      await Promise.all(started.map((service) => service.kill()));
      await Promise.all([eventStore.close(), sql.close()]);
      await stopServers();
    },
  };
}

async function mustRun(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { code, output } = await runPx(args, env);
  if (code !== 0) throw new Error(`px ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

async function startService(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<PxService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let current: ReturnType<typeof spawnPx> | null = null;
  let earlier = '';
  const isUp = (path: string) =>
    fetch(url + path).then(
      ({ ok }) => ok,
      () => false,
    );
  const end = async (signal: NodeJS.Signals) => {
    const { child } = current ?? {};
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    child.kill('SIGCONT');
    child.kill(signal);
    await once(child, 'exit');
    return child.exitCode;
  };
  const start = async () => {
    earlier += current?.output() ?? '';
    const started = spawnPx([command], { ...env, PX_PORT: String(port) });
    current = started;
    await until(
      async () => started.child.exitCode !== null || isUp('/readyz'),
      60_000,
      `px ${command} is ready`,
    );
    if (started.child.exitCode !== null)
      throw new Error(`px ${command} ended:\n${started.output()}`);
  };
  await start();
  return {
    url,
    start,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    pause: () => void current?.child.kill('SIGSTOP'),
    resume: () => void current?.child.kill('SIGCONT'),
    output: () => earlier + (current?.output() ?? ''),
  };
}
