import { checkValues } from './check-flag.js';
import type { ExperimentDefinition, MetricDefinition } from './definition.js';
import { checkRanges, overlap, readTime, rulesOf, type Surroundings } from './definition-parts.js';
import { shown, type Tell } from './shape.js';

/** Tells what is wrong with an experiment of the right shape: by itself, and beside all others. */
export function checkExperiment(
  experiment: ExperimentDefinition,
  surroundings: Surroundings,
  tell: Tell,
): void {
  const { variants, phases, status, winner, layer, holdout } = experiment;
  checkRanges(
    variants.map(({ range }) => range),
    (index) => `variants[${index}].range`,
    tell,
  );
  checkUnique(
    variants.map(({ key }) => key),
    (index) => `variants[${index}].key`,
    tell,
  );
  checkUnique(
    phases.map(({ key }) => key),
    (index) => `phases[${index}].key`,
    tell,
  );
  phases.forEach((phase, index) => {
    const from = readTime(phase.started_at, `phases[${index}].started_at`, tell);
    const to = readTime(phase.ended_at, `phases[${index}].ended_at`, tell);
    if (from !== null && to !== null && to < from)
      tell(`phases[${index}].ended_at`, 'is before "started_at"');
  });
  const last = phases.at(-1);
  if (status === 'running' && (!last?.started_at || last.ended_at !== undefined))
    tell('phases', 'ends with a phase that has started and not ended, where "status" is running');
  if (winner !== undefined && !variants.some(({ key }) => key === winner))
    tell('winner', `there is no variant ${shown(winner)}`);
  if (winner !== undefined && status !== 'stopped')
    tell('winner', 'is of an experiment that is stopped');
  const { minBucketVersion, bucketVersion = 0 } = experiment;
  if (minBucketVersion !== undefined && minBucketVersion > bucketVersion)
    tell('minBucketVersion', `is above "bucketVersion" (${bucketVersion}): nobody would be in it`);
  checkMetrics(experiment, tell);
  const others = surroundings.experiments.filter(({ key }) => key !== experiment.key);
  if (layer) checkLayer(experiment, layer, others, tell);
  if (holdout !== undefined) checkHoldout(experiment, holdout, others, tell);
  const isHoldout = others.some((other) => other.holdout === experiment.key);
  if (isHoldout && holdout !== undefined)
    tell('holdout', 'is the holdout of others, and cannot have one itself');
  for (const flag of surroundings.flags) {
    if (!rulesOf(flag).some(({ rule }) => rule.experiment === experiment.key)) continue;
    checkValues(flag, experiment, (variant, message) => tell(`variants[${variant}]`, message));
  }
}

type Layer = NonNullable<ExperimentDefinition['layer']>;

function checkLayer(
  experiment: ExperimentDefinition,
  layer: Layer,
  others: readonly ExperimentDefinition[],
  tell: Tell,
): void {
  checkRanges(layer.ranges, (index) => `layer.ranges[${index}]`, tell);
  if (experiment.status !== 'running') return;
  const { unit = 'person' } = experiment;
  for (const other of others) {
    if (other.status !== 'running' || other.layer?.name !== layer.name) continue;
    const { unit: otherUnit = 'person' } = other;
    if (otherUnit !== unit)
      tell(
        'unit',
        `is ${otherUnit} for experiment ${other.key} of the same layer: by different units they would not exclude one another`,
      );
    layer.ranges.forEach((range, index) => {
      const hit = other.layer?.ranges.find((theirs) => overlap(range, theirs));
      if (hit)
        tell(
          `layer.ranges[${index}]`,
          `lies over [${hit.join(', ')}] of experiment ${other.key}, which is running in layer ${layer.name}`,
        );
    });
  }
}

function checkHoldout(
  { key }: ExperimentDefinition,
  holdout: string,
  others: readonly ExperimentDefinition[],
  tell: Tell,
): void {
  const found = others.find((other) => other.key === holdout);
  if (holdout === key) tell('holdout', 'is the experiment itself');
  else if (!found) tell('holdout', `there is no experiment ${shown(holdout)}`);
  else if (found.holdout !== undefined)
    tell('holdout', `has a holdout itself (${found.holdout}), which does not count twice`);
}

function checkMetrics({ metrics }: ExperimentDefinition, tell: Tell): void {
  const { goals, secondary = [], guardrails = [] } = metrics;
  const all = [
    ...placed(goals, 'goals'),
    ...placed(secondary, 'secondary'),
    ...placed(guardrails, 'guardrails'),
  ];
  checkUnique(
    all.map(({ metric }) => metric.key),
    (index) => `${all[index]?.path}.key`,
    tell,
  );
  for (const { metric, path } of all) {
    const { kind, property, denominator } = metric;
    if (kind === 'sum' && property === undefined)
      tell(`${path}.property`, 'is missing: which property is added up?');
    if ((kind === 'ratio') !== (denominator !== undefined))
      tell(`${path}.denominator`, kind === 'ratio' ? 'is missing' : 'is of a ratio alone');
    if ((kind === 'count' || kind === 'conversion') && property !== undefined)
      tell(`${path}.property`, `is of a sum or a ratio; this is a ${kind}`);
  }
}

function placed(metrics: readonly MetricDefinition[], list: string) {
  return metrics.map((metric, index) => ({ metric, path: `metrics.${list}[${index}]` }));
}

function checkUnique(keys: readonly string[], pathOf: (index: number) => string, tell: Tell): void {
  keys.forEach((key, index) => {
    if (keys.indexOf(key) < index) tell(pathOf(index), `"${key}" is there already`);
  });
}
