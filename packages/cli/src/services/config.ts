import type { TokenOptions } from '@px-platform/api';
import { LOG_LEVELS, UsageError, type LogLevel } from '../config.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What a service may need to reach. */
export type Need = 'kafka' | 'clickhouse' | 'postgres' | 'redis';

/** How a service of the distributed platform was asked to run. */
export interface ServiceConfig {
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Proxies in front whose word on the client's address is taken. */
  readonly trustedProxies: number;
  /** What one address may ask of a collector in a minute; 0: no limit. */
  readonly ipRequestsPerMinute: number;
  /** Streams of flag changes that a collector keeps open at once. */
  readonly flagStreams: number;
  /** Events of a project that a collector takes within a minute before the rest goes to the slow lane; 0: never. */
  readonly fairEventsPerMinute: number;
  /** Where a collector keeps what Kafka does not take, and how many bytes of it; null: it refuses instead. */
  readonly spool: { readonly dir: string; readonly maxBytes: number } | null;
  /** The processor's database of places; null: the bundled one, of countries. */
  readonly geoDb: string | null;
  /** How long the service goes on as if nothing were, but for its readiness, once it is told to stop, milliseconds. */
  readonly stopWaitMs: number;
  /** How long requests under way may take once the service is told to stop, milliseconds. */
  readonly drainMs: number;
  readonly kafka: KafkaConfig;
  readonly clickhouse: {
    readonly url: string;
    readonly database: string;
    readonly cluster: string | null;
  };
  readonly postgresUrl: string;
  readonly redisUrl: string;
  /** Where the API sends dead letters again; null: it cannot. */
  readonly collectorUrl: string | null;
  /** Names of events that are conversions; null: what the processor takes for them. */
  readonly conversions: readonly string[] | null;
  /** Null: the API takes secret keys only. */
  readonly tokens: TokenOptions | null;
}

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly groupId: string;
  readonly ssl: boolean;
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  readonly partitions: number;
  readonly replicationFactor: number | null;
  readonly retentionDays: number;
}

/** Where each of them is told, and by example. */
const ADDRESSES: Readonly<Record<Need, readonly [variable: string, example: string]>> = {
  kafka: ['KAFKA_BROKERS', 'broker-1:9092,broker-2:9092'],
  clickhouse: ['CLICKHOUSE_URL', 'http://user:password@clickhouse:8123'],
  postgres: ['POSTGRES_URL', 'postgres://user:password@postgres:5432/px'],
  redis: ['REDIS_URL', 'redis://redis:6379'],
};

export const SERVICE_USAGE = `Configured by environment:

  PX_HOST, PX_PORT          interface and port to listen on               default 0.0.0.0, 4400
  PX_LOG_LEVEL              trace, debug, info, warn, error               default info
  PX_TRUSTED_PROXIES        proxies in front that say the client's address  default 0
  PX_IP_REQUESTS_PER_MINUTE of one address (collector); 0: no limit       default 6000
  PX_FAIR_EVENTS_PER_MINUTE of a project, beyond which the rest goes to the slow lane (collector); 0: never  default 30000
  PX_FLAG_STREAMS           open at once, half of them by one key (collector)  default 10000
  PX_SPOOL_DIR              keeps what Kafka does not take (collector)    default none: batches are refused
  PX_SPOOL_MAX_MIB          how much of it                                default 1024
  PX_GEO_DB                 a database of cities, .mmdb (processor)       default the bundled one, of countries
  PX_CONVERSIONS            events that are conversions, by commas (processor)  default sign-ups, payments
  PX_STOP_WAIT_MS           how long a stop waits until balancers know    default 0
  PX_DRAIN_MS               how long requests may finish after that       default 10000

  KAFKA_BROKERS             host:port,host:port
  KAFKA_TOPIC_PREFIX        before each topic's name                      default none
  KAFKA_GROUP_ID            consumers of one group share the work         default px-processor
  KAFKA_SSL                 true for TLS                                  default false
  KAFKA_SASL_MECHANISM      plain, scram-sha-256, scram-sha-512           default none
  KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD
  KAFKA_PARTITIONS          of all but events_dead (migrate)              default 12
  KAFKA_REPLICATION_FACTOR  copies of each partition (migrate)            default 3, or the number of brokers
  KAFKA_RETENTION_DAYS      how long events stay readable (migrate)       default 7

  CLICKHOUSE_URL            http://user:password@host:8123
  CLICKHOUSE_DATABASE                                                     default px
  CLICKHOUSE_CLUSTER        tables on every server of it (migrate, processor)  default none

  POSTGRES_URL              postgres://user:password@host:5432/database
  REDIS_URL                 redis://host:6379, or rediss:// for TLS

  PX_COLLECTOR_URL          where dead letters are sent again (api)       default none: they can be read only

  PX_JWT_ISSUER             what tokens' iss must be (api)                default no tokens are taken
  PX_JWT_AUDIENCE           what their aud must be or hold                default px
  PX_JWT_SECRET             the secret they are signed with, 32 bytes or more; or
  PX_JWT_JWKS_URL           where the public keys are
  PX_JWT_ALGORITHMS         by commas                                     default HS256 with a secret, else EdDSA,RS256,ES256
  PX_JWT_CLOCK_TOLERANCE_S  how far the signer's clock may be off         default 5
  PX_JWT_TENANT_CLAIM, PX_JWT_ROLE_CLAIM, PX_JWT_PROJECTS_CLAIM           default tenant_id, role, projects
`;

