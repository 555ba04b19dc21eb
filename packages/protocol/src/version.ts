/** The version of the wire contract; the `v1` of every path. */
export const WIRE_VERSION = 1;

/** The version of the log's records, `AcceptedEvent.schema_version`. A change that readers must know of raises it. */
export const SCHEMA_VERSION = 1;

/** Paths of the collector, below its endpoint. */
export const PATHS = {
  batch: '/v1/batch',
  /** The document that flags are evaluated with, and the stream that tells of another one. */
  config: '/v1/config',
  configStream: '/v1/config/stream',
  /** The verdicts on all flags, for keys that get no rules. */
  evaluateFlags: '/v1/flags/evaluate',
  /** In which segments that the backend computes somebody is. */
  segments: '/v1/config/segments',
} as const;
