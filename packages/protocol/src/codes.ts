/** Why one event of a batch was not stored. Stable: clients and dashboards may switch on them. */
export const EVENT_CODES = [
  'invalid_event',
  'unknown_control_event',
  'missing_identity',
  'invalid_event_id',
  'invalid_timestamp',
  'timestamp_out_of_range',
  'event_too_large',
  'too_many_properties',
  'property_key_too_long',
  'properties_too_deep',
  'forbidden_key',
  'schema_violation',
  'not_in_plan',
  'not_storable',
  'unknown_schema_version',
  'log_unavailable',
  'rate_limited',
] as const;
export type EventCode = (typeof EVENT_CODES)[number];

/** Why a whole request was refused, with the HTTP status that goes with each. */
export const REQUEST_CODES = {
  malformed_json: 400,
  invalid_batch: 400,
  invalid_encoding: 400,
  invalid_request: 400,
  missing_key: 401,
  unknown_key: 401,
  wrong_key_kind: 403,
  project_mismatch: 403,
  origin_not_allowed: 403,
  values_only: 403,
  not_found: 404,
  method_not_allowed: 405,
  body_timeout: 408,
  body_too_large: 413,
  batch_too_large: 413,
  unsupported_encoding: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type RequestCode = keyof typeof REQUEST_CODES;
