import {
  evaluate,
  evaluateExperiment,
  type FlagContext,
  type FlagDocument,
  type FlagProblem,
  type Verdict,
} from '../../src/flags/index.js';
import type { Situation } from './generate.js';
import type { Outcome } from './growthbook.js';

/** Our verdict on the same, in the same words, and the rules that were skipped. */
export interface OurOutcome {
  readonly outcome: Outcome;
  readonly problems: readonly FlagProblem[];
}

export const ours = (document: FlagDocument) => ({
  flag: (key: string, situation: Situation): OurOutcome => {
    const { context, done } = contextOf(situation);
    return done(evaluate(document, key, context));
  },
  experiment: (situation: Situation): OurOutcome => {
    const { context, done } = contextOf(situation);
    const { key } = situation.experiment;
    const alone = { ...document, experiments: [situation.experiment] };
    return done(evaluateExperiment(alone, key, context), true);
  },
});

const SOURCES = {
  unknown: 'unknownFeature',
  default: 'defaultValue',
  forced: 'force',
  experiment: 'experiment',
  override: 'override',
  prerequisite: 'prerequisite',
  cycle: 'cyclicPrerequisite',
};

const contextOf = (situation: Situation) => {
  const problems: FlagProblem[] = [];
  const kept: Record<string, Record<string, string>> = Object.fromEntries(
    Object.entries(situation.sticky ?? {}).map(([unit, assignments]) => [unit, { ...assignments }]),
  );
  const context: FlagContext = {
    attributes: situation.attributes,
    attributeOverrides: situation.attributeOverrides,
    url: situation.url,
    forcedValues: situation.forcedValues,
    forcedVariations: situation.forcedVariations,
    isQa: situation.isQa,
    onProblem: (problem) => problems.push(problem),
    ...(situation.sticky && {
      sticky: {
        read: (attribute, value) => kept[`${attribute}||${value}`],
        write: (attribute, value, assignment, variant) => {
          (kept[`${attribute}||${value}`] ??= {})[assignment] = variant;
        },
      },
    }),
  };
  const done = (verdict: Verdict, isAlone = false): OurOutcome => {
    const { experiment, reason } = verdict;
    // They track a variation once, by its index, even where two rules call it by other names.
    const exposures = new Map<string, string>();
    for (const { experiment: key, variant, variationId, unitType, unitId } of verdict.exposures) {
      const id = `${key}|${variationId}|${unitType}|${unitId}`;
      if (!exposures.has(id)) exposures.set(id, `${key}|${variant}|${unitType}|${unitId}`);
    }
    const outcome: Outcome = {
      value: verdict.value,
      // A variation that somebody forced: we say that it was, they that it is an experiment's.
      source: experiment === null ? SOURCES[reason] : 'experiment',
      // We name the rule whose prerequisite it was.
      ruleId: reason === 'prerequisite' || reason === 'cycle' ? '' : (verdict.ruleId ?? ''),
      inExperiment: verdict.inExperiment,
      // Of an experiment without a flag they name the first where somebody is in none.
      variant: experiment === null && !isAlone ? null : verdict.variant,
      bucket: experiment === null ? null : verdict.bucket,
      exposures: [...exposures.values()],
      sticky: kept,
    };
    return { outcome, problems };
  };
  return { context, done };
};
