import { Redis } from 'ioredis';
import type { ServerLog } from '../server-log.js';

export interface RedisConnectionOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` for TLS. */
  readonly url: string;
  /** How long a command may take, milliseconds. @default 200 */
  readonly commandTimeoutMs?: number;
  /** How long a connection may take to open, milliseconds. @default 2000 */
  readonly connectTimeoutMs?: number;
  /** What `CLIENT LIST` shows. @default 'px' */
  readonly clientName?: string;
  readonly log: ServerLog;
}

const LONGEST_WAIT_MS = 2_000;

/**
 * Connects to a Redis server, now and again whenever it was away. Nothing that must survive is in it, so
 * a command fails at once while there is no connection, and soon while the server hangs.
 */
export function connectRedis({
  url,
  commandTimeoutMs = 200,
  connectTimeoutMs = 2_000,
  clientName = 'px',
  log,
}: RedisConnectionOptions): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    connectionName: clientName,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.random() * Math.min(100 * 2 ** attempt, LONGEST_WAIT_MS),
  });
  let isTold = false;
  redis.on('error', (error) => {
    if (!isTold) log.warn({ err: error }, 'Redis cannot be reached; trying again');
    isTold = true;
  });
  redis.on('ready', () => {
    if (isTold) log.info({}, 'Redis is back');
    isTold = false;
  });
  return redis;
}

/** Resolves once the first connection stands, or has failed. */
export function settled(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => {
    redis.once('ready', resolve);
    redis.once('close', resolve);
  });
}
