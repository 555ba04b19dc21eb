import type { JsonValue } from '../json.js';
import { holds, isInSegment } from './condition.js';
import type { FlagContext } from './context.js';
import type { Feature, FeatureRule, RuleExtras } from './document.js';
import { enter, type Evaluation, leave } from './evaluation.js';
import { assign } from './experiment.js';
import { passesFilters } from './filter.js';
import { readMomentBy } from './moment.js';
import { isObject, own } from './own.js';
import { messageOf } from './problem.js';
import { rolloutOf } from './rollout.js';
import type { Verdict, VerdictReason } from './verdict.js';

const NONE: RuleExtras = {};

/** A flag's verdict: of the first rule that applies, else its default. */
export const decide = (flag: string, evaluation: Evaluation): Verdict => {
  const { document, context } = evaluation;
  const forced = own(context.forcedValues, flag);
  if (forced !== undefined)
    return verdictOf(evaluation, 'override', { value: forced as JsonValue });
  const feature = own(own(document, 'features'), flag);
  if (feature === undefined) return verdictOf(evaluation, 'unknown');

  // What is no flag is taken for one with a rule that is none.
  const { defaultValue, rules = isObject(feature) ? [] : null, px } = Object(feature) as Feature;
  const list: readonly FeatureRule[] = Array.isArray(rules) ? rules : [rules];
  for (let ruleIndex = 0; ruleIndex < list.length; ruleIndex++) {
    const rule = list[ruleIndex] as FeatureRule;
    const { depth } = evaluation;
    try {
      const verdict = decideByRule(rule, flag, evaluation);
      if (verdict) return verdict;
    } catch (error) {
      evaluation.depth = depth;
      evaluation.segments = [];
      const ruleId = (own(rule, 'id') as string | undefined) ?? null;
      context.onProblem?.({ flag, ruleId, ruleIndex, problem: messageOf(error) });
    }
  }
  return verdictOf(evaluation, 'default', {
    value: defaultValue,
    variant: px?.variant,
  });
};

/** The verdict of one rule; null where it does not apply. Throws where it cannot be read. */
const decideByRule = (rule: FeatureRule, flag: string, evaluation: Evaluation): Verdict | null => {
  const { id: ruleId, px = NONE } = Object(rule) as FeatureRule;
  if (!isObject(rule) || !isObject(px)) throw new Error('not a rule');
  if (px.schedule && !isInTime(px.schedule, evaluation.context)) return null;
  const failure = rule.parentConditions && failedPrerequisite(rule, flag, evaluation);
  if (failure === 'rule') return null;
  if (failure) return verdictOf(evaluation, failure, { ruleId });
  if (rule.filters && !passesFilters(rule.filters, evaluation)) return null;

  if (rule.force !== undefined) {
    const bucket = isInAudience(rule, evaluation) ? rolloutOf(rule, flag, evaluation) : undefined;
    if (bucket === undefined) return null;
    return verdictOf(evaluation, 'forced', {
      value: rule.force,
      variant: px.variant,
      ruleId,
      bucket,
    });
  }
  if (!Array.isArray(rule.variations)) throw new Error('decides nothing');
  const { key = flag } = rule;
  const assignment = assign({ key, rule, flag, isTargeted: isInAudience }, evaluation);
  if (!assignment || rule.meta?.[assignment.index]?.passthrough) return null;
  const { index, variant, bucket } = assignment;
  const decided = px.isRollout ? 'forced' : 'experiment';
  return verdictOf(evaluation, bucket === null ? 'override' : decided, {
    value: rule.variations[index],
    variant,
    ruleId,
    experiment: px.isRollout ? null : key,
    bucket,
  });
};

const isInTime = (
  { from, to }: NonNullable<RuleExtras['schedule']>,
  { now = Date.now() }: FlagContext,
): boolean =>
  now >= readMomentBy(from ?? 0, { now }) && now < readMomentBy(to ?? Infinity, { now });

/** Whether a person's attributes and segments are those that are meant. */
export const isInAudience = ({ condition, px }: FeatureRule, evaluation: Evaluation): boolean => {
  if (condition != null && !holds(condition, evaluation.attributes, evaluation)) return false;
  if (!px?.segments) return true;
  const { all = [], any, none = [] } = px.segments;
  const isIn = (name: string) => isInSegment(name, evaluation);
  return (
    all.every(isIn) && (!any?.length || any.some(isIn)) && !none.some((name) => isIn(name) ?? true)
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
    if (parent?.reason === 'cycle' || !parent) return 'cycle';
    if (!holds(condition, { value: parent.value }, evaluation))
      return gate ? 'prerequisite' : 'rule';
  }
  return null;
};

/** The verdict on another flag, decided once; null while it is being decided, so that it depends on itself. */
const verdictOn = (id: string, flag: string | null, evaluation: Evaluation): Verdict | null => {
  const verdicts = (evaluation.verdicts ??= new Map<string | null, Verdict | null>([[flag, null]]));
  const known = verdicts.get(id);
  if (known !== undefined) return known;
  enter(evaluation);
  verdicts.set(id, null);
  const verdict = leave(evaluation, decide(id, evaluation));
  verdicts.set(id, verdict);
  return verdict;
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
  }: { readonly [Name in keyof Verdict]?: Verdict[Name] | undefined } = NONE,
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
