import { Partitioners, type PartitionerArgs } from 'kafkajs';
import { expect, it } from 'vitest';
import { rememberingPartitioner } from './kafka-partitioner.js';

const argsOf = (key: string | Buffer | null, partitions: number, topic = 'events') => ({
  topic,
  message: { key, value: '' },
  partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  })) as PartitionerArgs['partitionMetadata'],
});

it('puts every key where Kafka’s own partitioner does, the first time and again, also once there are more partitions', () => {
  const kafka = Partitioners.DefaultPartitioner();
  const ours = rememberingPartitioner();
  for (const partitions of [12, 12, 24, 1, 12]) {
    for (let n = 0; n < 12_000; n += 1) {
      const args = argsOf(`t:shop:${n % 11_000}`, partitions, n % 2 === 0 ? 'events' : 'dead');
      expect(ours(args)).toBe(kafka(args));
    }
  }
  const bytes = argsOf(Buffer.from('t:shop:1'), 12);
  expect(ours(bytes)).toBe(kafka(bytes));
});
