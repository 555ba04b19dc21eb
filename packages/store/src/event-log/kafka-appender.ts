import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, type ICustomPartitioner, type Kafka, type Producer } from 'kafkajs';
import type { ServerLog } from '../server-log.js';
import { LogUnavailableError } from './port.js';

/** A record as it goes to the broker. */
export interface Message {
  readonly key: string;
  readonly value: string;
}

export interface KafkaAppenderOptions {
  /** How long an append waits for others to go with it, milliseconds. */
  readonly lingerMs: number;
  /** Bytes of JSON that go in one request. */
  readonly maxBatchBytes: number;
  /** Bytes of JSON that may be unanswered; appends beyond it are refused at once. */
  readonly maxPendingBytes: number;
  /** How long an append may stay unanswered, milliseconds. */
  readonly appendTimeoutMs: number;
  /** How often a failed connection is tried, milliseconds. */
  readonly probeMs: number;
  /** Topics that must have leaders for the log to be ready. */
  readonly topics: readonly string[];
  readonly partitioner: ICustomPartitioner;
  readonly log: ServerLog;
}

/** The writing half: appends of all requests share batches, in the order they came. */
export interface KafkaAppender {
  append(topic: string, messages: readonly Message[]): Promise<void>;
  readonly isReady: () => boolean;
  close(): Promise<void>;
}

interface Append {
  readonly topic: string;
  readonly messages: readonly Message[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: LogUnavailableError) => void;
}

/** What goes to the brokers together. */
type Piece = Pick<Append, 'messages' | 'bytes'>;

/** A connection that works is looked at so much more rarely than one that does not. */
const IDLE_PROBES = 5;

/** What a record takes beside its key and value, at most. */
const RECORD_OVERHEAD_BYTES = 64;

/**
 * Creates the writing half. An idempotent kafkajs producer that has failed once may refuse everything after (its
 * sequence numbers have a hole): every failure is therefore the end of a producer, and the next one
 * gets numbers of its own. What may then be stored twice is folded by event id.
 */
