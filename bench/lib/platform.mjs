import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  freePort,
  openClickHouse,
  openKafka,
  openPostgres,
  openRedis,
} from '@px-platform/test-services';

const bin = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));

/** Kafka, ClickHouse's engine, Postgres and Redis on this machine, migrated, with a tenant without a quota. */
export async function openPlatform() {
  const servers = await Promise.all(
    [openKafka, openClickHouse, openPostgres, openRedis].map((open) => open({ isOwn: true })),
  );
  const [kafka, clickhouse, postgres, redis] = servers;
  const env = {
    ...process.env,
    KAFKA_BROKERS: kafka.url,
    CLICKHOUSE_URL: clickhouse.url,
    POSTGRES_URL: postgres.url,
    REDIS_URL: redis.url,
    PX_HOST: '127.0.0.1',
    PX_LOG_LEVEL: 'warn',
  };
  const children = [];
  const px = (...args) => {
    const ran = spawnSync(process.execPath, [bin, ...args], { env, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`px ${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return ran.stdout;
  };
  const close = async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    px('migrate');
    const keys = px('keys', 'create', '--tenant', 't', '--project', 'p', '--tier', 'enterprise');
    const [key] = /(?<=write +)\S+/.exec(keys);
    return { key, clickhouse, startService, startScript, close };
  } catch (error) {
    await close();
    throw error;
  }

  /** `px collector` and the like; its address once it is ready. */
  async function startService(command) {
    const port = await freePort();
    const child = spawn(process.execPath, [bin, command], {
      env: { ...env, PX_PORT: String(port) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    children.push(child);
    const url = `http://127.0.0.1:${port}`;
    for (let tries = 0; tries < 600; tries++) {
      const isReady = await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return url;
      await sleep(100);
    }
    throw new Error(`px ${command} is not ready`);
  }

  /** Something of the bench's own that prints its port. */
  async function startScript(path, ...args) {
    const child = spawn(process.execPath, [path, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [port] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`${path} ended with ${code}`))),
    ]);
    return `http://127.0.0.1:${port}`;
  }
}
