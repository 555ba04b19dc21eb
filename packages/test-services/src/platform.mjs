import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClickHouse } from './clickhouse.mjs';
import { config } from './config.mjs';
import { freePort } from './free-port.mjs';
import { openKafka } from './kafka.mjs';
import { openPostgres } from './postgres.mjs';
import { openRedis } from './redis.mjs';

const READY_MS = 60_000;

export async function openPlatform({ bin, env: more = {} }) {
  const opened = await Promise.all(
    [openKafka, openClickHouse, openPostgres, openRedis].map((open) => open({ isOwn: true })),
  );
  const stopServers = () => Promise.all(opened.map(async (server) => server?.stop()));
  if (opened.includes(null)) {
    await stopServers();
    return null;
  }
  const [kafka, clickhouse, postgres, redis] = opened;
  const env = {
    ...config.inherited,
    KAFKA_BROKERS: kafka.url,
    CLICKHOUSE_URL: clickhouse.url,
    POSTGRES_URL: postgres.url,
    REDIS_URL: redis.url,
    PX_HOST: '127.0.0.1',
    PX_LOG_LEVEL: 'warn',
    ...more,
  };
  const services = [];
  const px = (...args) => {
    const ran = spawnSync(process.execPath, [bin, ...args], { env, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`px ${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return ran.stdout;
  };
  const close = async () => {
    await Promise.all(services.map((service) => service.end('SIGKILL')));
    await stopServers();
  };
  try {
    px('migrate');
    const keys = px('keys', 'create', '--tenant', 't', '--project', 'p', '--tier', 'enterprise');
    const keyOf = (kind) => new RegExp(`(?<=${kind} +)\\S+`).exec(keys)[0];
    return {
      env,
      servers: { kafka, clickhouse, postgres, redis },
      writeKey: keyOf('write'),
      secretKey: keyOf('secret'),
      px,
      start: (command, env = {}) => startService(command, env),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }

  async function startService(command, own) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(process.execPath, [bin, command], {
      env: { ...env, ...own, PX_PORT: String(port) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exited = once(child, 'exit');
    const isGone = () => child.exitCode !== null || child.signalCode !== null;
    const service = {
      url,
      port,
      async end(signal) {
        if (!isGone()) {
          child.kill(signal);
          await exited;
        }
        return child.exitCode;
      },
    };
    services.push(service);
    const isReady = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (const end = Date.now() + READY_MS; !(await isReady()); await sleep(50)) {
      if (isGone() || Date.now() > end) throw new Error(`px ${command} does not get ready`);
    }
    return service;
  }
}
