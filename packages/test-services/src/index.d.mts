import type { RequestListener } from 'node:http';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** A server that a test has to itself, or one that somebody named by its environment variable. */
export interface Service {
  /** How clients reach it: `redis://…`, `postgres://…`, `host:port` of a broker, `http://…`. */
  readonly url: string;
  /** Null where the server is somebody else's: it cannot be killed, only used. */
  readonly process: ServiceProcess | null;
  /** Ends it and deletes its data; nothing of a server that is somebody else's. */
  stop(): Promise<void>;
}

/** The means of a fault matrix. Port and data stay the same throughout. */
export interface ServiceProcess {
  readonly pid: number;
  /** SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it lives, and answers nobody. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again after `kill`; resolves once it answers. */
  start(): Promise<void>;
}

/**
 * Opens a server: the one that the variable names (`REDIS_URL`, `POSTGRES_URL`, `KAFKA_BROKERS`, `CLICKHOUSE_URL`), else
 * one of the machine's own programs on a free port. Null, said aloud, where neither is to be had; under CI an
 * error, because a skip there would be a lie. With `isOwn` never one that is somebody else's.
 */
export type OpenService = (options?: { readonly isOwn?: boolean }) => Promise<Service | null>;

/** ClickHouse's engine behind its HTTP interface, with `POST /fault?kind=fail|lose|hang|garble&count=N`. */
export const openClickHouse: OpenService;
/** Apache Kafka, one broker that is its own controller. */
export const openKafka: OpenService;
export const openPostgres: OpenService;
export const openRedis: OpenService;

/** A TCP port that nobody listens on now, of the loopback interface. */
export function freePort(): Promise<number>;

/** Something of the test's own that answers HTTP on the loopback interface. */
export interface Served {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Cuts whoever is still connected. */
  close(): Promise<void>;
}

/** Serves it on a free port. */
export function serve(handler: RequestListener): Promise<Served>;

/** What OpenTelemetry's own SDK, registered for this whole process, has seen. */
export interface RecordedTraces {
  /** Spans that have ended. */
  spans(): readonly ReadableSpan[];
  stop(): Promise<void>;
}

/** Registers it: once a process, before anything is traced. */
export function recordTraces(): RecordedTraces;
