import type { FlagContext } from './context.js';
import { failedPrerequisite, isInAudience, verdictOf } from './decide.js';
import type { FlagDocument, StandaloneExperiment } from './document.js';
import { evaluate } from './evaluate.js';
import { begin } from './evaluation.js';
import { type Assignment, assign, variantOf } from './experiment.js';
import { messageOf } from './problem.js';
import { experimentsOf } from './experiments-of.js';
import { passesFilters } from './filter.js';
import { isAtUrl } from './url-targeting.js';
import type { Verdict } from './verdict.js';

/**
 * Decides an experiment by its key, through the flag whose rule runs it: the value is the flag's, so that the two never
 * differ. `inExperiment` is false where something else gave it. It never throws.
 */
export const evaluateExperiment = (
  document: FlagDocument,
  key: string,
  context: FlagContext,
): Verdict => {
  const place = experimentsOf(document).get(key);
  if (!place) return verdictOf(begin(document, context), 'unknown');
  const { flag, rule } = place;
  if (flag === null) return decideAlone(rule, document, context);
  const verdict = evaluate(document, flag, context);
  if (verdict.experiment === key) return verdict;
  // Whoever is let through to the next rule is in it all the same: a holdout's other side.
  const passed = verdict.exposures.find((each) => each.experiment === key && each.flag === flag);
  if (!passed) return { ...verdict, experiment: null, inExperiment: false };
  return {
    ...verdict,
    value: rule.variations?.[passed.variationId] ?? null,
    variant: passed.variant,
    reason: 'experiment',
    ruleId: passed.ruleId,
    experiment: key,
    inExperiment: true,
    bucket: null,
  };
};

/** An experiment without a flag: who is not in it gets its first variation. */
const decideAlone = (
  rule: StandaloneExperiment,
  document: FlagDocument,
  context: FlagContext,
): Verdict => {
  const evaluation = begin(document, context);
  const { key, filters, urlPatterns, variations, status, active } = rule;
  const isDraft = status === 'draft' || active === false;
  const isClosed = isDraft || status === 'stopped';
  const force = isDraft ? undefined : rule.force;
  const isTargeted = () =>
    !isDraft &&
    (!filters || passesFilters(filters, evaluation)) &&
    isInAudience(rule, evaluation) &&
    failedPrerequisite(rule, null, evaluation) === null;
  let assignment: Assignment | null = null;
  try {
    if (!urlPatterns || isAtUrl(urlPatterns, context.url ?? ''))
      assignment = assign({ key, rule, flag: null, isTargeted, force, isClosed }, evaluation);
  } catch (error) {
    context.onProblem?.({ flag: key, ruleId: null, ruleIndex: null, problem: messageOf(error) });
  }
  const { index = 0, bucket = null } = assignment ?? {};
  const decided = bucket === null ? 'override' : 'experiment';
  return verdictOf(evaluation, assignment ? decided : 'default', {
    value: variations[index],
    variant: variantOf(rule, index),
    experiment: assignment && key,
    bucket,
  });
};
