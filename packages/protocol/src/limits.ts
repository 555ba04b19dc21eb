const KiB = 1024;
const MiB = 1024 * KiB;
const DAY_MS = 86_400_000;

/**
 * The bounds of the wire. An SDK stays inside them; the collector enforces them, one event at a
 * time where it can, so that a bad event never costs a good one.
 */
export const LIMITS = {
  /** Bytes of one event as UTF-8 JSON. */
  eventBytes: 64 * KiB,
  /** Events in one batch. */
  batchEvents: 1_000,
  /** Bytes of a request body as sent. */
  wireBytes: 2 * MiB,
  /** Bytes of a request body after decompression. */
  bodyBytes: 5 * MiB,
  /** Characters of an event name. */
  nameLength: 200,
  /** Characters of user_id, anonymous_id and session_id. */
  idLength: 200,
  /** Keys in `properties`, those of nested objects included. */
  propertyKeys: 250,
  /** Characters of one property key. */
  keyLength: 100,
  /** Levels of objects and arrays below `properties`. */
  depth: 8,
  /** An event may be this old once its clock is corrected. */
  maxAgeMs: 3_650 * DAY_MS,
  /** Further ahead than this is refused; nearer, it is placed at the time of receipt. */
  maxFutureMs: DAY_MS,
  /** The client's own clock may be wrong, but no further than the year 2200. Epoch milliseconds. */
  maxClientTimestamp: 7_258_118_400_000,
  /** A client clock nearer than this to the server's is believed as it is. */
  clockToleranceMs: 60_000,
  /** Bytes that `fetch(keepalive)` and `sendBeacon` may have in flight together (Fetch standard). */
  keepaliveBytes: 64 * KiB,
} as const;
