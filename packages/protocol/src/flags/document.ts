import type { JsonObject, JsonValue } from '../json.js';

/**
 * What a client evaluates: flags and experiments of one project and environment, compiled from their definitions.
 *
 * It is a document of GrowthBook's SDK specification (0.8.0), so that SDKs which read that can read ours. What we add
 * stands under the key `px`, which they pass over; the collector leaves rules that would mean something else without
 * it out of what it serves to them.
 */
export interface FlagDocument {
  /** Flags by their key. */
  readonly features: Readonly<Record<string, Feature>>;
  /** Lists of values by their id, for `$inGroup` and `$notInGroup`. */
  readonly savedGroups?: Readonly<Record<string, readonly JsonValue[]>>;
  /** Experiments without a flag. Read, never written. */
  readonly experiments?: readonly StandaloneExperiment[];
  /** ISO 8601. */
  readonly dateUpdated?: string;
  readonly px?: DocumentExtras;
}

/** Ours in a document. */
export interface DocumentExtras {
  /** Counts up with each publication of the project's environment. */
  readonly revision: number;
  readonly environment: string;
  /**
   * Segments that are told by attributes alone. Others are computed by the backend: their names are in the attribute
   * `$segments` of whoever belongs to them.
   */
  readonly segments?: Readonly<Record<string, Condition>>;
  /** Of those others, the ones that rules name: whoever evaluates has to ask for `$segments`. */
  readonly computedSegments?: readonly string[];
}

/** A flag: the first rule that applies decides, else the default. */
export interface Feature {
  readonly defaultValue?: JsonValue;
  readonly rules?: readonly FeatureRule[];
  readonly px?: {
    /** Which variant the default value is. */
    readonly variant?: string;
  };
}

/**
 * Conditions on attributes, AND-ed. The language of GrowthBook; `$before`, `$after` and `$inSegment` are ours. The
 * package's README has all of it.
 */
export type Condition = JsonObject;

/** From the first number on, up to but not including the second: parts of 0 to 1. */
export type BucketRange = readonly [number, number];

/** Forces a value (`force`), or runs an experiment (`variations`), for whom it applies to. */
export interface FeatureRule {
  readonly id?: string;
  readonly condition?: Condition;
  readonly parentConditions?: readonly ParentCondition[];
  readonly force?: JsonValue;
  readonly variations?: readonly JsonValue[];
  readonly weights?: readonly number[];
  /** The experiment's key. @default the flag's key */
  readonly key?: string;
  /** Which attribute is hashed. @default 'id' */
  readonly hashAttribute?: string;
  /** Which one is hashed where that is absent; only where sticky bucketing is on. */
  readonly fallbackAttribute?: string;
  /** @default 1; we write 2 */
  readonly hashVersion?: number;
  readonly disableStickyBucketing?: boolean;
  readonly bucketVersion?: number;
  readonly minBucketVersion?: number;
  /** Of a forced value: who gets it. */
  readonly range?: BucketRange;
  /** Parts of 0 to 1. */
  readonly coverage?: number;
  /** Read, never written: `[id, from, to]`. */
  readonly namespace?: readonly [string, number, number];
  readonly ranges?: readonly BucketRange[];
  readonly meta?: readonly VariationMeta[];
  readonly filters?: readonly BucketFilter[];
  /** What is hashed with the attribute; '' is as good as none. @default the experiment's key; of a forced value, the flag's */
  readonly seed?: string;
  readonly name?: string;
  /** Which run of the experiment this is. */
  readonly phase?: string;
  readonly px?: RuleExtras;
}

/** An experiment that no flag's rule runs; its variations are what `evaluateExperiment` gives. */
export interface StandaloneExperiment extends FeatureRule {
  readonly key: string;
  readonly variations: readonly JsonValue[];
  /** Nobody is in a draft; who was forced into one that is stopped still is. @default 'running' */
  readonly status?: 'draft' | 'running' | 'stopped';
  /** @default true */
  readonly active?: boolean;
  /** The index of the variation that everybody who could be in it gets. */
  readonly force?: number;
  /** On which pages: on one that is included, if any are, and on none that is not. */
  readonly urlPatterns?: readonly UrlPattern[];
}

/**
 * Pages. `simple`: `*` stands for anything, letter case and slashes at the ends mean nothing, and only the query
 * parameters that it names count. `regex`: on the whole address, or on what follows the host.
 */
export interface UrlPattern {
  readonly include: boolean;
  readonly type: 'simple' | 'regex';
  readonly pattern: string;
}

/** The verdict on another flag. `gate`: if it fails, the whole flag is null; else only this rule is skipped. */
export interface ParentCondition {
  readonly id: string;
  /** On `{ value }`. */
  readonly condition?: Condition;
  readonly gate?: boolean;
}

export interface VariationMeta {
  readonly key?: string;
  readonly name?: string;
  /** Whoever is in it goes on to the next rule: a holdout's other side. */
  readonly passthrough?: boolean;
}

/** Only who hashes into one of the ranges: how experiments exclude one another. */
export interface BucketFilter {
  readonly seed: string;
  readonly ranges: readonly BucketRange[];
  /** @default 2 */
  readonly hashVersion?: number;
  /** @default 'id' */
  readonly attribute?: string;
}

/** Ours in a rule. */
export interface RuleExtras {
  /** Which variant the forced value is. */
  readonly variant?: string;
  /** ISO 8601; the rule applies from, and until just before. */
  readonly schedule?: { readonly from?: string; readonly to?: string };
  /** Who belongs to: all of `all`, one of `any`, none of `none`. */
  readonly segments?: {
    readonly all?: readonly string[];
    readonly any?: readonly string[];
    readonly none?: readonly string[];
  };
  /** Its variations are a split and no experiment: nobody is exposed to anything. */
  readonly isRollout?: boolean;
}
