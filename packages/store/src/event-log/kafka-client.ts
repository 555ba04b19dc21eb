import { Kafka, logLevel, type LogEntry, type SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import type { ServerLog } from '../server-log.js';
import { tuneKafkaGzip } from './kafka-gzip.js';

/** How to reach the brokers. */
export interface KafkaConnection {
  /** `host:port` of some of them; they tell of the others. */
  readonly brokers: readonly string[];
  /** What broker logs and quotas know this process by. @default 'px' */
  readonly clientId?: string;
  /** TLS: `true` with the system's authorities, or Node's own TLS options. @default false */
  readonly ssl?: boolean | ConnectionOptions;
  /** `plain`, `scram-sha-256` or `scram-sha-512`, with username and password. @default none */
  readonly sasl?: Extract<SASLOptions, { mechanism: 'plain' | `scram-${string}` }>;
  /** How long a connection may take to open, milliseconds. @default 3000 */
  readonly connectTimeoutMs?: number;
  /** How long a broker may take to answer, milliseconds. @default 5000 */
  readonly requestTimeoutMs?: number;
  readonly log: ServerLog;
}

/** Tries that a failed request gets before its failure is ours to handle: a leader may just be moving. */
const RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

/**
 * A kafkajs client with our patience and our log. kafkajs calls every retried fault an error; here
 * only what reaches a caller is one.
 */
export function createKafkaClient({
  brokers,
  clientId = 'px',
  ssl = false,
  sasl,
  connectTimeoutMs = 3_000,
  requestTimeoutMs = 5_000,
  log,
}: KafkaConnection): Kafka {
  tuneKafkaGzip();
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ssl,
    ...(sasl && { sasl }),
    connectionTimeout: connectTimeoutMs,
    authenticationTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => write(log, entry),
  });
}

/** Said of every producer that does not try for ever. Ours gives up, and is replaced (docs/adr/0011). */
const LIMITED = 'Limiting retries for the idempotent producer may invalidate EoS guarantees';

function write(log: ServerLog, { level, log: { message, timestamp: _, ...facts } }: LogEntry) {
  if (level > logLevel.WARN || message === LIMITED) return;
  log.warn({ ...facts, source: 'kafkajs' }, message);
}
