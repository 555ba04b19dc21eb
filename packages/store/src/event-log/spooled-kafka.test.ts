import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openKafka } from '@px-platform/test-services';
import { sampleRecord } from '../contract/samples.js';
import { quietLog } from '../../test/quiet-log.js';
import { until } from '../../test/until.js';
import { createKafkaEventLog, ensureKafkaTopics } from './kafka.js';
import type { EventLog, LogRecord } from './port.js';
import { openSpooledEventLog, type SpooledEventLog } from './spooled.js';

type Raw = LogRecord<'events_raw'>;

const broker = await openKafka({ isOwn: true });
const connection = { brokers: [broker?.url ?? ''], log: quietLog };
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});
afterAll(() => broker?.stop());

async function openLog(topicPrefix: string): Promise<SpooledEventLog> {
  await ensureKafkaTopics(connection, { topicPrefix, partitions: 3 });
  const dir = await mkdtemp(join(tmpdir(), 'px-spool-'));
  undo.push(() => rm(dir, { recursive: true, force: true }));
  const kafka = createKafkaEventLog({
    ...connection,
    topicPrefix,
    probeMs: 100,
    sessionTimeoutMs: 6_000,
  });
  const log = await openSpooledEventLog(kafka, { dir, log: quietLog });
  undo.push(() => log.close());
  await until(() => kafka.isReady());
  return log;
}

async function readBack(log: EventLog) {
  const seen = new Map<string, string[]>();
  const ids = new Set<string>();
  await log.consume('events_raw', async (records) => {
    for (const { key, value } of records) {
      const id = value.event.event_id;
      // What was under way when the broker died may come again: whoever stores it folds it by its id.
      if (ids.has(id)) continue;
      ids.add(id);
      const before = seen.get(key);
      if (before) before.push(id);
      else seen.set(key, [id]);
    }
  });
  return { seen, ids };
}

describe.skipIf(!broker)('given an Apache Kafka broker behind a spool', () => {
  it('answers on while it is killed, and has all of it in the order of each key once it is back', async () => {
    const log = await openLog('killed.');
    const sent: Raw[] = [];
    let isSending = true;
    const sending = (async () => {
      while (isSending) {
        const from = sent.length;
        const batch = Array.from({ length: 20 }, (_, index) =>
          sampleRecord(from + index, `acme:shop:ana-${(from + index) % 7}`),
        );
        await log.append('events_raw', batch);
        sent.push(...batch);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await until(() => sent.length > 400);
    await broker?.process?.kill();
    await until(() => log.spooled().records > 2_000);
    expect(log.isReady()).toBe(true);
    await broker?.process?.start();
    await until(() => log.spooled().records === 0);
    // It goes straight to Kafka again, though nobody paused for it.
    const before = sent.length;
    await until(() => sent.length > before + 400);
    expect(log.spooled().bytes).toBe(0);
    isSending = false;
    await sending;
    const { seen, ids } = await readBack(log);
    await until(() => ids.size >= sent.length);
    for (const [key, found] of seen)
      expect(found, key).toEqual(
        sent.filter((each) => each.key === key).map(({ value }) => value.event.event_id),
      );
  }, 90_000);

  it('drains events that a broker would not take together', async () => {
    const log = await openLog('large.');
    await broker?.process?.kill();
    // What gzip cannot make smaller: all of it in one append would be three times what a topic takes.
    const large = (number: number) => {
      const { key, value } = sampleRecord(number);
      return { key, value: { ...value, user_agent: randomBytes(30_000).toString('base64') } };
    };
    for (let number = 0; number < 200; number += 1) await log.append('events_raw', [large(number)]);
    expect(log.spooled().records).toBe(200);
    await broker?.process?.start();
    await until(() => log.spooled().records === 0);
    const { ids } = await readBack(log);
    await until(() => ids.size === 200);
  }, 90_000);
});
