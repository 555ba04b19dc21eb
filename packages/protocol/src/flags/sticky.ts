import type { FeatureRule } from './document.js';
import type { Evaluation } from './evaluation.js';
import { own } from './own.js';
import { fallbackOf, stickyOf, type Unit, unitBy } from './unit.js';

/**
 * Which variation somebody was assigned earlier: its index, or -1 where there is none that the experiment still has.
 * Null for somebody who was in a version that is now shut out: they are in none.
 */
export const remembered = (
  rule: FeatureRule,
  key: string,
  evaluation: Evaluation,
): number | null => {
  const sticky = stickyOf(rule, evaluation);
  if (!sticky) return -1;
  const read = (unit: Unit | null) => unit && sticky.read(unit.type, unit.id);
  const { hashAttribute = 'id', bucketVersion = 0, minBucketVersion = 0, meta = [] } = rule;
  // What the first attribute was assigned goes before what its fallback was.
  const assignments = {
    ...read(fallbackOf(rule, evaluation)),
    ...read(unitBy(hashAttribute, evaluation)),
  };
  const prefix = `${key}__`;
  for (const name of Object.keys(assignments))
    if (name.startsWith(prefix) && Number(name.slice(prefix.length)) < minBucketVersion)
      return null;
  const variant = own(assignments, prefix + bucketVersion);
  return variant ? meta.findIndex((each) => each.key === variant) : -1;
};

/** Remembers a variant of a unit, unless it is remembered already. */
export const remember = (
  rule: FeatureRule,
  key: string,
  unit: Unit,
  variant: string,
  evaluation: Evaluation,
): void => {
  const sticky = stickyOf(rule, evaluation);
  const name = `${key}__${rule.bucketVersion ?? 0}`;
  if (sticky && own(sticky.read(unit.type, unit.id), name) !== variant)
    sticky.write(unit.type, unit.id, name, variant);
};
