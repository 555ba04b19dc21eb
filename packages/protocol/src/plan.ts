import type { JsonObject } from './json.js';

/** What happens to an event that breaks its schema. `off`: nothing. `warn`: stored, and said. `enforce`: dropped, and said. */
export const PLAN_MODES = ['off', 'warn', 'enforce'] as const;
export type PlanMode = (typeof PLAN_MODES)[number];

/** What happens to an event that the plan does not name. */
export const UNPLANNED_POLICIES = ['allow', 'warn', 'block'] as const;
export type UnplannedPolicy = (typeof UNPLANNED_POLICIES)[number];

/** One event of a plan: the version of its schema that counts now, and how strictly. */
export interface PlannedEvent {
  readonly event: string;
  /** From 1, by one each time the schema changes. */
  readonly version: number;
  readonly mode: PlanMode;
  /** JSON Schema 2020-12 of `properties`, of the keywords in `PLAN_KEYWORDS`. */
  readonly schema: JsonObject;
}

/** What a project's events are to look like. */
export interface TrackingPlan {
  /** Rises with every change of anything in the plan. 0: nobody has made one. */
  readonly revision: number;
  readonly unplanned: UnplannedPolicy;
  readonly events: readonly PlannedEvent[];
}

/** Something wrong with a schema, or with a change of one. */
export interface PlanFault {
  /** JSON pointer into the schema. Empty: the whole. */
  readonly path: string;
  readonly message: string;
}

/** How an event departs from the plan. */
export interface PlanViolation {
  readonly code: 'schema_violation' | 'not_in_plan';
  readonly message: string;
}

/** The bounds of a plan: what keeps checking an event cheap, whoever wrote the schema. */
export const PLAN_LIMITS = {
  /** Characters of one schema as JSON. */
  schemaLength: 32_768,
  /** Levels of schemas within schemas. */
  depth: 8,
  /** Schemas within one schema. */
  nodes: 500,
  /** Values of one `enum`. */
  enumValues: 500,
  /** Characters of a `pattern`. */
  patternLength: 200,
  /** Ways that a `pattern` may be tried on the longest text; see `patternFault`. */
  patternWays: 1_000_000,
  /** Characters of a text that a `pattern` is tried on. A longer one does not match. */
  matchedLength: 256,
  /** Events of one plan. */
  events: 1_000,
} as const;

/** The formats a schema may ask for. */
export const PLAN_FORMATS = [
  'date-time',
  'date',
  'time',
  'email',
  'uri',
  'uuid',
  'ipv4',
  'ipv6',
] as const;
