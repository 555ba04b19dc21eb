import type { JsonValue } from '../json.js';
import type {
  Audience,
  ExperimentDefinition,
  FlagDefinition,
  GroupDefinition,
  RuleDefinition,
  SegmentDefinition,
  Unit,
} from './definition.js';
import { GROUP_OPERATORS, namedIn, segmentsIn, type Definitions } from './definition-parts.js';
import type {
  BucketRange,
  Condition,
  Feature,
  FeatureRule,
  FlagDocument,
  ParentCondition,
} from './document.js';

export interface CompileOptions extends Definitions {
  readonly environment: string;
  readonly revision: number;
  /** Epoch milliseconds, for `dateUpdated`. @default it is left out */
  readonly now?: number;
}

interface Lookup {
  readonly flags: ReadonlyMap<string, FlagDefinition>;
  readonly experiments: ReadonlyMap<string, ExperimentDefinition>;
}

/**
 * Makes of definitions what clients evaluate in one environment. The same definitions make the same document, to the
 * letter. It expects that they were checked: a rule that says nothing useful is left out.
 */
export function compile(options: CompileOptions): FlagDocument {
  const { environment, revision, now } = options;
  const lookup: Lookup = {
    flags: byKey(options.flags),
    experiments: byKey(options.experiments),
  };
  const features: Record<string, Feature> = {};
  for (const flag of sorted(options.flags))
    features[flag.key] = compileFlag(flag, environment, lookup);
  const { segments, computedSegments } = usedSegments(features, options.segments);
  const rules = Object.values(features).flatMap((feature) => feature.rules ?? []);
  const conditions = [...rules.map(({ condition }) => condition), ...Object.values(segments)];
  const savedGroups = usedGroups(conditions, options.groups);
  return {
    features,
    ...(Object.keys(savedGroups).length > 0 && { savedGroups }),
    ...(now !== undefined && { dateUpdated: new Date(now).toISOString() }),
    px: {
      revision,
      environment,
      ...(Object.keys(segments).length > 0 && { segments }),
      ...(computedSegments.length > 0 && { computedSegments }),
    },
  };
}

function compileFlag(flag: FlagDefinition, environment: string, lookup: Lookup): Feature {
  const { isOn, rules } = ownOf(flag.environments, environment) ?? { isOn: false, rules: [] };
  const variant = isOn ? flag.default : (flag.off ?? flag.default);
  const compiled = isOn ? rules.flatMap((rule) => compileRule(rule, flag, lookup)) : [];
  return {
    defaultValue: valueOf(flag, variant),
    ...(compiled.length > 0 && { rules: compiled }),
    px: { variant },
  };
}

function compileRule(rule: RuleDefinition, flag: FlagDefinition, lookup: Lookup): FeatureRule[] {
  const audience = compileAudience(rule, lookup);
  if (!audience) return [];
  const base = { id: rule.id, ...audience };
  const seed = `${flag.key}/${rule.id}`;
  // What is dealt into one part is dealt into none: an experiment has two at least.
  const [whole, ...others] = rule.split ?? [];
  const serve = whole && others.length === 0 ? { variant: whole.variant } : rule.serve;
  if (serve) {
    const { variant, percent = 100 } = serve;
    return [
      {
        ...base,
        force: valueOf(flag, variant),
        ...(percent < 100 && {
          ...hashing(rule.unit, seed),
          range: [0, toBucket(percent / 100)] as const,
        }),
        px: { ...base.px, variant },
      },
    ];
  }
  if (rule.split) {
    return [
      {
        ...base,
        key: seed,
        ...hashing(rule.unit, seed),
        variations: rule.split.map(({ variant }) => valueOf(flag, variant)),
        ranges: rangesOf(rule.split.map(({ weight }) => weight)),
        meta: rule.split.map(({ variant }) => ({ key: variant })),
        px: { ...base.px, isRollout: true },
      },
    ];
  }
  const experiment =
    rule.experiment === undefined ? undefined : lookup.experiments.get(rule.experiment);
  return experiment ? compileExperiment(experiment, { base, flag, lookup }) : [];
}

interface ExperimentPlace {
  readonly base: Pick<FeatureRule, 'condition' | 'parentConditions' | 'px'> & {
    readonly id: string;
  };
  readonly flag: FlagDefinition;
  readonly lookup: Lookup;
}

function compileExperiment(experiment: ExperimentDefinition, place: ExperimentPlace) {
  const { base, flag } = place;
  const { status, variants, winner, layer, unit } = experiment;
  const value = (variant: ExperimentDefinition['variants'][number]) =>
    variant.value === undefined ? valueOf(flag, variant.key) : variant.value;
  if (status === 'draft') return [];
  const held = compileHoldout(experiment, place);
  if (status === 'stopped') {
    const won = variants.find(({ key }) => key === winner);
    // Whoever is held out of a running holdout is so from what came of the experiment, too.
    return won
      ? [...held, { ...base, force: value(won), px: { ...base.px, variant: won.key } }]
      : [];
  }
  const rule: FeatureRule = {
    ...base,
    ...running(experiment),
    variations: variants.map(value),
    ...(layer && {
      filters: [
        {
          seed: `layer/${layer.name}`,
          ranges: layer.ranges,
          hashVersion: 2,
          attribute: filterAttribute(unit),
        },
      ],
    }),
  };
  return [...held, rule];
}

/**
 * The holdout's first variant keeps people out: they have the flag's default. All others go on to the next rule. It is
 * for the experiment's own audience, so that nobody else is counted in it.
 */
