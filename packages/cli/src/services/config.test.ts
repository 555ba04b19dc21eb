import { describe, expect, it } from 'vitest';
import { UsageError } from '../config.js';
import { readServiceConfig } from './config.js';

const ENV = {
  KAFKA_BROKERS: 'one:9092, two:9092',
  CLICKHOUSE_URL: 'http://clickhouse:8123',
  POSTGRES_URL: 'postgres://postgres/px',
  REDIS_URL: 'redis://redis',
};

describe('the configuration of a service', () => {
  it('has a default for everything but addresses', () => {
    expect(readServiceConfig(['kafka', 'clickhouse', 'postgres', 'redis'], ENV)).toEqual({
      host: '0.0.0.0',
      port: 4400,
      logLevel: 'info',
      trustedProxies: 0,
      ipRequestsPerMinute: 6_000,
      fairEventsPerMinute: 30_000,
      flagStreams: 10_000,
      spool: null,
      geoDb: null,
      stopWaitMs: 0,
      drainMs: 10_000,
      kafka: {
        brokers: ['one:9092', 'two:9092'],
        topicPrefix: '',
        groupId: 'px-processor',
        ssl: false,
        sasl: null,
        partitions: 12,
        replicationFactor: null,
        retentionDays: 7,
      },
      clickhouse: { url: 'http://clickhouse:8123', database: 'px', cluster: null },
      postgresUrl: 'postgres://postgres/px',
      redisUrl: 'redis://redis',
      collectorUrl: null,
      conversions: null,
      tokens: null,
    });
  });

  it('reads which events are conversions, by commas; none, if so it says', () => {
    const of = (PX_CONVERSIONS: string) => readServiceConfig([], { PX_CONVERSIONS }).conversions;
    expect(of('Demo Booked, purchase,')).toEqual(['Demo Booked', 'purchase']);
    expect(of('')).toEqual([]);
  });

  it('names all that is missing at once, with an example of each', () => {
    expect(() =>
      readServiceConfig(['kafka', 'postgres', 'redis'], { REDIS_URL: 'redis://r' }),
    ).toThrow(/KAFKA_BROKERS=broker-1:9092[^]*POSTGRES_URL=postgres:/);
    expect(() => readServiceConfig(['redis'], { REDIS_URL: ' ' })).toThrow(/REDIS_URL=/);
    expect(readServiceConfig([], {}).redisUrl).toBe('');
  });

  it('reads how to sign in to Kafka', () => {
    const { ssl, sasl } = readServiceConfig([], {
      KAFKA_SSL: 'true',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'px',
      KAFKA_SASL_PASSWORD: 'secret',
    }).kafka;
    expect({ ssl, sasl }).toEqual({
      ssl: true,
      sasl: { mechanism: 'scram-sha-512', username: 'px', password: 'secret' },
    });
  });

  it.each([
    ['PX_PORT', '70000', /PX_PORT "70000" is not a whole number from 0 to 65535/],
    ['PX_PORT', '1.5', /PX_PORT "1.5"/],
    ['PX_COLLECTOR_URL', 'collector', /PX_COLLECTOR_URL "collector" is no address/],
    ['PX_LOG_LEVEL', 'loud', /PX_LOG_LEVEL "loud" is none of trace, debug/],
    ['KAFKA_SSL', 'yes', /KAFKA_SSL "yes" is none of true, false/],
    ['KAFKA_SASL_MECHANISM', 'gssapi', /KAFKA_SASL_MECHANISM "gssapi" is none of none, plain/],
    ['KAFKA_PARTITIONS', '0', /KAFKA_PARTITIONS "0" is not a whole number from 1/],
  ])('says what is wrong with %s=%s', (name, value, message) => {
    expect(() => readServiceConfig([], { [name]: value })).toThrow(message);
  });
});

const read = (env: Record<string, string>) => readServiceConfig([], env).tokens;
const SECRET = 'a secret of thirty-two bytes or more';

describe('given the environment of a service that takes tokens', () => {
  it('takes none where none are spoken of', () => {
    expect(read({})).toBeNull();
  });

  it('reads who signs them, with what, and for whom', () => {
    const claims = { tenant: 'tenant_id', role: 'role', projects: 'projects' };
    expect(read({ PX_JWT_ISSUER: 'login', PX_JWT_SECRET: SECRET })).toEqual({
      issuer: 'login',
      audience: 'px',
      keys: { secret: SECRET },
      clockToleranceS: 5,
      claims,
    });
    expect(
      read({
        PX_JWT_ISSUER: 'login',
        PX_JWT_AUDIENCE: 'other',
        PX_JWT_JWKS_URL: 'https://login.example/keys',
        PX_JWT_ALGORITHMS: 'RS256, EdDSA',
        PX_JWT_CLOCK_TOLERANCE_S: '0',
        PX_JWT_TENANT_CLAIM: 'org',
      }),
    ).toEqual({
      issuer: 'login',
      audience: 'other',
      keys: { jwksUrl: 'https://login.example/keys' },
      algorithms: ['RS256', 'EdDSA'],
      clockToleranceS: 0,
      claims: { ...claims, tenant: 'org' },
    });
  });

  it.each([
    { PX_JWT_SECRET: SECRET },
    { PX_JWT_ISSUER: 'login' },
    { PX_JWT_ISSUER: 'login', PX_JWT_SECRET: SECRET, PX_JWT_JWKS_URL: 'https://login.example' },
    { PX_JWT_ISSUER: 'login', PX_JWT_JWKS_URL: 'login' },
    { PX_JWT_ISSUER: 'login', PX_JWT_SECRET: SECRET, PX_JWT_CLOCK_TOLERANCE_S: 'some' },
  ])('refuses %j, which is not whole', (env) => {
    expect(() => read(env)).toThrow(UsageError);
  });
});
