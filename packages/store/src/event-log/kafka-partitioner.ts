import { Partitioners, type ICustomPartitioner } from 'kafkajs';

/** Keys whose partition is remembered, a topic. */
const MOST_KEYS = 10_000;

/**
 * Kafka's default partitioner, the same in every client, with a memory: a person's events come by the dozen, and kafkajs
 * hashes each key anew, slowly.
 */
export const rememberingPartitioner: ICustomPartitioner = () => {
  const partitionOf = Partitioners.DefaultPartitioner();
  const topics = new Map<string, { count: number; partitions: Map<string, number> }>();

  return (args) => {
    const { topic, message, partitionMetadata } = args;
    if (typeof message.key !== 'string') return partitionOf(args);
    const count = partitionMetadata.length;
    let known = topics.get(topic);
    if (known?.count !== count || known.partitions.size >= MOST_KEYS) {
      known = { count, partitions: new Map() };
      topics.set(topic, known);
    }
    const partition = known.partitions.get(message.key) ?? partitionOf(args);
    known.partitions.set(message.key, partition);
    return partition;
  };
};
