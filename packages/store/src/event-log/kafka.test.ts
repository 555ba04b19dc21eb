import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { SpanKind, trace } from '@opentelemetry/api';
import kafkajs from 'kafkajs';
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

const DAY_MS = 86_400_000;
const partitionOf = ({ at }: Raw) => Number(at?.split('/')[1]);
const idsOf = (records: readonly Raw[]) => records.map(({ value }) => value.event.event_id);
const many = (from: number, count: number, keys = 7) =>
  Array.from({ length: count }, (_, index) =>
    sampleRecord(from + index, `acme:shop:ana-${(from + index) % keys}`),
  );

async function appendAll(log: EventLog, records: readonly Raw[]): Promise<void> {
  for (let from = 0; from < records.length; from += 1_000)
    await log.append('events_raw', records.slice(from, from + 1_000));
}

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

  it('works on different partitions side by side: one that waits holds up no other', async () => {
    const log = await openLog({ topicPrefix: await freshTopics(4), maxBatch: 10 });
    await log.append('events_raw', many(0, 40));
    const seen: Raw[] = [];
    const working: Set<number>[] = [];
    let most = 0;
    await log.consume('events_raw', async (records) => {
      const places = new Set(records.map(partitionOf));
      for (const others of working)
        expect([...places].filter((place) => others.has(place))).toEqual([]);
      working.push(places);
      most = Math.max(most, working.length);
      await until(() => most === 2);
      seen.push(...records);
      working.splice(working.indexOf(places), 1);
    });
    await until(() => seen.length >= 40);
    expect(new Set(idsOf(seen)).size).toBe(40);
    expect(most).toBe(2);
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

  it('hands over what trickles in by the moment, and a backlog in full calls, of all partitions together', async () => {
    const topicPrefix = await freshTopics(4);
    // Long enough that a busy broker has a call's worth, short enough for what is left over.
    const log = await openLog({ topicPrefix, maxBatch: 5_000, readWaitMs: 1_500 });
    const backlog = many(0, 12_000, 500);
    await appendAll(log, backlog);
    const calls: (readonly Raw[])[] = [];
    await log.consume('events_raw', async (records) => void calls.push(records));
    await until(() => calls.flat().length === backlog.length);
    expect(Math.max(...calls.map(({ length }) => length))).toBe(5_000);
    expect(calls.length).toBeLessThan(6);

    calls.splice(0);
    const appending: Promise<void>[] = [];
    for (let number = 0; number < 100; number += 1) {
      appending.push(log.append('events_raw', many(20_000 + number, 1, 50)));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(appending);
    await until(() => calls.flat().length === 100);
    // Each by itself it would be a hundred.
    expect(calls.length).toBeLessThan(25);
    const places = calls.map((records) => new Set(records.map(partitionOf)).size);
    expect(Math.max(...places)).toBeGreaterThan(1);
  });

  it('gives each partition its part of a call: a full one does not hold up the others', async () => {
    const topicPrefix = await freshTopics(4);
    const log = await openLog({ topicPrefix, maxBatch: 100 });
    await log.append('events_raw', many(0, 3_000, 1));
    await log.append('events_raw', many(5_000, 40, 40));
    const calls: (readonly Raw[])[] = [];
    await log.consume('events_raw', async (records) => void calls.push(records));
    await until(() => calls.flat().length === 3_040);
    const places = calls.flat().map(partitionOf);
    const full = places.find((place) => places.filter((each) => each === place).length > 3_000);
    // But for those of the full one, all others are in the first two calls, which are made at a time.
    const late = calls.slice(2).flat();
    expect(late.every((record) => partitionOf(record) === full)).toBe(true);
  });

  it('has several processes share what one key brings too much of', async () => {
    const topicPrefix = await freshTopics(8);
    const taken: Raw[][] = [[], []];
    for (const seen of taken) {
      const reader = await openLog({ topicPrefix });
      await reader.consume('events_raw', async (records) => void seen.push(...records));
    }
    const sent = many(0, 13_000, 1);
    await appendAll(await openLog({ topicPrefix }), sent);
    await until(() => new Set(idsOf(taken.flat())).size === sent.length);
    const counts = new Map<number, number>();
    // A rebalance brings some twice.
    for (const record of new Map(taken.flat().map((record) => [record.at, record])).values())
      counts.set(partitionOf(record), (counts.get(partitionOf(record)) ?? 0) + 1);
    // Its own partition, and the slow lane. Where a minute has ended meanwhile, it is there sooner.
    expect(counts.size).toBe(3);
    for (const slow of [6, 7]) expect(counts.get(slow)).toBeGreaterThan(1_400);
    for (const seen of taken) expect(seen.length).toBeGreaterThan(1_000);
  });

  it.each([
    ['behind a tenant with a hundred times as much, which has a lane of its own', 500, true],
    ['behind all of it, where there are no lanes: so that this can fail', 0, false],
  ])('has a tenant wait %s', async (_, fairPerMinute, isFair) => {
    const topicPrefix = await freshTopics(4);
    const log = await openLog({ topicPrefix, fairPerMinute, maxBatch: 500, readBytes: 8_192 });
    const hot = Array.from({ length: 20_000 }, (_, number) =>
      sampleRecord(number, `acme:hot:${number % 300}`),
    );
    const small = Array.from({ length: 200 }, (_, number) =>
      sampleRecord(30_000 + number, `tiny:shop:${number % 20}`),
    );
    await log.append('events_raw', small.slice(0, 1));
    await appendAll(log, hot);
    await log.append('events_raw', small.slice(1));
    const tenants: string[] = [];
    await log.consume('events_raw', async (records) => {
      tenants.push(...records.map(({ key }) => key.split(':')[0] ?? ''));
    });
    await until(() => tenants.length === hot.length + small.length);
    const before = tenants.slice(0, tenants.lastIndexOf('tiny')).filter((each) => each === 'acme');
    if (isFair) expect(before.length).toBeLessThan(4_000);
    else expect(before.length).toBeGreaterThan(15_000);
  });

  it('takes an append that is larger than brokers take at once, of one key', async () => {
    const log = await openLog({ topicPrefix: await freshTopics(2) });
    const sent = many(0, 400, 1).map((record) => {
      const properties = { noise: randomBytes(12_000).toString('base64') };
      const event = { ...record.value.event, properties };
      return { ...record, value: { ...record.value, event } };
    });
    await log.append('events_raw', sent);
    const seen: string[] = [];
    await log.consume('events_raw', async (records) => void seen.push(...idsOf(records)));
    await until(() => seen.length === sent.length);
    expect(seen).toEqual(idsOf(sent));
  });

  it('tells what waits of each partition, and of more once nobody reads any more', async () => {
    const log = await openLog({ topicPrefix: await freshTopics(3) });
    const lag = async () => [...(await log.lag('events_raw'))].sort((a, b) => a - b);
    const stop = await log.consume('events_raw', async () => {});
    await log.append('events_raw', many(0, 10, 1));
    await until(async () => (await lag()).every((records) => records === 0));
    await stop();
    await log.append('events_raw', many(10, 30, 1));
    expect(await lag()).toEqual([0, 0, 30]);
    await log.append('events_raw', many(40, 30, 1));
    expect(await lag()).toEqual([0, 0, 60]);
  });

  it('keeps events for a week and dead letters for a month: so long may somebody forgotten be there', async () => {
    const topicPrefix = await freshTopics();
    const admin = createKafkaClient(connection).admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: ['events_raw', 'events_enriched', 'events_dead'].map((topic) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topicPrefix + topic,
        configNames: ['retention.ms'],
      })),
    });
    await admin.disconnect();
    const days = resources.map(({ configEntries: [entry] }) => Number(entry?.configValue) / DAY_MS);
    expect(days).toEqual([7, 7, 30]);
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
    expect(performance.now() - startedAt).toBeLessThan(10_000);
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