export const KEYS_USAGE = `px keys create --tenant <id> --project <id> [options]
px keys list   --tenant <id> --project <id>
px keys revoke --tenant <id> --project <id> --key <its first ten characters>

  create makes the tenant and the project if they are not there, and a write key and a secret key. They are shown
  this once: the database holds only their digests. To rotate a key, create another, and revoke the old one once
  nobody uses it; collectors refuse it within five seconds. Needs POSTGRES_URL.

  --name <text>      the project's name                                    default its id
  --origin <origin>  a page that may use the write key, such as https://shop.example or
                     https://*.shop.example; may be given again            default any page
  --environment <name>  whose flags the keys get, such as staging          default production
  --flags-mode <mode>   rules: the write key's clients decide by themselves; values: the collector decides,
                        and rules stay secret                               default rules
  --tier <tier>      free (1,000 events an hour), pro (10,000), enterprise (no limit)
                     default as it is; free for a new tenant
  --events-per-hour <number>   in place of the tier's figure
`;

/** Reads the environment; the only place that does. What is missing is named all at once. */
export function readServiceConfig(needs: readonly Need[], env: Env = process.env): ServiceConfig {
  const missing = needs
    .map((need) => ADDRESSES[need])
    .filter(([variable]) => !env[variable]?.trim());
  if (missing.length > 0) {
    const lines = missing.map(([variable, example]) => `  ${variable}=${example}`);
    throw new UsageError(`Not set, and needed:\n\n${lines.join('\n')}\n\n${SERVICE_USAGE}`);
  }
  const count = (name: string, fallback: number, least: number, most: number): number => {
    const text = env[name] ?? String(fallback);
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new UsageError(
      `${name} ${JSON.stringify(text)} is not a whole number from ${least} to ${most}.`,
    );
  };
  const oneOf = <T extends string>(name: string, values: readonly T[], fallback: T): T => {
    const text = env[name] ?? fallback;
    const value = values.find((known) => known === text);
    if (value !== undefined) return value;
    throw new UsageError(`${name} ${JSON.stringify(text)} is none of ${values.join(', ')}.`);
  };
  const mechanism = oneOf(
    'KAFKA_SASL_MECHANISM',
    ['none', 'plain', 'scram-sha-256', 'scram-sha-512'],
    'none',
  );
  return {
    host: env.PX_HOST ?? '0.0.0.0',
    port: count('PX_PORT', 4400, 0, 65_535),
    logLevel: oneOf('PX_LOG_LEVEL', LOG_LEVELS, 'info'),
    trustedProxies: count('PX_TRUSTED_PROXIES', 0, 0, 100),
    ipRequestsPerMinute: count('PX_IP_REQUESTS_PER_MINUTE', 6_000, 0, 10_000_000),
    fairEventsPerMinute: count('PX_FAIR_EVENTS_PER_MINUTE', 30_000, 0, 1_000_000_000),
    flagStreams: count('PX_FLAG_STREAMS', 10_000, 0, 1_000_000),
    spool: env.PX_SPOOL_DIR
      ? {
          dir: env.PX_SPOOL_DIR,
          maxBytes: count('PX_SPOOL_MAX_MIB', 1_024, 1, 1_048_576) * 2 ** 20,
        }
      : null,
    geoDb: env.PX_GEO_DB || null,
    stopWaitMs: count('PX_STOP_WAIT_MS', 0, 0, 600_000),
    drainMs: count('PX_DRAIN_MS', 10_000, 0, 600_000),
    kafka: {
      brokers: listOf(env.KAFKA_BROKERS),
      topicPrefix: env.KAFKA_TOPIC_PREFIX ?? '',
      groupId: env.KAFKA_GROUP_ID ?? 'px-processor',
      ssl: oneOf('KAFKA_SSL', ['true', 'false'], 'false') === 'true',
      sasl:
        mechanism === 'none'
          ? null
          : {
              mechanism,
              username: env.KAFKA_SASL_USERNAME ?? '',
              password: env.KAFKA_SASL_PASSWORD ?? '',
            },
      partitions: count('KAFKA_PARTITIONS', 12, 1, 10_000),
      replicationFactor:
        env.KAFKA_REPLICATION_FACTOR === undefined
          ? null
          : count('KAFKA_REPLICATION_FACTOR', 3, 1, 100),
      retentionDays: count('KAFKA_RETENTION_DAYS', 7, 1, 3_650),
    },
    clickhouse: {
      url: env.CLICKHOUSE_URL ?? '',
      database: env.CLICKHOUSE_DATABASE ?? 'px',
      cluster: env.CLICKHOUSE_CLUSTER ?? null,
    },
    postgresUrl: env.POSTGRES_URL ?? '',
    redisUrl: env.REDIS_URL ?? '',
    collectorUrl: readCollectorUrl(env.PX_COLLECTOR_URL),
    conversions: env.PX_CONVERSIONS === undefined ? null : listOf(env.PX_CONVERSIONS),
    tokens: readTokens(env, count('PX_JWT_CLOCK_TOLERANCE_S', 5, 0, 300)),
  };
}

