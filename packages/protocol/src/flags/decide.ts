import type { JsonValue } from '../json.js';
import { holds, isInSegment } from './condition.js';
import type { Feature, FeatureRule, RuleExtras } from './document.js';
import { type Evaluation, nested } from './evaluation.js';
import { assign } from './experiment.js';
import { passesFilters } from './filter.js';
import { readMomentBy } from './moment.js';
import { isObject, own } from './own.js';
import { rolloutOf } from './rollout.js';
import { isAtUrl } from './url-targeting.js';
import { VERDICT_REASONS, type Verdict, type VerdictReason } from './verdict.js';

/** A flag's verdict: of the first rule that applies, else its default. */
export const decide = (flag: string, evaluation: Evaluation): Verdict => {
  const { document, context } = evaluation;
  const forced = own(context.forcedValues, flag);
  if (forced !== undefined)
    return verdictOf(evaluation, VERDICT_REASONS.override, { value: forced as JsonValue });
  const feature = own(own(document, 'features'), flag);
  if (feature === undefined) return verdictOf(evaluation, VERDICT_REASONS.unknown);

  const { defaultValue, rules = [], px } = isObject(feature) ? (feature as Feature) : NOTHING;
  const report = (problem: string, rule: unknown, ruleIndex: number | null) => {
    const ruleId = own(rule, 'id');
    context.onProblem?.({
      flag,
      ruleId: typeof ruleId === 'string' ? ruleId : null,
      ruleIndex,
      problem,
    });
  };
  if (!isObject(feature) || !Array.isArray(rules))
    report('not a flag with a list of rules', null, null);
  else
    for (const [ruleIndex, rule] of (rules as FeatureRule[]).entries()) {
      const { depth } = evaluation;
      try {
        const verdict = decideByRule(rule, flag, evaluation);
        if (verdict) return verdict;
      } catch (error) {
        evaluation.depth = depth;
        evaluation.segments = [];
        report(error instanceof Error ? error.message : String(error), rule, ruleIndex);
      }
    }
  return verdictOf(evaluation, VERDICT_REASONS.default, {
    value: defaultValue,
    variant: px?.variant,
  });
};

const NOTHING: Feature = {};

/** The verdict of one rule; null where it does not apply. Throws where it cannot be read. */
const decideByRule = (rule: FeatureRule, flag: string, evaluation: Evaluation): Verdict | null => {
  if (!isObject(rule)) throw new Error('not a rule');
  const { id: ruleId, px = {} } = rule;
  if (!isObject(px)) throw new Error('px is no object');
  const { context } = evaluation;
  if (px.schedule && !isInTime(px.schedule, context.now ?? Date.now())) return null;
  if (px.urls && !isAtUrl(px.urls, context.url ?? '')) return null;
  const failure = failedPrerequisite(rule, flag, evaluation);
  if (failure === 'rule') return null;
  if (failure) return verdictOf(evaluation, failure, { ruleId });
  if (rule.filters && !passesFilters(rule.filters, evaluation)) return null;

  if (rule.force !== undefined) {
    const bucket = isInAudience(rule, evaluation) ? rolloutOf(rule, flag, evaluation) : undefined;
    if (bucket === undefined) return null;
    const { variant } = px;
    return verdictOf(evaluation, VERDICT_REASONS.forced, {
      value: rule.force,
      variant,
      ruleId,
      bucket,
    });
  }
  if (!Array.isArray(rule.variations)) throw new Error('neither a value nor variations');
  const { key = flag } = rule;
  const assignment = assign(
    { key, rule, flag, isTargeted: () => isInAudience(rule, evaluation) },
    evaluation,
  );
  if (!assignment || rule.meta?.[assignment.index]?.passthrough) return null;
  const { index, variant, bucket } = assignment;
  const decided = px.isRollout ? VERDICT_REASONS.forced : VERDICT_REASONS.experiment;
  return verdictOf(evaluation, bucket === null ? VERDICT_REASONS.override : decided, {
    value: rule.variations[index],
    variant,
    ruleId,
    experiment: px.isRollout ? null : key,
    bucket,
  });
};

const isInTime = ({ from, to }: NonNullable<RuleExtras['schedule']>, now: number): boolean =>
  (from === undefined || now >= readMomentBy(from, now)) &&
  (to === undefined || now < readMomentBy(to, now));

/** Whether a person's attributes and segments are those that are meant. */
export const isInAudience = ({ condition, px }: FeatureRule, evaluation: Evaluation): boolean => {
  const { all = [], any = [], none = [] } = px?.segments ?? {};
  const isIn = (name: string) => isInSegment(name, evaluation);
  return (
    (condition == null || holds(condition, evaluation.attributes, evaluation)) &&
    all.every(isIn) &&
    (any.length === 0 || any.some(isIn)) &&
    !none.some(isIn)
  );
};

/** Why flags that a rule depends on keep it from applying, or its whole flag from having a value. */
export const failedPrerequisite = (
  { parentConditions = [] }: FeatureRule,
  flag: string | null,
  evaluation: Evaluation,
): 'rule' | 'cycle' | 'prerequisite' | null => {
  for (const { id, condition = {}, gate } of parentConditions) {
    const parent = verdictOn(id, flag, evaluation);
    if (parent?.reason === VERDICT_REASONS.cycle || !parent) return VERDICT_REASONS.cycle;
    const scope = { ...evaluation, document: null };
    if (!holds(condition, { value: parent.value }, scope))
      return gate ? VERDICT_REASONS.prerequisite : 'rule';
  }
  return null;
};

/** The verdict on another flag, decided once; null while it is being decided, so that it depends on itself. */
const verdictOn = (id: string, flag: string | null, evaluation: Evaluation): Verdict | null => {
  const verdicts = (evaluation.verdicts ??= new Map<string | null, Verdict | null>([[flag, null]]));
  const known = verdicts.get(id);
  if (known !== undefined) return known;
  return nested(evaluation, () => {
    verdicts.set(id, null);
    const verdict = decide(id, evaluation);
    verdicts.set(id, verdict);
    return verdict;
  });
};

/** A verdict with what is known of it. */
export const verdictOf = (
  { exposures }: Evaluation,
  reason: VerdictReason,
  {
    value = null,
    variant = null,
    ruleId = null,
    experiment = null,
    bucket = null,
  }: { readonly [Name in keyof Verdict]?: Verdict[Name] | undefined } = {},
): Verdict => ({
  value,
  variant,
  reason,
  ruleId,
  experiment,
  inExperiment: experiment !== null,
  bucket,
  exposures,
});
