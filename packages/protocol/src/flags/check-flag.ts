import type { JsonValue } from '../json.js';
import { checkCondition } from './check-condition.js';
import type { ExperimentDefinition, FlagDefinition, FlagType } from './definition.js';
import {
  groupsOf,
  readTime,
  rulesOf,
  wayBack,
  type PlacedRule,
  type Surroundings,
} from './definition-parts.js';
import { at, shown, type Tell } from './shape.js';

/** What stands below `/v1/flags/` and is no flag. */
const TAKEN_KEYS: readonly string[] = ['evaluate', 'try'];

/** Tells what is wrong with a flag of the right shape: by itself, and beside all others. */
export function checkFlag(flag: FlagDefinition, surroundings: Surroundings, tell: Tell): void {
  for (const [variant, value] of Object.entries(flag.variants)) {
    if (!isOfType(value, flag.type))
      tell(
        at('variants', variant),
        `is a ${flag.type}, as the flag says; received ${shown(value)}`,
      );
  }
  if (TAKEN_KEYS.includes(flag.key))
    tell('key', `"${flag.key}" is the address of something else. Choose another`);
  checkVariant(flag, flag.default, 'default', tell);
  if (flag.off !== undefined) checkVariant(flag, flag.off, 'off', tell);
  for (const environment of Object.keys(flag.environments)) {
    if (!surroundings.environments.includes(environment))
      tell(
        at('environments', environment),
        `is no environment of the project. There are ${surroundings.environments.join(', ')}`,
      );
  }
  const ids = new Set<string>();
  for (const placed of rulesOf(flag)) {
    const id = `${placed.environment} ${placed.rule.id}`;
    if (ids.has(id))
      tell(`${placed.path}.id`, `"${placed.rule.id}" is the id of another rule, too`);
    ids.add(id);
    checkRule(placed, flag, surroundings, tell);
  }
  const others = surroundings.flags.filter(({ key }) => key !== flag.key);
  checkCycles(flag, others, tell);
  for (const other of others) checkDependant(other, flag, tell);
}

/** What a flag's rules may take from an experiment: told by whoever changes either. */
export function checkValues(
  flag: FlagDefinition,
  { key, variants }: ExperimentDefinition,
  tell: (variant: number, message: string) => void,
): void {
  variants.forEach((variant, index) => {
    if (variant.value === undefined) {
      if (!Object.hasOwn(flag.variants, variant.key))
        tell(
          index,
          `experiment ${key} has a variant ${variant.key}, which flag ${flag.key} lacks (${Object.keys(flag.variants).join(', ')}): name it alike, or give it a value`,
        );
    } else if (!isOfType(variant.value, flag.type)) {
      tell(
        index,
        `the value ${shown(variant.value)} of experiment ${key} is no ${flag.type}, which flag ${flag.key} is`,
      );
    }
  });
}

function checkRule(
  { rule, path }: PlacedRule,
  flag: FlagDefinition,
  surroundings: Surroundings,
  tell: Tell,
): void {
  const { experiments, segments, flags } = surroundings;
  const { serve, split, experiment, condition, schedule, segments: named = {} } = rule;
  const kinds = [serve, split, experiment].filter((each) => each !== undefined);
  if (kinds.length !== 1)
    tell(path, `has exactly one of "serve", "split" and "experiment"; received ${kinds.length}`);
  if (serve) checkVariant(flag, serve.variant, `${path}.serve.variant`, tell);
  split?.forEach(({ variant }, index) =>
    checkVariant(flag, variant, `${path}.split[${index}].variant`, tell),
  );
  if (split && split.every(({ weight }) => weight === 0))
    tell(`${path}.split`, 'has a weight above 0 at least once');
  if (experiment !== undefined) {
    const found = experiments.find(({ key }) => key === experiment);
    if (found) checkValues(flag, found, (_, message) => tell(`${path}.experiment`, message));
    else tell(`${path}.experiment`, `there is no experiment ${shown(experiment)}`);
    if (rule.unit !== undefined)
      tell(`${path}.unit`, 'is what the experiment says. Leave it out here');
  }
  if (condition)
    checkCondition(condition, `${path}.condition`, {
      tell,
      named: {
        groups: groupsOf(surroundings),
        segments: new Set(segments.map(({ key }) => key)),
      },
    });
  for (const [how, names] of Object.entries(named)) {
    names.forEach((name, index) => {
      if (!segments.some(({ key }) => key === name))
        tell(`${path}.segments.${how}[${index}]`, `there is no segment ${shown(name)}`);
    });
  }
  const from = readTime(schedule?.from, `${path}.schedule.from`, tell);
  const to = readTime(schedule?.to, `${path}.schedule.to`, tell);
  if (from !== null && to !== null && to <= from)
    tell(`${path}.schedule.to`, `is not after "from" (${schedule?.from})`);
  rule.requires?.forEach((required, index) => {
    const where = `${path}.requires[${index}]`;
    const other =
      required.flag === flag.key ? flag : flags.find(({ key }) => key === required.flag);
    if (!other) tell(`${where}.flag`, `there is no flag ${shown(required.flag)}`);
    else
      required.variants.forEach((variant, place) =>
        checkVariant(other, variant, `${where}.variants[${place}]`, tell),
      );
  });
}

function checkVariant(flag: FlagDefinition, variant: string, path: string, tell: Tell): void {
  if (Object.hasOwn(flag.variants, variant)) return;
  tell(
    path,
    `flag ${flag.key} has no variant ${shown(variant)}. There are ${Object.keys(flag.variants).join(', ')}`,
  );
}

/** A flag that requires this one must go on finding its variants. */
function checkDependant(other: FlagDefinition, flag: FlagDefinition, tell: Tell): void {
  for (const { rule, path } of rulesOf(other)) {
    for (const { flag: required, variants } of rule.requires ?? []) {
      if (required !== flag.key) continue;
      const gone = variants.find((variant) => !Object.hasOwn(flag.variants, variant));
      if (gone !== undefined)
        tell('variants', `lacks ${shown(gone)}, which flag ${other.key} requires (${path})`);
    }
  }
}

/** Flags that require one another, in one environment, would have no value there. */
function checkCycles(flag: FlagDefinition, others: readonly FlagDefinition[], tell: Tell): void {
  const all = new Map([...others, flag].map((each) => [each.key, each]));
  for (const environment of Object.keys(flag.environments)) {
    const required = (key: string) =>
      (all.get(key)?.environments[environment]?.rules ?? []).flatMap(({ requires = [] }) =>
        requires.map((each) => each.flag),
      );
    const trail = wayBack(flag.key, required);
    if (trail) {
      const index = flag.environments[environment]?.rules.findIndex(({ requires = [] }) =>
        requires.some((each) => each.flag === trail[1]),
      );
      tell(
        `environments.${environment}.rules[${index ?? 0}].requires`,
        `goes round in a circle: ${trail.join(' → ')}`,
      );
    }
  }
}

function isOfType(value: JsonValue, type: FlagType): boolean {
  return type === 'json' || typeof value === type;
}
