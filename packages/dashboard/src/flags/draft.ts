import type { JsonValue } from '@px-platform/protocol';
import type {
  FlagDefinition,
  FlagEnvironment,
  FlagType,
  RuleDefinition,
} from '@px-platform/protocol/flags';
import type { Fault } from './definitions-api.js';

/** A flag that says nothing yet: off, everywhere. */
export function newFlag(key: string, type: FlagType): FlagDefinition {
  return { key, type, variants: VARIANTS[type], default: 'off', environments: {} };
}

const VARIANTS: Readonly<Record<FlagType, Readonly<Record<string, JsonValue>>>> = {
  boolean: { on: true, off: false },
  string: { on: 'new', off: 'old' },
  number: { on: 1, off: 0 },
  json: { on: {}, off: {} },
};

const OFF: FlagEnvironment = { isOn: false, rules: [] };

export function environmentOf(flag: FlagDefinition, environment: string): FlagEnvironment {
  return flag.environments[environment] ?? OFF;
}

/** The flag with its environment changed. */
export function withEnvironment(
  flag: FlagDefinition,
  environment: string,
  change: Partial<FlagEnvironment>,
): FlagDefinition {
  const environments = {
    ...flag.environments,
    [environment]: { ...environmentOf(flag, environment), ...change },
  };
  return { ...flag, environments };
}

/** The definition with one of its optional members set, or without it. */
export function withOptional<T extends object, Name extends keyof T>(
  definition: T,
  name: Name,
  value: T[Name] | undefined,
): T {
  const { [name]: _, ...rest } = definition;
  return (value === undefined ? rest : { ...rest, [name]: value }) as T;
}

/** The list with one of its parts exchanged, or left out. */
export function withPart<T>(list: readonly T[], index: number, part: T | null): readonly T[] {
  return list.flatMap((each, place) => (place !== index ? [each] : part === null ? [] : [part]));
}

/** The list with one of its parts moved, within its ends. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const part = list[from];
  if (part === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, place) => place !== from);
  return [...rest.slice(0, to), part, ...rest.slice(to)];
}

/** A rule for everybody; its id is new among its neighbours. */
export function newRule(rules: readonly RuleDefinition[], variant: string): RuleDefinition {
  const ids = new Set(rules.map(({ id }) => id));
  let number = rules.length + 1;
  while (ids.has(`rule-${number}`)) number += 1;
  return { id: `rule-${number}`, serve: { variant, percent: 0 } };
}

/** The flag with a variant called otherwise, wherever it is named. */
export function withVariantNamed(flag: FlagDefinition, from: string, to: string): FlagDefinition {
  const name = (variant: string) => (variant === from ? to : variant);
  const rename = (rule: RuleDefinition): RuleDefinition => ({
    ...rule,
    ...(rule.serve && { serve: { ...rule.serve, variant: name(rule.serve.variant) } }),
    ...(rule.split && {
      split: rule.split.map((part) => ({ ...part, variant: name(part.variant) })),
    }),
  });
  return {
    ...flag,
    variants: Object.fromEntries(
      Object.entries(flag.variants).map(([variant, value]) => [name(variant), value]),
    ),
    default: name(flag.default),
    ...(flag.off !== undefined && { off: name(flag.off) }),
    environments: Object.fromEntries(
      Object.entries(flag.environments).map(([environment, each]) => [
        environment,
        { ...each, rules: each.rules.map(rename) },
      ]),
    ),
  };
}

/** The faults of one part of a definition, with their paths from there. */
export function faultsWithin(faults: readonly Fault[], part: string): readonly Fault[] {
  return faults.flatMap(({ path, message }) =>
    path.startsWith(part) ? [{ path: path.slice(part.length).replace(/^\./, ''), message }] : [],
  );
}
