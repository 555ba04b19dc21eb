import type { FeatureRule } from './document.js';
import type { Evaluation } from './evaluation.js';
import { own } from './own.js';
import { fallbackOf, isSticky, type Unit, unitBy } from './unit.js';

/** What earlier assignments say of an experiment. */
export interface Remembered {
  /** The variation, where there is one and the experiment still has it; else -1. */
  readonly index: number;
  /** Somebody who was in a version that is now shut out: they are in none. */
  readonly isBlocked: boolean;
}

const NOTHING: Remembered = { index: -1, isBlocked: false };

export const remembered = (rule: FeatureRule, key: string, evaluation: Evaluation): Remembered => {
  const { sticky } = evaluation.context;
  if (!sticky || !isSticky(rule, evaluation)) return NOTHING;
  const read = (unit: Unit | null) => unit && sticky.read(unit.type, unit.id);
  // What the first attribute was assigned goes before what the fallback was.
  const sources = [
    read(unitBy(rule.hashAttribute ?? 'id', evaluation)),
    read(fallbackOf(rule, evaluation)),
  ];
  const { bucketVersion = 0, minBucketVersion = 0, meta = [] } = rule;
  const isBlocked = sources.some((assignments) =>
    Object.keys(assignments ?? {}).some((assignment) => {
      const version = assignment.startsWith(`${key}__`) ? assignment.slice(key.length + 2) : '';
      return /^\d+$/.test(version) && Number(version) < minBucketVersion;
    }),
  );
  const name = assignmentOf(key, bucketVersion);
  const variant = own(sources[0], name) ?? own(sources[1], name);
  const index = isBlocked || !variant ? -1 : meta.findIndex((each) => each.key === variant);
  return { index, isBlocked };
};

/** Remembers a variant of a unit, unless it is remembered already. */
export const remember = (
  rule: FeatureRule,
  key: string,
  unit: Unit,
  variant: string,
  evaluation: Evaluation,
): void => {
  const { sticky } = evaluation.context;
  if (!sticky || !isSticky(rule, evaluation)) return;
  const name = assignmentOf(key, rule.bucketVersion);
  if (own(sticky.read(unit.type, unit.id), name) !== variant)
    sticky.write(unit.type, unit.id, name, variant);
};

const assignmentOf = (key: string, bucketVersion = 0): string => `${key}__${bucketVersion}`;
