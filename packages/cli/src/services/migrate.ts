import { ensureKafkaTopics } from '@px-platform/store/kafka';
import { migrateClickHouse } from '@px-platform/store/clickhouse';
import { migratePostgres } from '@px-platform/store/postgres';
import pino from 'pino';
import { atServer } from './at-server.js';
import { kafkaConnection } from './open-adapters.js';
import { readServiceConfig } from './config.js';

/** `px migrate`: topics, tables and columns that are missing. Safe to repeat, and for two at once. */
export async function runMigrate(): Promise<void> {
  const { kafka, clickhouse, postgresUrl, logLevel } = readServiceConfig([
    'kafka',
    'clickhouse',
    'postgres',
  ]);
  const log = pino({ level: logLevel, name: 'px-migrate' }, pino.destination(2));
  const { partitions, replicationFactor, retentionDays, topicPrefix } = kafka;

  const brokers = { server: 'Kafka', variable: 'KAFKA_BROKERS', address: kafka.brokers.join() };
  const topics = await atServer(brokers, () =>
    ensureKafkaTopics(kafkaConnection(kafka, { name: 'px-migrate', log }), {
      topicPrefix,
      partitions,
      retentionDays,
      ...(replicationFactor !== null && { replicationFactor }),
    }),
  );
  for (const { topic, outcome, partitions: present } of topics)
    console.log(`Kafka       ${topic}: ${outcome}, ${present} partitions`);

  const { cluster, ...server } = clickhouse;
  const tables = { server: 'ClickHouse', variable: 'CLICKHOUSE_URL', address: server.url };
  tell(
    'ClickHouse',
    await atServer(tables, () =>
      migrateClickHouse({ ...server, ...(cluster && { cluster: { name: cluster } }) }),
    ),
  );
  const records = { server: 'Postgres', variable: 'POSTGRES_URL', address: postgresUrl };
  tell(
    'Postgres',
    await atServer(records, () =>
      migratePostgres({ url: postgresUrl, applicationName: 'px-migrate', log }),
    ),
  );
}

function tell(engine: string, applied: readonly string[]): void {
  console.log(`${engine.padEnd(12)}${applied.length > 0 ? applied.join(', ') : 'up to date'}`);
}