function readCollectorUrl(text: string | undefined): string | null {
  if (!text) return null;
  if (URL.canParse(text)) return text;
  throw new UsageError(`PX_COLLECTOR_URL ${JSON.stringify(text)} is no address.`);
}

/** What stands between commas. */
function listOf(text = ''): readonly string[] {
  return text.split(',').flatMap((each) => each.trim() || []);
}

function readTokens(env: Env, clockToleranceS: number): TokenOptions | null {
  const { PX_JWT_ISSUER: issuer, PX_JWT_SECRET: secret, PX_JWT_JWKS_URL: jwksUrl } = env;
  if (!issuer && !secret && !jwksUrl) return null;
  if (!issuer || Boolean(secret) === Boolean(jwksUrl)) {
    throw new UsageError(
      `Tokens need PX_JWT_ISSUER, and one of PX_JWT_SECRET and PX_JWT_JWKS_URL.\n\n${SERVICE_USAGE}`,
    );
  }
  if (jwksUrl && !URL.canParse(jwksUrl)) {
    throw new UsageError(`PX_JWT_JWKS_URL ${JSON.stringify(jwksUrl)} is no address.`);
  }
  const algorithms = listOf(env.PX_JWT_ALGORITHMS);
  return {
    issuer,
    audience: env.PX_JWT_AUDIENCE ?? 'px',
    keys: jwksUrl ? { jwksUrl } : { secret: secret ?? '' },
    ...(algorithms.length > 0 && { algorithms }),
    clockToleranceS,
    claims: {
      tenant: env.PX_JWT_TENANT_CLAIM ?? 'tenant_id',
      role: env.PX_JWT_ROLE_CLAIM ?? 'role',
      projects: env.PX_JWT_PROJECTS_CLAIM ?? 'projects',
    },
  };
}
