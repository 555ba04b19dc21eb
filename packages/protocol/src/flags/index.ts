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
  SegmentDefinition,
  Unit,
} from './definition.js';
export { VERDICT_REASONS } from './verdict.js';
export type { Exposure, Verdict, VerdictReason } from './verdict.js';
