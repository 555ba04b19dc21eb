import { bucketOf, isInRange, rangesOf } from './bucket.js';
import type { FeatureRule } from './document.js';
import type { Evaluation } from './evaluation.js';
import { isInNamespace } from './filter.js';
import { own } from './own.js';
import { queryOverride } from './query-override.js';
import { remember, remembered } from './sticky.js';
import { unitOf } from './unit.js';

export interface Experiment {
  readonly key: string;
  readonly rule: FeatureRule;
  /** The flag whose rule it is; null for one that stands alone. */
  readonly flag: string | null;
  /** Whether it is meant for this person, by anything but the hash. Who is remembered is not asked again. */
  readonly isTargeted: (rule: FeatureRule, evaluation: Evaluation) => boolean;
  /** The index of the variation for everybody who could be in it. */
  readonly force?: number | undefined;
  /** Nobody is in it who was not forced. */
  readonly isClosed?: boolean;
}

/** That somebody is in an experiment. */
export interface Assignment {
  readonly index: number;
  /** The variation's key, or its index as text. */
  readonly variant: string;
  /** Where they fell; null where nothing was hashed: somebody forced the variation. */
  readonly bucket: number | null;
}

/** Which variation somebody gets; it is remembered, and exposed. Null where they are not in the experiment. */
export const assign = (experiment: Experiment, evaluation: Evaluation): Assignment | null => {
  const { rule, key, flag, isTargeted, force, isClosed } = experiment;
  const { context } = evaluation;
  const variations = rule.variations ?? [];
  const forced = (index: unknown): Assignment | null =>
    typeof index === 'number' && index in variations
      ? { index, variant: variantOf(rule, index), bucket: null }
      : null;

  if (variations.length < 2) return null;
  const asked =
    context.url === undefined ? null : queryOverride(context.url, key, variations.length);
  if (asked !== null) return forced(asked);
  const given = own(context.forcedVariations, key);
  if (given !== undefined) return forced(given);

  const unit = unitOf(rule, evaluation);
  if (!unit) return null;
  const earlier = remembered(rule, key, evaluation);
  const isKept = earlier !== null && earlier >= 0;
  if (!isKept) {
    if (!rule.filters && rule.namespace && !isInNamespace(rule.namespace, unit)) return null;
    if (!isTargeted(rule, evaluation)) return null;
  }
  const bucket = bucketOf(rule.seed || key, unit.id, rule.hashVersion ?? 1);
  if (bucket === null || earlier === null) return null;
  const ranges = rule.ranges ?? rangesOf(variations.length, rule.coverage, rule.weights);
  const index = isKept ? earlier : ranges.findIndex((range) => isInRange(bucket, range));
  if (index < 0) return null;
  if (force !== undefined) return forced(force);
  if (isClosed || context.isQa) return null;

  const variant = variantOf(rule, index);
  remember(rule, key, unit, variant, evaluation);
  if (!rule.px?.isRollout)
    evaluation.exposures.push({
      experiment: key,
      variant,
      variationId: index,
      unitType: unit.type,
      unitId: unit.id,
      phase: rule.phase ?? null,
      bucketVersion: rule.bucketVersion ?? 0,
      isSticky: isKept,
      flag,
      ruleId: rule.id ?? null,
    });
  return { index, variant, bucket };
};

export const variantOf = ({ meta }: FeatureRule, index: number): string =>
  meta?.[index]?.key ?? String(index);
