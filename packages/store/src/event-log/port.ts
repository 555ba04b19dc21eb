import type { Topic, TopicRecords } from '@px-platform/protocol';
import type { Disposer } from '../disposer.js';

/** One record to append. Records with equal keys keep their order, but for a key that brings too much (docs/adr/0024). */
export interface LogRecord<T extends Topic> {
  /** `tenant_id:project_id:distinct_id`: one person's events stay in order. */
  readonly key: string;
  readonly value: TopicRecords[T];
  /** Where it stands in the log, for people: `topic/partition/offset`. The log says it, when it gives a record. */
  readonly at?: string;
}

/**
 * Receives records in order. Resolving commits them: they are never delivered again.
 * Rejecting leaves them uncommitted, so they come again (or, in the direct log, the append rejects).
 */
export type LogHandler<T extends Topic> = (records: readonly LogRecord<T>[]) => Promise<void>;

/**
 * The ordered, durable way from the collector to the processor.
 * `append` resolves only once every record is durable, and rejects with
 * {@link LogUnavailableError} when that cannot be promised: the sender must then try again.
 */
export interface EventLog {
  append<T extends Topic>(topic: T, records: readonly LogRecord<T>[]): Promise<void>;
  /** Registers the one consumer of a topic for this process; the disposer drains and detaches it. */
  consume<T extends Topic>(topic: T, handler: LogHandler<T>): Promise<Disposer>;
  /** Whether an append would be tried now. Drives the collector's readiness. */
  isReady(): boolean;
  /** Records appended and not committed yet, by whichever process, of each partition. Rejects where that cannot be told now. */
  lag(topic: Topic): Promise<readonly number[]>;
  /** Waits for what is under way, then refuses all else. */
  close(): Promise<void>;
}

/** The log cannot promise durability now. Retriable. */
export class LogUnavailableError extends Error {
  readonly code = 'log_unavailable';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogUnavailableError';
  }
}
