import type { JsonValue } from '../json.js';
import type { BucketRange, Condition } from './document.js';

/**
 * What people write: flags, experiments, segments and saved groups, each versioned in the catalog. `compile` makes one
 * FlagDocument of them for each environment.
 */
export type DefinitionKind = 'flag' | 'experiment' | 'segment' | 'group';

export type FlagType = 'boolean' | 'string' | 'number' | 'json';

/** A flag as it is written. */
export interface FlagDefinition {
  /** Letters, digits, `.`, `_` and `-`; never changes. */
  readonly key: string;
  readonly type: FlagType;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** The values it can have, by the variant's name. */
  readonly variants: Readonly<Record<string, JsonValue>>;
  /** Which variant everybody else gets. */
  readonly default: string;
  /** Which variant everybody gets where the flag is off. @default `default` */
  readonly off?: string;
  /** By the environment's name; where one is not listed the flag is off. */
  readonly environments: Readonly<Record<string, FlagEnvironment>>;
}

export interface FlagEnvironment {
  readonly isOn: boolean;
  readonly rules: readonly RuleDefinition[];
}

/** For whom: all that is given must hold. */
export interface Audience {
  readonly condition?: Condition;
  readonly segments?: {
    readonly all?: readonly string[];
    readonly any?: readonly string[];
    readonly none?: readonly string[];
  };
  /** ISO 8601 with its zone, from and until just before. */
  readonly schedule?: { readonly from?: string; readonly to?: string };
  /** Other flags, and which of their variants will do. `gate`: otherwise this flag has no value at all. */
  readonly requires?: readonly {
    readonly flag: string;
    readonly variants: readonly string[];
    readonly gate?: boolean;
  }[];
}

/** A rule of a flag: what its audience gets. Exactly one of `serve`, `split` and `experiment`. */
export interface RuleDefinition extends Audience {
  readonly id: string;
  readonly description?: string;
  /** A variant, for the share of the audience that hashes below `percent`. */
  readonly serve?: { readonly variant: string; readonly percent?: number };
  /** Several variants by weight; nobody is exposed. */
  readonly split?: readonly { readonly variant: string; readonly weight: number }[];
  /** The key of the experiment that decides. */
  readonly experiment?: string;
  /** What is hashed. @default 'person' */
  readonly unit?: Unit;
}

/**
 * `person`: the user's id, and before sign-in the device's, which is remembered. `device`: the device's alone. Else the
 * name of an attribute, such as `account_id`.
 */
export type Unit = string;

export type ExperimentStatus = 'draft' | 'running' | 'stopped';

/** An experiment as it is written. */
export interface ExperimentDefinition {
  readonly key: string;
  readonly name?: string;
  readonly hypothesis: string;
  readonly status: ExperimentStatus;
  /** What is hashed. @default 'person' */
  readonly unit?: Unit;
  /** The flag's variants, each with its part of the buckets; the first is the control. */
  readonly variants: readonly {
    readonly key: string;
    readonly value?: JsonValue;
    readonly range: BucketRange;
  }[];
  /** Counts up when it is started again; who was exposed before is so anew. */
  readonly phases: readonly {
    readonly key: string;
    readonly started_at?: string;
    readonly ended_at?: string;
    /** What is hashed with the unit: another seed deals anew. */
    readonly seed: string;
  }[];
  /** Whether who was once assigned stays so. @default true */
  readonly sticky?: boolean;
  readonly bucketVersion?: number;
  readonly minBucketVersion?: number;
  /** Experiments of one layer exclude one another: each has its ranges of the layer's buckets. */
  readonly layer?: { readonly name: string; readonly ranges: readonly BucketRange[] };
  /** The key of the experiment that keeps some people out of this one and others. */
  readonly holdout?: string;
  readonly metrics: {
    readonly goals: readonly MetricDefinition[];
    readonly secondary?: readonly MetricDefinition[];
    readonly guardrails?: readonly MetricDefinition[];
  };
  /** How many units are wanted, all variants together. */
  readonly plannedUnits?: number;
  /** The variant that everybody gets once it is stopped. */
  readonly winner?: string;
}

/** A number of each unit, from its events after its exposure. */
export interface MetricDefinition {
  readonly key: string;
  readonly kind: 'conversion' | 'count' | 'sum' | 'ratio';
  readonly event: string;
  /** Of `sum` and of a ratio's numerator: which property is added up. @default how many events */
  readonly property?: string;
  /** Of `ratio`. */
  readonly denominator?: { readonly event: string; readonly property?: string };
  /** Hours after the exposure in which it counts. @default all the experiment's time */
  readonly windowHours?: number;
  /** Whether more is better. @default 'up' */
  readonly better?: 'up' | 'down';
}

/** People told by their attributes, or by what they did. Exactly one of `condition` and `did`. */
export interface SegmentDefinition {
  readonly key: string;
  readonly description?: string;
  readonly condition?: Condition;
  /** Counted by the backend: all of it must hold. */
  readonly did?: readonly DidDefinition[];
}

/** What people did, how often, in how many of the last days; the hour under way comes on top. */
export interface DidDefinition {
  readonly event: string;
  /** @default 1, and 0 where `atMost` is given */
  readonly atLeast?: number;
  /** Where 0 times will do, it is of those who did anything at all within the longest of the segment's times. */
  readonly atMost?: number;
  readonly withinDays: number;
}

/** A list of values: ids, domains, countries. */
export interface GroupDefinition {
  readonly key: string;
  readonly description?: string;
  readonly values: readonly (string | number)[];
}
