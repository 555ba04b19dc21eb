import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcessor } from '@px-platform/processor';
import { openKafka } from '@px-platform/test-services';
import type { LogRecord } from '@px-platform/store';
import { sampleId, sampleRecord } from '@px-platform/store/contract';
import { createKafkaEventLog, ensureKafkaTopics } from '@px-platform/store/kafka';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { openEmbeddedStores, type EmbeddedStores } from '../open-embedded-stores.js';

const broker = await openKafka({ isOwn: true });
const log = { info() {}, warn() {}, error() {} };
let directory: string;
let stores: EmbeddedStores;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-poison-'));
  stores = await openEmbeddedStores(directory);
}, 60_000);
afterAll(async () => {
  await stores.close();
  await broker?.stop();
  await rm(directory, { recursive: true, force: true });
});

const ask = <Row>(sql: string) => stores.eventStore.query<Row>({ sql, params: {} });
async function until<T>(find: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> {
  for (const end = Date.now() + 40_000; ; await new Promise((turn) => setTimeout(turn, 100))) {
    const found = await find();
    if (isSo(found) || Date.now() > end) return found;
  }
}

describe.skipIf(!broker)('given a partition of Kafka with poison in it', () => {
  it(
    'stores what stands around it, and has a letter of each with its place',
    { timeout: 90_000 },
    async () => {
      const connection = { brokers: [broker?.url ?? ''], log };
      await ensureKafkaTopics(connection, { topicPrefix: 'p.', partitions: 1 });
      const eventLog = createKafkaEventLog({ ...connection, topicPrefix: 'p.' });
      const poison = sampleRecord(3);
      const raw: LogRecord<'events_raw'>[] = [
        // Nothing was processed yet, and the first of all is what holds up the others.
        {
          ...poison,
          value: { ...poison.value, event: { ...poison.value.event, user_id: 'poison' } },
        },
        sampleRecord(1),
        { key: 'acme:shop:x', value: { schema_version: 1 } as never },
        { key: 'acme:shop:x', value: { ...sampleRecord(5).value, timestamp: 'noon' } as never },
        sampleRecord(2),
      ];
      await eventLog.append('events_raw', raw);
      const { eventStore, profiles } = stores;
      const stop = await startProcessor({
        eventLog,
        eventStore,
        streams: createMemoryStreams(),
        counters: createMemoryCounters(),
        log,
        profiles: {
          ...profiles,
          async see(sightings) {
            if (sightings.some(({ distinct_id }) => distinct_id === 'poison'))
              throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
            return profiles.see(sightings);
          },
        },
      });
      const dead = await until(
        () =>
          ask<{ event_id: string; message: string }>(
            'SELECT event_id, message FROM dead_events FINAL ORDER BY extract(message, $$/0/(\\d)$$)',
          ),
        ({ length }) => length === 3,
      );
      expect(dead).toEqual([
        {
          event_id: sampleId(3),
          message: expect.stringMatching(
            /invalid byte sequence; it stands at p\.events_raw\/0\/0$/,
          ),
        },
        { event_id: '', message: expect.stringContaining('p.events_raw/0/2') },
        { event_id: '', message: expect.stringContaining('p.events_raw/0/3') },
      ]);
      const stored = () =>
        ask<{ event_id: string }>('SELECT event_id FROM events ORDER BY event_id');
      expect(
        (await until(stored, ({ length }) => length === 2)).map((row) => row.event_id),
      ).toEqual([sampleId(1), sampleId(2)]);
      // The partition moves on, and nothing comes again.
      await eventLog.append('events_raw', [sampleRecord(4)]);
      await until(stored, ({ length }) => length === 3);
      expect(
        await until(
          async () => (await eventLog.lag('events_raw')).reduce((sum, each) => sum + each),
          (lag) => lag === 0,
        ),
      ).toBe(0);
      await stop();
      await eventLog.close();
    },
  );
});