function compileHoldout(
  { holdout: key }: ExperimentDefinition,
  { base, flag, lookup }: ExperimentPlace,
): FeatureRule[] {
  const holdout = key === undefined ? undefined : lookup.experiments.get(key);
  if (holdout?.status !== 'running') return [];
  const rule = running(holdout);
  const value = valueOf(flag, flag.default);
  return [
    {
      ...base,
      ...rule,
      id: `${base.id}/holdout`,
      variations: holdout.variants.map(() => value),
      meta: rule.meta.map((meta, index) => (index === 0 ? meta : { ...meta, passthrough: true })),
    },
  ];
}

/** What is the same of an experiment wherever it runs. */
function running(experiment: ExperimentDefinition) {
  const { key, name, unit, variants, phases, sticky = true } = experiment;
  const { bucketVersion, minBucketVersion } = experiment;
  const phase = phases.at(-1);
  return {
    key,
    ...(name !== undefined && { name }),
    ...hashing(unit, phase?.seed ?? key),
    ranges: variants.map(({ range }) => range),
    meta: variants.map((variant) => ({ key: variant.key })),
    ...(phase && { phase: phase.key }),
    ...(!sticky && { disableStickyBucketing: true }),
    ...(bucketVersion !== undefined && { bucketVersion }),
    ...(minBucketVersion !== undefined && { minBucketVersion }),
  };
}

/** Null: nobody is meant, because a flag that it depends on is not there. */
function compileAudience(
  { condition, segments, schedule, requires = [] }: Audience,
  { flags }: Lookup,
): Pick<FeatureRule, 'condition' | 'parentConditions' | 'px'> | null {
  const parents: ParentCondition[] = [];
  for (const { flag, variants, gate } of requires) {
    const parent = flags.get(flag);
    if (!parent) return null;
    const values = variants.map((variant) => valueOf(parent, variant));
    parents.push({ id: flag, condition: isOneOf(values), ...(gate && { gate }) });
  }
  const px = {
    ...(schedule && { schedule }),
    ...(segments && { segments }),
  };
  return {
    ...(condition && Object.keys(condition).length > 0 && { condition }),
    ...(parents.length > 0 && { parentConditions: parents }),
    ...(Object.keys(px).length > 0 && { px }),
  };
}

/** `$in` compares strictly, and so finds no list and no object: those are compared as bare values. */
function isOneOf(values: readonly JsonValue[]): Condition {
  const isPlain = (value: JsonValue) => value === null || typeof value !== 'object';
  if (values.every(isPlain)) {
    const [only, ...others] = values;
    return { value: others.length === 0 ? { $eq: only ?? null } : { $in: values } };
  }
  return { $or: values.map((value) => ({ value: isPlain(value) ? { $eq: value } : value })) };
}

/**
 * A person is known by `user_id`, and before sign-in by the device. Where sticky bucketing is on, what was dealt to the
 * device stays dealt to the person.
 */
function hashing(unit: Unit = 'person', seed: string) {
  const attributes =
    unit === 'person'
      ? { hashAttribute: 'user_id', fallbackAttribute: 'anonymous_id' }
      : { hashAttribute: unit === 'device' ? 'anonymous_id' : unit };
  return { ...attributes, hashVersion: 2, seed };
}

/** Filters know no fallback: a person is told by `id` there, which is the one or the other. */
function filterAttribute(unit: Unit = 'person'): string {
  if (unit === 'person') return 'id';
  return unit === 'device' ? 'anonymous_id' : unit;
}

/** The hash deals into 10,000 buckets: a boundary lies between two of them. */
function toBucket(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}

function rangesOf(weights: readonly number[]): BucketRange[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let used = 0;
  return weights.map((weight) => {
    const from = toBucket(used / sum);
    used += weight;
    return [from, toBucket(used / sum)] as const;
  });
}

/**
 * Conditions of segments that rules name, and of those that these name in turn. Those that the backend computes come as
 * attributes: their names are all there is to say.
 */
function usedSegments(
  features: Readonly<Record<string, Feature>>,
  segments: readonly SegmentDefinition[],
): {
  readonly segments: Record<string, Condition>;
  readonly computedSegments: readonly string[];
} {
  const all = new Map(segments.map(({ key, condition }) => [key, condition]));
  const used = new Set<string>();
  const use = (name: string): void => {
    if (used.has(name)) return;
    used.add(name);
    segmentsIn(all.get(name)).forEach(use);
  };
  const rules = Object.values(features).flatMap((feature) => feature.rules ?? []);
  for (const { px, condition } of rules)
    [...Object.values(px?.segments ?? {}).flat(), ...segmentsIn(condition)].forEach(use);
  const conditions: Record<string, Condition> = {};
  const computedSegments: string[] = [];
  // A condition on the attribute itself may mean any of them.
  const read = [rules.map(({ condition }) => condition), [...used].map((name) => all.get(name))];
  const isAttributeRead = JSON.stringify(read).includes('"$segments"');
  for (const { key, condition } of sorted(segments)) {
    if (condition && used.has(key)) conditions[key] = condition;
    if (!condition && (used.has(key) || isAttributeRead)) computedSegments.push(key);
  }
  return { segments: conditions, computedSegments };
}

function usedGroups(
  conditions: readonly unknown[],
  groups: readonly GroupDefinition[],
): Record<string, readonly JsonValue[]> {
  const used = new Set(conditions.flatMap((each) => namedIn(each, GROUP_OPERATORS)));
  const lists: Record<string, readonly JsonValue[]> = {};
  for (const { key, values } of sorted(groups)) if (used.has(key)) lists[key] = values;
  return lists;
}

function valueOf({ variants }: FlagDefinition, variant: string): JsonValue {
  return ownOf(variants, variant) ?? null;
}

/** Names are people's: `constructor` is no variant unless somebody calls one so. */
function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function byKey<T extends { readonly key: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((each) => [each.key, each]));
}

function sorted<T extends { readonly key: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => (a.key < b.key ? -1 : 1));
}
