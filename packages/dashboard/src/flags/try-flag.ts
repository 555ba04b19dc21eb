import type { JsonObject } from '@px-platform/protocol';
import {
  evaluate,
  type FlagContext,
  type FlagDefinition,
  type RuleDefinition,
  type Verdict,
} from '@px-platform/protocol/flags';
import { compile, type Definitions } from '@px-platform/protocol/definitions';
import { type ConditionRow, readCondition, writeCondition } from './condition-rows.js';
import { rowSentence } from './sentence.js';

/** What would be decided for somebody, and what each rule had to do with it. */
export interface Trial {
  readonly verdict: Verdict;
  readonly rules: readonly RuleOutcome[];
}

export interface RuleOutcome {
  readonly id: string;
  /** `unreached`: an earlier one decided. */
  readonly outcome: 'decides' | 'passed' | 'unreached';
  /** Why it was passed over, in words. */
  readonly why: string | null;
}

export interface TrialOptions {
  readonly definitions: Definitions;
  readonly environment: string;
  readonly attributes: JsonObject;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Tries a flag as it is written, stored or not. */
export function tryFlag(flag: FlagDefinition, options: TrialOptions): Trial {
  const { environment } = options;
  const { isOn = false, rules = [] } = flag.environments[environment] ?? {};
  const verdict = decide(flag, options);
  if (!isOn) return { verdict, rules: [] };
  const decisive = rules.findIndex(({ id }) => id === verdict.ruleId);
  return {
    verdict,
    rules: rules.map((rule, index) => {
      const { id } = rule;
      if (index === decisive) return { id, outcome: 'decides', why: null };
      if (decisive !== -1 && index > decisive) return { id, outcome: 'unreached', why: null };
      return { id, outcome: 'passed', why: whyPassed(rule, flag, options) };
    }),
  };
}

/** The parts of an audience, by what they are called when they do not hold. */
const PARTS = {
  condition: 'the condition does not hold',
  segments: 'not in the segments',
  schedule: 'not at this time',
  requires: 'another flag is not as required',
} as const;

function whyPassed(rule: RuleDefinition, flag: FlagDefinition, options: TrialOptions): string {
  const only = { variant: flag.default };
  const alone = (part: Partial<RuleDefinition>) => {
    const environments = {
      ...flag.environments,
      [options.environment]: { isOn: true, rules: [{ id: rule.id, ...part }] },
    };
    return decide({ ...flag, environments }, options);
  };
  // By itself and for everybody: what is left to fail is the part.
  const applies = (part: Partial<RuleDefinition>) =>
    alone({ serve: only, ...part }).ruleId === rule.id;
  for (const part of Object.keys(PARTS) as (keyof typeof PARTS)[]) {
    const said = rule[part];
    if (said === undefined || applies({ [part]: said })) continue;
    const row = part === 'condition' ? failingRow(rule, applies) : undefined;
    return row ? `not so: ${rowSentence(row)}` : PARTS[part];
  }
  if (rule.experiment !== undefined) return experimentWhy(rule.experiment, options);
  const unit = rule.unit ?? 'person';
  const names =
    unit === 'person' ? ['user_id', 'anonymous_id'] : [unit === 'device' ? 'anonymous_id' : unit];
  if (!names.some((name) => options.attributes[name]))
    return `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} not known`;
  // A split deals as the rule does, and tells where.
  const half = { ...only, weight: 1 };
  const { bucket } = alone({ ...(rule.unit && { unit: rule.unit }), split: [half, half] });
  const where = bucket === null ? '' : `at ${(bucket * 100).toFixed(2)} %, `;
  return `${where}not among the first ${rule.serve?.percent ?? 100} %`;
}

/** Of rows that must all hold, the first that does not. */
function failingRow(
  { condition = {} }: RuleDefinition,
  applies: (part: Partial<RuleDefinition>) => boolean,
): ConditionRow | undefined {
  const [rows = [], ...others] = readCondition(condition) ?? [];
  if (others.length > 0) return undefined;
  return rows.find((row) => !applies({ condition: writeCondition([[row]]) }));
}

function experimentWhy(key: string, { definitions }: TrialOptions): string {
  const status = definitions.experiments.find((each) => each.key === key)?.status;
  if (status === undefined) return 'there is no such experiment';
  return status === 'running' ? 'not in the experiment' : `the experiment is ${status}`;
}

function decide(
  flag: FlagDefinition,
  { definitions, environment, attributes, now }: TrialOptions,
): Verdict {
  const flags = [...definitions.flags.filter(({ key }) => key !== flag.key), flag];
  const document = compile({ ...definitions, flags, environment, revision: 0 });
  return evaluate(document, flag.key, { attributes: withId(attributes), now, sticky: NEW_TO_ALL });
}

/** As the SDKs have it: a person by their id, else by their device's. */
function withId(attributes: JsonObject): JsonObject {
  const id = attributes['user_id'] ?? attributes['anonymous_id'];
  return id === undefined ? attributes : { id, ...attributes };
}

/** Somebody to whom nothing was dealt before. */
const NEW_TO_ALL: NonNullable<FlagContext['sticky']> = { read: () => null, write() {} };
