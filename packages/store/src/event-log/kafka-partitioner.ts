import { Partitioners, type ICustomPartitioner, type PartitionerArgs } from 'kafkajs';
import { createRates } from './rates.js';

/** What goes to the slow lane, by the minute and this process. */
export interface LanesOptions {
  /** Names of the topics whose last partitions are a slow lane. */
  readonly topics: ReadonlySet<string>;
  /** Records of a project beyond which the rest goes to the slow lane, where there are other projects; 0: never. */
  readonly fairPerMinute: number;
  /** Records of a key beyond which the rest goes to all partitions of the slow lane in turn. @default 10_000 */
  readonly keyPerMinute?: number;
  /** Told each time that a project begins to bring more than its share. */
  readonly onSlow: (project: string) => void;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/**
 * Puts records of one key into one partition, as Kafka's default does, but for what is too much (docs/adr/0024): a project's
 * records beyond its share go to the last partitions, by key, and those of a single key beyond its own to each of these in
 * turn. Nobody else's records are there, so nobody else's wait behind them.
 */
export function lanePartitioner({
  topics,
  fairPerMinute,
  keyPerMinute = 10_000,
  onSlow,
  clock = Date.now,
}: LanesOptions): ICustomPartitioner {
  const [placeOf, slowPlaceOf] = [rememberPlaces(), rememberPlaces()];
  const keys = createRates({ mostPerMinute: keyPerMinute, clock });
  const projects = createRates({ mostPerMinute: fairPerMinute || Infinity, clock });
  let turn = 0;

  const choose = (args: PartitionerArgs): number => {
    const { topic, message, partitionMetadata } = args;
    const all = partitionMetadata.length;
    const slow = slowPartitions(all);
    if (slow === 0 || !topics.has(topic) || typeof message.key !== 'string')
      return placeOf(args, all);
    const fast = all - slow;
    const project = projectOf(message.key);
    const ofProject = projects.add(project);
    // Alone it holds up nobody.
    const isSlow = ofProject !== 'fair' && projects.names() > 1;
    if (isSlow && ofProject === 'begins') onSlow(project);
    if (keys.add(message.key) !== 'fair') return fast + (turn++ % slow);
    return isSlow ? fast + slowPlaceOf(args, slow) : placeOf(args, fast);
  };
  // Producers come and go; what was too much for one is so for the next.
  return () => choose;
}

/** How many partitions, the last ones, are the slow lane. */
export function slowPartitions(partitions: number): number {
  return partitions < 2 ? 0 : Math.ceil(partitions / 4);
}

/** `tenant:project` of a key. */
function projectOf(key: string): string {
  const end = key.indexOf(':', key.indexOf(':') + 1);
  return end < 0 ? key : key.slice(0, end);
}

/** Keys whose partition is remembered, a topic. */
const MOST_KEYS = 10_000;

/**
 * Kafka's default, the same in every client, with a memory: a person's events come by the dozen, and kafkajs hashes each key
 * anew, slowly. Among the first `count` partitions.
 */
function rememberPlaces(): (args: PartitionerArgs, count: number) => number {
  const partitionOf = Partitioners.DefaultPartitioner();
  const topics = new Map<string, { count: number; partitions: Map<string, number> }>();

  return (args, count) => {
    const { topic, message, partitionMetadata } = args;
    if (typeof message.key !== 'string') return partitionOf(args);
    let known = topics.get(topic);
    if (known?.count !== count || known.partitions.size >= MOST_KEYS) {
      known = { count, partitions: new Map() };
      topics.set(topic, known);
    }
    const partition =
      known.partitions.get(message.key) ??
      partitionOf({ ...args, partitionMetadata: partitionMetadata.slice(0, count) });
    known.partitions.set(message.key, partition);
    return partition;
  };
}
