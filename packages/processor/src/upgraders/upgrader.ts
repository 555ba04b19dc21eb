import type { JsonObject } from '@px-platform/protocol';

/**
 * Makes a record of `events_raw` of one schema version into one of the next. What is in the log, or waits on a phone,
 * was written long ago: an upgrader is never changed once it was released.
 */
export interface Upgrader {
  /** The version it reads; what it returns is of the next. */
  readonly from: number;
  upgrade(record: JsonObject): JsonObject;
}
