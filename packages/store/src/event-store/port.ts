import type { DeadEvent, Enrichment } from '@px-platform/protocol';
import type { HourTables } from './hours.js';
import type { PeopleTables } from './people-tables.js';
import type { RetentionTables } from './retention-tables.js';
import type { SessionTables } from './sessions.js';

/** What a row of `events` holds besides its enrichment, as ClickHouse takes it. */
export interface EventFacts {
  readonly tenant_id: string;
  readonly project_id: string;
  readonly event_id: string;
  readonly event_name: string;
  readonly session_id: string;
  readonly anonymous_id: string;
  /** Epoch milliseconds, in the server's time. */
  readonly timestamp: number;
  /** Epoch milliseconds as the client sent it: immutable, part of the sort key. */
  readonly client_timestamp: number;
  readonly received_at: number;
  readonly clock: string;
  readonly seq: number;
  readonly person: number;
  readonly user_agent: string;
  readonly ip_address: string;
  readonly sdk_name: string;
  readonly sdk_version: string;
  readonly schema_version: number;
}

/** One row of `events`: every key is a column of the table. */
export type EventRow = EventFacts & Enrichment;

/** "This anonymous person turned out to be that known one." Idempotent by `event_id`. */
export interface PersonLink {
  readonly tenant_id: string;
  readonly project_id: string;
  /** Canonical UUID and number of the anonymous person. */
  readonly from_user_id: string;
  readonly from_person: number;
  /** Canonical UUID and number of the known person. */
  readonly to_user_id: string;
  readonly to_person: number;
  /** When the identify happened, epoch ms: the earliest link of an anonymous person counts. */
  readonly linked_at: number;
  readonly event_id: string;
}

/** "This dead letter was sent again, and taken." */
export interface DeadReplay {
  readonly tenant_id: string;
  readonly project_id: string;
  /** The event's id, or the one that the letter gave it. */
  readonly event_id: string;
  /** The how manieth attempt to store it that was. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** SQL with named, typed placeholders: `{project:String}`. Values never enter the text. */
export interface SqlQuestion {
  readonly sql: string;
  readonly params: { readonly [name: string]: string | number | boolean | readonly string[] };
}

/** An event whose row is stored already. */
export interface StoredId {
  readonly project_id: string;
  readonly event_id: string;
  readonly event_name: string;
}

/** The analytical store. Every write is idempotent: writing a row again changes no answer. */
export interface EventStore extends SessionTables, PeopleTables, HourTables, RetentionTables {
  /** All rows or none. Throws {@link EventStoreError}. */
  insertEvents(rows: readonly EventRow[]): Promise<void>;
  insertLinks(links: readonly PersonLink[]): Promise<void>;
  insertDead(dead: readonly DeadEvent[]): Promise<void>;
  insertReplays(replays: readonly DeadReplay[]): Promise<void>;
  /** Rows of an answer. 64-bit integers come as numbers. */
  query<Row>(question: SqlQuestion): Promise<Row[]>;
  /** The newest ids by time of receipt, newest first: what a fresh processor has already seen. */
  recentIds(limit: number): Promise<StoredId[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * `refused`: the engine read the data and will never take it (find the row and set it aside).
 * `unavailable`: try the same again.
 */
export class EventStoreError extends Error {
  constructor(
    readonly kind: 'refused' | 'unavailable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EventStoreError';
  }
}
