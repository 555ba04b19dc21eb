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
/** Such a broker whose clients come over TLS, with SASL: `client` is what they need, the authority as PEM. */
export const openSecuredKafka: () => Promise<
  | (Service & {
      readonly client: {
        readonly ca: string;
        readonly user: { readonly username: string; readonly password: string };
      };
    })
  | null
>;
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

/** nginx with a site of the test's own. */
export interface Nginx {
  readonly url: string;
  /** Where its `error.log` is. */
  readonly dir: string;
  stop(): Promise<void>;
}

/**
 * Runs nginx on a free port with what `site` says, which stands in its http block. Null, said aloud, where there is no
 * nginx; under CI an error. Rejects with nginx's own words where it does not take the configuration.
 */
export function openNginx(site: (port: number) => string): Promise<Nginx | null>;

/** One of the platform's services as a process. */
export interface PlatformService {
  readonly url: string;
  readonly port: number;
  /** Ends it; its exit code, null where a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Kafka, ClickHouse's engine, Postgres and Redis, migrated, and the means to run services on them. */
export interface OpenPlatform {
  /** What services are told. */
  readonly env: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<'kafka' | 'clickhouse' | 'postgres' | 'redis', Service>>;
  /** Of project `p` of tenant `t`, which has no quota. */
  readonly writeKey: string;
  readonly secretKey: string;
  /** Runs a command to its end; what it printed. */
  px(...args: readonly string[]): string;
  /** Starts a service, and waits until it is ready. */
  start(command: string, env?: Readonly<Record<string, string>>): Promise<PlatformService>;
  /** Kills what was started, and deletes all data. */
  close(): Promise<void>;
}

/** `bin` is the program `px`. Null, said aloud, where a server is not to be had; under CI an error. */
export function openPlatform(options: {
  readonly bin: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<OpenPlatform | null>;
