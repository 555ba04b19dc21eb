import { bucketOf, isInRange } from './bucket.js';
import type { FeatureRule } from './document.js';
import type { Evaluation } from './evaluation.js';
import { unitOf } from './unit.js';

/** Where somebody fell who gets a forced value: null where everybody does; undefined where they do not. */
export const rolloutOf = (
  rule: FeatureRule,
  flag: string,
  evaluation: Evaluation,
): number | null | undefined => {
  const { range, coverage, seed, hashVersion = 1 } = rule;
  if (range === undefined) {
    if (coverage === undefined) return null;
    if (coverage === 0) return undefined;
  }
  const unit = unitOf(rule, evaluation);
  const bucket = unit && bucketOf(seed || flag, unit.id, hashVersion);
  if (bucket === null) return undefined;
  // The share is meant to include its own edge, other than ranges.
  const isIn = range ? isInRange(bucket, range) : bucket <= (coverage ?? 1);
  return isIn ? bucket : undefined;
};
