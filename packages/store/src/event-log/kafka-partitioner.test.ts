import { Partitioners, type PartitionerArgs } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { lanePartitioner, slowPartitions, type LanesOptions } from './kafka-partitioner.js';

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
const MINUTE = 60_000;

function open(changes: Partial<LanesOptions> = {}) {
  const told: string[] = [];
  const make = lanePartitioner({
    topics: new Set(['events']),
    fairPerMinute: 1_000,
    clock: () => 0,
    onSlow: (project) => told.push(project),
    ...changes,
  });
  const choose = make();
  /** Partitions of so many records of a project's people. */
  const send = (project: string, records: number, people = 100) =>
    Array.from({ length: records }, (_, n) => choose(argsOf(`t:${project}:${n % people}`, 12)));
  return { make, choose, send, told };
}

describe('the places of records', () => {
  it('are those of Kafka’s own partitioner, the first time and again, also once there are more partitions', () => {
    const kafka = Partitioners.DefaultPartitioner();
    const { choose } = open({ topics: new Set(['lanes']) });
    for (const partitions of [12, 12, 24, 1, 12]) {
      for (let n = 0; n < 12_000; n += 1) {
        const key = `t:shop:${n % 11_000}`;
        const args = argsOf(key, partitions, n % 2 === 0 ? 'events' : 'dead');
        expect(choose(args)).toBe(kafka(args));
        // Of a topic with lanes, among those that are no slow lane.
        const fast = argsOf(key, partitions - slowPartitions(partitions));
        expect(choose(argsOf(key, partitions, 'lanes'))).toBe(kafka(fast));
      }
    }
    const bytes = argsOf(Buffer.from('t:shop:1'), 12);
    expect(choose(bytes)).toBe(kafka(bytes));
  });

  it('are apart for a project that brings more than its share, and each of its people stays in one', () => {
    const { make, send, told } = open();
    send('small', 1);
    const places = send('large', 3_000);
    expect(Math.max(...places.slice(0, 1_000))).toBe(8);
    expect(new Set(places.slice(1_000))).toEqual(new Set([9, 10, 11]));
    expect(new Set(places.filter((_, n) => n > 1_000 && n % 100 === 7)).size).toBe(1);
    expect(Math.max(...send('small', 900))).toBeLessThan(9);
    expect(told).toEqual(['t:large']);
    // A producer that comes anew knows it.
    expect(make()(argsOf('t:large:1', 12))).toBeGreaterThan(8);
  });

  it('are apart from the beginning of the next minute on, and as ever once there was a quiet one', () => {
    let now = 0;
    const { send, told } = open({ clock: () => now });
    send('small', 1);
    send('large', 1_500);
    now += MINUTE;
    expect(Math.min(...send('large', 500))).toBe(9);
    expect(Math.max(...send('small', 500))).toBe(8);
    now += MINUTE;
    expect(Math.max(...send('large', 500))).toBe(8);
    now += 5 * MINUTE;
    expect(Math.max(...send('large', 500))).toBe(8);
    expect(told).toHaveLength(1);
  });

  it('are those of everybody for a project that is alone, or where nobody is held to a share', () => {
    expect(Math.max(...open().send('large', 5_000))).toBe(8);
    const { send } = open({ fairPerMinute: 0 });
    send('small', 1);
    expect(Math.max(...send('large', 5_000))).toBe(8);
  });

  it('are all of the slow lane in turn for a key that is too much, whosever it is', () => {
    const { choose, send } = open({ fairPerMinute: 0, keyPerMinute: 300 });
    const hot = () => choose(argsOf('t:alone:robot', 12));
    const places = Array.from({ length: 3_300 }, hot);
    expect(new Set(places.slice(0, 300)).size).toBe(1);
    const counts = [9, 10, 11].map((lane) => places.filter((place) => place === lane).length);
    expect(counts).toEqual([1_000, 1_000, 1_000]);
    expect(Math.max(...send('alone', 200))).toBe(8);
  });

  it('tells whoever brings much, however many bring little', () => {
    const { choose } = open({ fairPerMinute: 0, keyPerMinute: 3_000 });
    const places: number[] = [];
    for (let n = 0; n < 50_000; n += 1) {
      choose(argsOf(`t:shop:${n}`, 12));
      if (n % 10 === 0) places.push(choose(argsOf('t:shop:robot', 12)));
    }
    expect(places.slice(-1_000).every((place) => place > 8)).toBe(true);
  });
});
