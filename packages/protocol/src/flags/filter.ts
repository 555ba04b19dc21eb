import { bucketOf, isInRange } from './bucket.js';
import type { FeatureRule } from './document.js';
import type { Evaluation } from './evaluation.js';
import { type Unit, unitBy } from './unit.js';

/** Whether the person falls into the buckets that every filter leaves. */
export const passesFilters = (
  filters: NonNullable<FeatureRule['filters']>,
  evaluation: Evaluation,
): boolean =>
  filters.every(({ attribute = 'id', seed, hashVersion = 2, ranges }) => {
    const unit = unitBy(attribute, evaluation);
    const bucket = unit && bucketOf(seed, unit.id, hashVersion);
    return bucket !== null && ranges.some((range) => isInRange(bucket, range));
  });

/** The older form of a filter. */
export const isInNamespace = (
  [id, from, to]: NonNullable<FeatureRule['namespace']>,
  unit: Unit,
): boolean => isInRange(bucketOf(`__${id}`, unit.id, 1) ?? -1, [from, to]);
