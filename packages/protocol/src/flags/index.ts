export type {
  BucketFilter,
  BucketRange,
  Condition,
  DocumentExtras,
  Feature,
  FeatureRule,
  FlagDocument,
  ParentCondition,
  RuleExtras,
  StandaloneExperiment,
  UrlPattern,
  VariationMeta,
} from './document.js';
export type {
  Audience,
  DefinitionKind,
  ExperimentDefinition,
  ExperimentStatus,
  FlagDefinition,
  FlagEnvironment,
  FlagType,
  GroupDefinition,
  MetricDefinition,
  RuleDefinition,
  DidDefinition,
  SegmentDefinition,
  Unit,
} from './definition.js';
export { VERDICT_REASONS } from './verdict.js';
export type { Exposure, Verdict, VerdictReason } from './verdict.js';
export { bucketOf, fnv1a } from './bucket.js';
export type { Attributes, FlagContext, FlagProblem, StickyAssignments } from './context.js';
export { decrypt } from './decrypt.js';
export type { Subtle } from './decrypt.js';
export { evaluate } from './evaluate.js';
export { evaluateExperiment } from './evaluate-experiment.js';
export { experimentsOf } from './experiments-of.js';
export type { ExperimentPlace } from './experiments-of.js';
export { patternProblem } from './pattern.js';
export { isAtUrl } from './url-targeting.js';
