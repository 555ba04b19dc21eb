import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SpanKind, trace } from '@opentelemetry/api';
import { openKafka, recordTraces } from '@px-platform/test-services';
import { eventLogContract } from '../contract/event-log.js';
import { sampleRecord } from '../contract/samples.js';
import { createKafkaEventLog, ensureKafkaTopics, type KafkaEventLogOptions } from './kafka.js';
import { createKafkaClient } from './kafka-client.js';
import { LogUnavailableError, type EventLog, type LogRecord } from './port.js';
import { quietLog } from '../../test/quiet-log.js';
import { until } from '../../test/until.js';

type Raw = LogRecord<'events_raw'>;

const broker = await openKafka({ isOwn: true });
const connection = { brokers: [broker?.url ?? ''], log: quietLog };
let prefixes = 0;
const open: EventLog[] = [];

/** Topics of its own, so that nothing of another test is in them. */
async function freshTopics(partitions = 3): Promise<string> {
  const topicPrefix = `t${++prefixes}.`;
  await ensureKafkaTopics(connection, { topicPrefix, partitions });
  return topicPrefix;
}

async function openLog(options: Partial<KafkaEventLogOptions> = {}): Promise<EventLog> {
  const log = createKafkaEventLog({
    ...connection,
    probeMs: 100,
    sessionTimeoutMs: 6_000,
    ...options,
  });
  open.push(log);
  await until(() => log.isReady());
  return log;
}

const idsOf = (records: readonly Raw[]) => records.map(({ value }) => value.event.event_id);
const many = (from: number, count: number, keys = 7) =>
  Array.from({ length: count }, (_, index) =>
    sampleRecord(from + index, `acme:shop:ana-${(from + index) % keys}`),
  );

afterAll(() => broker?.stop());

