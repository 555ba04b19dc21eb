import { afterAll, describe, expect, it } from 'vitest';
import { openSecuredKafka } from '@px-platform/test-services';
import { sampleRecord } from '../contract/samples.js';
import { quietLog } from '../../test/quiet-log.js';
import { until } from '../../test/until.js';
import { createKafkaEventLog, ensureKafkaTopics } from './kafka.js';
import type { KafkaConnection } from './kafka-client.js';
import type { LogRecord } from './port.js';

const broker = await openSecuredKafka();
afterAll(() => broker?.stop());

describe.skipIf(!broker)('given a broker that wants TLS and a name', () => {
  const client = broker?.client ?? { ca: '', user: { username: '', password: '' } };
  const brokers = [broker?.url ?? ''];
  const ssl = { ca: [client.ca] };
  const connectionWith = (sasl: KafkaConnection['sasl']): KafkaConnection => ({
    brokers,
    ssl,
    log: quietLog,
    ...(sasl && { sasl }),
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'carries records there and back with %s',
    async (mechanism) => {
      const connection = connectionWith({ mechanism, ...client.user });
      const topicPrefix = `${mechanism}.`;
      await ensureKafkaTopics(connection, { topicPrefix, partitions: 1 });
      const log = createKafkaEventLog({ ...connection, topicPrefix, probeMs: 100 });
      await until(() => log.isReady());
      const seen: LogRecord<'events_raw'>[] = [];
      await log.consume('events_raw', async (records) => void seen.push(...records));
      await log.append('events_raw', [sampleRecord(1, 'acme:shop:ana')]);
      await until(() => seen.length === 1);
      await log.close();
      expect(seen[0]!.value).toEqual(sampleRecord(1, 'acme:shop:ana').value);
    },
  );

  it.each([
    ['a wrong password', { sasl: { password: 'guessed' } }, /authentication failed/i],
    ['no name at all', { sasl: null }, /./],
    ['an authority that is not known', { ssl: true }, /self-signed certificate/],
    ['no TLS', { ssl: false }, /./],
  ] as const)('says what is wrong with %s', async (_, fault, words) => {
    const { sasl = {}, ...rest } = fault as { sasl?: object | null; ssl?: boolean };
    const good = { mechanism: 'plain', ...client.user } as const;
    const connection = {
      ...connectionWith(sasl === null ? undefined : { ...good, ...sasl }),
      connectTimeoutMs: 1_000,
      requestTimeoutMs: 1_000,
      ...rest,
    };
    await expect(ensureKafkaTopics(connection, { topicPrefix: 'never.' })).rejects.toThrow(words);
  });
});
