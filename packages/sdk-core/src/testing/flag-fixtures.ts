import type { Exposure, FeatureRule, FlagDocument, Verdict } from '@px-platform/protocol/flags';

/** What is published. */
export const documentOf = (
  features: FlagDocument['features'],
  revision = 1,
  more: Partial<FlagDocument> = {},
): FlagDocument => ({ features, px: { revision, environment: 'production' }, ...more });

/** A rule that deals halves: `u-1` is in the treatment, `u-2` in control. */
export const experimentRule = (more: Partial<FeatureRule> = {}): FeatureRule => ({
  id: 'half',
  key: 'checkout_flow_v2',
  variations: ['old', 'new'],
  ranges: [
    [0, 0.5],
    [0.5, 1],
  ],
  meta: [{ key: 'control' }, { key: 'treatment' }],
  hashVersion: 2,
  seed: 'b',
  phase: '0',
  hashAttribute: 'user_id',
  fallbackAttribute: 'anonymous_id',
  ...more,
});

/** A verdict of the collector's. */
export const verdictOf = (value: Verdict['value'], more: Partial<Verdict> = {}): Verdict => ({
  value,
  variant: null,
  reason: 'forced',
  ruleId: null,
  experiment: null,
  inExperiment: false,
  bucket: null,
  exposures: [],
  ...more,
});

export const exposureOf = (more: Partial<Exposure> = {}): Exposure => ({
  experiment: 'e',
  variant: 'b',
  variationId: 1,
  unitType: 'user_id',
  unitId: 'u-1',
  phase: null,
  bucketVersion: 0,
  isSticky: false,
  flag: 'who',
  ruleId: 'r',
  ...more,
});