describe.skipIf(!broker)('given an Apache Kafka broker', () => {
  eventLogContract('the Kafka log', async () => openLog({ topicPrefix: await freshTopics() }));

  afterEach(async () => {
    await Promise.all(open.splice(0).map((log) => log.close()));
  });

  it('carries the trace of an append to the process that handles it', async () => {
    const traces = recordTraces();
    const topicPrefix = await freshTopics(1);
    const log = await openLog({ topicPrefix });
    const tracer = trace.getTracer('test');
    const traceOf = async (records: readonly Raw[]) =>
      tracer.startActiveSpan('send', async (span) => {
        await log.append('events_raw', records);
        span.end();
        return span.spanContext().traceId;
      });
    const sent = [await traceOf(many(0, 3)), await traceOf(many(3, 2))];
    await log.append('events_raw', many(5, 1));
    const within: (string | undefined)[] = [];
    await log.consume('events_raw', async (records) => {
      for (const _ of records) within.push(trace.getActiveSpan()?.spanContext().traceId);
    });
    await until(() => within.length === 6);
    await until(() => traces.spans().some(({ kind }) => kind === SpanKind.CONSUMER));
    const handled = traces.spans().filter(({ kind }) => kind === SpanKind.CONSUMER);
    const linked = handled.flatMap(({ links }) => links.map(({ context }) => context.traceId));
    expect([...linked].sort()).toEqual([...sent].sort());
    expect(within).toContain(handled[0]?.spanContext().traceId);
    await traces.stop();
  });

  it('creates topics once, and grows them when more partitions are asked for', async () => {
    const topicPrefix = await freshTopics(2);
    const outcomes = async (partitions: number) =>
      (await ensureKafkaTopics(connection, { topicPrefix, partitions })).map(
        ({ outcome, partitions: present }) => `${outcome} ${present}`,
      );
    expect(await outcomes(2)).toEqual(['unchanged 2', 'unchanged 2', 'unchanged 2', 'unchanged 2']);
    expect(await outcomes(4)).toEqual(['grown 4', 'grown 4', 'grown 4', 'grown 3']);
    expect(await outcomes(1)).toEqual(['unchanged 4', 'unchanged 4', 'unchanged 4', 'unchanged 3']);
  });

  it('commits only what the handler resolved for: the rest comes again, in order, to the next process', async () => {
    const topicPrefix = await freshTopics(1);
    const first = await openLog({ topicPrefix, maxBatch: 10 });
    const seenFirst: string[] = [];
    const sent = many(0, 40);
    await first.append('events_raw', sent);
    await first.consume('events_raw', async (records) => {
      if (seenFirst.length >= 20) throw new Error('the store is down');
      seenFirst.push(...idsOf(records));
    });
    await until(() => seenFirst.length >= 20);
    await first.close();
    const second = await openLog({ topicPrefix });
    const seenSecond: string[] = [];
    await second.consume('events_raw', async (records) => {
      seenSecond.push(...idsOf(records));
    });
    await until(() => seenSecond.length >= 20);
    expect([...seenFirst, ...seenSecond]).toEqual(idsOf(sent));
  });

  it('works on two partitions side by side: one that waits holds up no other', async () => {
    const log = await openLog({ topicPrefix: await freshTopics(2) });
    await log.append('events_raw', many(0, 40));
    const seen: string[] = [];
    let begun = 0;
    await log.consume('events_raw', async (records) => {
      begun += 1;
      await until(() => begun >= 2);
      seen.push(...idsOf(records));
    });
    await until(() => seen.length >= 40);
    expect(new Set(seen).size).toBe(40);
  });

  it('brings a failed batch again to the same process, and passes over nothing', async () => {
    const log = await openLog({ topicPrefix: await freshTopics(1) });
    let failures = 3;
    const seen: string[] = [];
    const sent = many(0, 30);
    await log.append('events_raw', sent);
    await log.consume('events_raw', async (records) => {
      if (failures-- > 0) throw new Error('not now');
      seen.push(...idsOf(records));
    });
    await until(() => seen.length === 30);
    expect(seen).toEqual(idsOf(sent));
    expect(failures).toBe(-1);
  });

  it('sets aside what is no record, with its place, and goes on', async () => {
    const topicPrefix = await freshTopics(1);
    const log = await openLog({ topicPrefix });
    const producer = createKafkaClient(connection).producer();
    await producer.connect();
    await log.append('events_raw', many(0, 1));
    await producer.send({
      topic: `${topicPrefix}events_raw`,
      messages: [
        { key: 'acme:shop:ana', value: '{"half' },
        { key: null, value: null },
      ],
    });
    await producer.disconnect();
    await log.append('events_raw', many(1, 1));
    const seen: string[] = [];
    const places: unknown[] = [];
    const dead: unknown[] = [];
    await log.consume('events_raw', async (records) => {
      seen.push(...idsOf(records));
      places.push(...records.map(({ at }) => at));
    });
    await log.consume('events_dead', async (records) => {
      dead.push(
        ...records.map(({ value: { tenant_id, project_id, message, body } }) => ({
          tenant_id,
          project_id,
          message,
          body,
        })),
      );
    });
    await until(() => seen.length === 2 && dead.length === 2);
    expect(places).toEqual([0, 3].map((offset) => `${topicPrefix}events_raw/0/${offset}`));
    expect(dead).toEqual([
      {
        tenant_id: 'acme',
        project_id: 'shop',
        message: expect.stringContaining(`${topicPrefix}events_raw/0/1 cannot be read`),
        body: '{"half',
      },
      { tenant_id: '', project_id: '', message: expect.stringContaining('/0/2'), body: '' },
    ]);
  });

  it('refuses at once beyond its bound of waiting bytes, and is ready again afterwards', async () => {
    const log = await openLog({
      topicPrefix: await freshTopics(),
      maxPendingBytes: 30_000,
      lingerMs: 50,
    });
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => log.append('events_raw', many(index * 10, 10))),
    );
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(5);
    expect(refused.length).toBeLessThan(20);
    expect(String((refused[0] as PromiseRejectedResult).reason)).toMatch(
      /would pass the limit of 30000/,
    );
    expect(log.isReady()).toBe(true);
    await expect(log.append('events_raw', many(500, 200))).resolves.toBeUndefined();
  });

  it('shares the partitions among processes, and loses nothing while they come and go', async () => {
    const topicPrefix = await freshTopics(4);
    const writer = await openLog({ topicPrefix });
    const seen = new Map<string, string[]>();
    const readers: EventLog[] = [];
    const addReader = async () => {
      const reader = await openLog({ topicPrefix });
      let taken = 0;
      await reader.consume('events_raw', async (records) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        taken += records.length;
        for (const { key, value } of records) {
          const ids = seen.get(key) ?? [];
          // Delivered again at a rebalance: whoever stores it folds it by its id.
          if (!ids.includes(value.event.event_id)) ids.push(value.event.event_id);
          seen.set(key, ids);
        }
      });
      readers.push(reader);
      return () => taken;
    };
    const sent: Raw[] = [];
    const send = async (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const batch = many(sent.length, 20, 11);
        sent.push(...batch);
        await writer.append('events_raw', batch);
      }
    };
    await addReader();
    const sending = send(60);
    const takenBySecond = await addReader();
    await sending;
    await send(20);
    await until(() => takenBySecond() > 0);
    await readers[0]?.close();
    await send(20);
    await until(() => [...seen.values()].flat().length === sent.length);
    for (const [key, ids] of seen)
      expect(ids, key).toEqual(idsOf(sent.filter((record) => record.key === key)));
  });

  it('refuses within its bound while the broker hangs, is not ready then, and comes back by itself', async () => {
    const log = await openLog({
      topicPrefix: await freshTopics(),
      appendTimeoutMs: 1_500,
      requestTimeoutMs: 1_000,
    });
    await log.append('events_raw', many(0, 1));
    broker?.process?.pause();
    const startedAt = performance.now();
    const failure = await log.append('events_raw', many(1, 1)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LogUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(log.isReady()).toBe(false);
    broker?.process?.resume();
    await until(() => log.isReady());
    await expect(log.append('events_raw', many(2, 1))).resolves.toBeUndefined();
  });

  it('has every answered event after the broker was killed in mid-stream', async () => {
    const topicPrefix = await freshTopics();
    const log = await openLog({ topicPrefix });
    const answered: string[] = [];
    let refusals = 0;
    let isSending = true;
    const sender = async () => {
      for (let number = 0; isSending; number += 20) {
        const batch = many(number, 20);
        try {
          await log.append('events_raw', batch);
          answered.push(...idsOf(batch));
        } catch (error) {
          expect(error).toBeInstanceOf(LogUnavailableError);
          refusals += 1;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const sending = sender();
    await until(() => answered.length > 400);
    await broker?.process?.kill();
    await until(() => refusals > 2);
    expect(log.isReady()).toBe(false);
    await broker?.process?.start();
    const before = answered.length;
    await until(() => answered.length > before + 400);
    isSending = false;
    await sending;
    const seen = new Set<string>();
    await log.consume('events_raw', async (records) => {
      for (const id of idsOf(records)) seen.add(id);
    });
    await until(() => answered.every((id) => seen.has(id)));
  });
});

it('says within its bound that there is no broker, and goes on looking', async () => {
  const log = createKafkaEventLog({
    brokers: ['127.0.0.1:1'],
    log: quietLog,
    probeMs: 50,
    connectTimeoutMs: 200,
  });
  await expect(log.append('events_raw', many(0, 1))).rejects.toThrow(/Kafka takes no events: .*1/);
  expect(log.isReady()).toBe(false);
  await log.close();
});