export function createKafkaAppender(
  kafka: Kafka,
  {
    lingerMs,
    maxBatchBytes,
    maxPendingBytes,
    appendTimeoutMs,
    probeMs,
    topics,
    partitioner,
    log,
  }: KafkaAppenderOptions,
): KafkaAppender {
  let producer: Producer | null = null;
  let opening: Promise<void> | null = null;
  let isClosed = false;
  let waiting: Append[] = [];
  let pendingBytes = 0;
  let running: Promise<void> | null = null;
  let downSince = performance.now();
  let reason = 'it was not reached yet';
  let lastGoodAt = 0;

  /** One attempt at a producer that works; the next comes with the next tick of the probe. */
  const open = (): Promise<void> =>
    (opening ??= (async () => {
      const next = kafka.producer({
        idempotent: true,
        // More than one, and kafkajs sends them out of sequence.
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: partitioner,
      });
      try {
        await within(appendTimeoutMs, next.connect());
        await within(appendTimeoutMs, assertLeaders(kafka, topics));
        if (isClosed) {
          discard(next);
          return;
        }
        producer = next;
        lastGoodAt = performance.now();
        const downMs = Math.round(lastGoodAt - downSince);
        log.info({ downMs }, 'the event log takes events');
      } catch (error) {
        discard(next);
        reason = messageOf(error);
      } finally {
        opening = null;
      }
    })());

  const fail = (error: unknown) => {
    const failed = producer;
    reason = messageOf(error);
    if (!failed) return;
    producer = null;
    downSince = performance.now();
    log.error({ err: error }, 'the event log takes no events');
    discard(failed);
    void open();
  };

  const probe = setInterval(() => {
    if (!producer) void open();
    else if (!running && performance.now() - lastGoodAt > probeMs * IDLE_PROBES) {
      const probed = producer;
      within(appendTimeoutMs, assertLeaders(kafka, topics)).then(
        () => (lastGoodAt = performance.now()),
        (error: unknown) => {
          if (producer === probed) fail(error);
        },
      );
    }
  }, probeMs);
  probe.unref();
  void open();

  const append: KafkaAppender['append'] = (topic, messages) => {
    if (messages.length === 0) return Promise.resolve();
    if (isClosed) return Promise.reject(new LogUnavailableError('the event log is closed'));
    if (!producer && !opening)
      return Promise.reject(new LogUnavailableError(`Kafka takes no events: ${reason}`));
    const pieces = piecesOf(messages, maxBatchBytes);
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    // When nothing waits an append of any size is taken: refusing it would refuse it for ever.
    if (pendingBytes > 0 && pendingBytes + bytes > maxPendingBytes) {
      return Promise.reject(
        new LogUnavailableError(
          `${pendingBytes} bytes wait for Kafka and ${bytes} more would pass the limit of ${maxPendingBytes}`,
        ),
      );
    }
    pendingBytes += bytes;
    const answers = pieces.map(
      (piece) =>
        new Promise<void>((resolve, reject) => {
          waiting.push({ topic, ...piece, resolve, reject });
        }),
    );
    running ??= run();
    return Promise.all(answers).then(() => {});
  };

  /** Groups go one after another, so that a key's order is the order of its appends. */
  async function run(): Promise<void> {
    await sleep(lingerMs);
    while (waiting.length > 0) {
      const group = nextGroup();
      const error = await attempt(group);
      for (const { bytes, resolve, reject } of group) {
        pendingBytes -= bytes;
        if (error) reject(error);
        else resolve();
      }
    }
    // In the same turn as the last look at the queue: an append made in between would wait for ever.
    running = null;
  }

  /** Whole appends, oldest first, up to `maxBatchBytes`; always at least one. */
  function nextGroup(): readonly Append[] {
    let size = 0;
    let count = 0;
    for (const { bytes } of waiting) {
      if (count > 0 && size + bytes > maxBatchBytes) break;
      size += bytes;
      count += 1;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  }

  /** Null once the brokers have all of it. */
  async function attempt(group: readonly Append[]): Promise<LogUnavailableError | null> {
    if (!producer && opening) await opening;
    const sender = producer;
    if (!sender) return new LogUnavailableError(`Kafka takes no events: ${reason}`);
    try {
      await within(
        appendTimeoutMs,
        sender.sendBatch({
          acks: -1,
          compression: CompressionTypes.GZIP,
          topicMessages: byTopic(group),
        }),
      );
      lastGoodAt = performance.now();
      return null;
    } catch (cause) {
      if (producer === sender) fail(cause);
      return new LogUnavailableError(`Kafka did not take the events: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  return {
    append,
    isReady: () => producer !== null && !isClosed && pendingBytes < maxPendingBytes,
    async close() {
      isClosed = true;
      clearInterval(probe);
      await running;
      await opening;
      const last = producer;
      producer = null;
      await within(appendTimeoutMs, last?.disconnect()).catch(() => {});
    },
  };
}

/** It may hang on a broker that does not answer, and nobody waits for it. */
function discard(producer: Producer): void {
  producer.disconnect().catch(() => {});
}

async function assertLeaders(kafka: Kafka, topics: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { topics: known } = await admin.fetchTopicMetadata({ topics: [...topics] });
    const orphan = known.find(({ partitions }) => partitions.some(({ leader }) => leader < 0));
    if (orphan) throw new Error(`a partition of ${orphan.name} has no leader`);
  } finally {
    admin.disconnect().catch(() => {});
  }
}

function byTopic(group: readonly Append[]) {
  const messages = new Map<string, Message[]>();
  for (const { topic, messages: added } of group) {
    const present = messages.get(topic);
    if (present) present.push(...added);
    else messages.set(topic, [...added]);
  }
  return [...messages].map(([topic, all]) => ({ topic, messages: all }));
}

/** A broker takes so much at once and no more, and records of one key are all for one partition. */
function piecesOf(messages: readonly Message[], maxBytes: number): readonly Piece[] {
  const pieces: { messages: Message[]; bytes: number }[] = [];
  for (const message of messages) {
    const bytes = sizeOf(message);
    const last = pieces.at(-1);
    if (last && last.bytes + bytes <= maxBytes) {
      last.messages.push(message);
      last.bytes += bytes;
    } else {
      pieces.push({ messages: [message], bytes });
    }
  }
  return pieces;
}

/** A bound of the bytes that a message takes: a character has three at most. */
const sizeOf = ({ key, value }: Message) =>
  Buffer.byteLength(key) + Buffer.byteLength(value) + RECORD_OVERHEAD_BYTES;

async function within<T>(timeoutMs: number, work: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
