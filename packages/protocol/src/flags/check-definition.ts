import { CONTROL_PREFIX } from '../names.js';
import { checkCondition } from './check-condition.js';
import { checkExperiment } from './check-experiment.js';
import { checkFlag } from './check-flag.js';
import type {
  DefinitionKind,
  ExperimentDefinition,
  FlagDefinition,
  GroupDefinition,
  RuleDefinition,
  SegmentDefinition,
} from './definition.js';
import { shapeOf } from './definition-shapes.js';
import { FLAG_LIMITS } from './limits.js';
import {
  GROUP_OPERATORS,
  groupsOf,
  names,
  rulesOf,
  SEGMENT_OPERATORS,
  segmentsIn,
  timesOf,
  wayBack,
  type Definitions,
  type Surroundings,
} from './definition-parts.js';
import { shown, type DefinitionFault, type Tell } from './shape.js';

/** What each kind of definition is. */
export interface DefinitionOf {
  readonly flag: FlagDefinition;
  readonly experiment: ExperimentDefinition;
  readonly segment: SegmentDefinition;
  readonly group: GroupDefinition;
}

/** A definition to be checked, of a kind. */
export interface CheckedDefinition {
  readonly kind: DefinitionKind;
  readonly definition: unknown;
}

const MOST_FAULTS = 20;

/**
 * What keeps a definition out of the catalog; empty for one that may go in. `surroundings` may hold an earlier version
 * of it, which is passed over. Never throws, and its cost is bounded, whatever it is given.
 */
export function checkDefinition(
  { kind, definition }: CheckedDefinition,
  surroundings: Surroundings,
): readonly DefinitionFault[] {
  const { faults, tell } = collector();
  const length = lengthOf(definition);
  const { definitionLength, groupValues, groupValueLength } = FLAG_LIMITS;
  const most = definitionLength + (kind === 'group' ? groupValues * (groupValueLength + 3) : 0);
  if (length === null || length > most) {
    tell('', length === null ? 'is no JSON' : `has ${length} characters; the limit is ${most}`);
    return faults;
  }
  if (isDeeperThan(definition, FLAG_LIMITS.depth)) {
    tell('', `is nested more than ${FLAG_LIMITS.depth} levels deep`);
    return faults;
  }
  shapeOf(kind)(definition, '', tell);
  if (faults.length > 0) return faults;
  check(kind, definition, surroundings, tell);
  return faults;
}

/** Who uses it: it cannot be archived until they do no more. */
export function checkRemoval(
  { kind, key }: { readonly kind: DefinitionKind; readonly key: string },
  { flags, experiments, segments }: Definitions,
): readonly DefinitionFault[] {
  const { faults, tell } = collector();
  const rules = (test: (rule: RuleDefinition) => boolean, words: string) => {
    for (const flag of flags) {
      if (kind === 'flag' && flag.key === key) continue;
      const found = rulesOf(flag).find(({ rule }) => test(rule));
      if (found) tell('', `is ${words} by flag ${flag.key} (${found.path}). Change that first`);
    }
  };
  if (kind === 'flag')
    rules(({ requires = [] }) => requires.some(({ flag }) => flag === key), 'required');
  if (kind === 'experiment') {
    rules(({ experiment }) => experiment === key, 'run');
    for (const { key: other } of experiments.filter(({ holdout }) => holdout === key))
      tell('', `is the holdout of experiment ${other}. Change that first`);
  }
  if (kind === 'segment')
    rules(
      ({ segments: named = {}, condition }) =>
        Object.values(named).flat().includes(key) || names(condition, SEGMENT_OPERATORS, key),
      'named',
    );
  for (const other of segments) {
    if (other.key !== key && names(other.condition, SEGMENT_OPERATORS, key))
      tell('', `is named by segment ${other.key}. Change that first`);
  }
  if (kind === 'group') {
    rules(({ condition }) => names(condition, GROUP_OPERATORS, key), 'named');
    for (const { key: segment } of segments.filter((each) =>
      names(each.condition, GROUP_OPERATORS, key),
    ))
      tell('', `is named by segment ${segment}. Change that first`);
  }
  return faults;
}

function check(
  kind: DefinitionKind,
  definition: unknown,
  surroundings: Surroundings,
  tell: Tell,
): void {
  // Its shape was checked just now.
  if (kind === 'flag') checkFlag(definition as FlagDefinition, surroundings, tell);
  if (kind === 'experiment')
    checkExperiment(definition as ExperimentDefinition, surroundings, tell);
  if (kind === 'segment') {
    const { key, condition, did = [] } = definition as SegmentDefinition;
    if (condition === undefined && did.length === 0)
      tell('', 'says nothing: give a "condition", or what people "did"');
    if (condition !== undefined && did.length > 0)
      tell('did', 'stands beside "condition": a segment has one of both');
    if (condition !== undefined) {
      const segments = new Map(surroundings.segments.map((each) => [each.key, each.condition]));
      const named = {
        groups: groupsOf(surroundings),
        segments: new Set([...segments.keys(), key]),
      };
      checkCondition(condition, 'condition', { tell, named });
      segments.set(key, condition);
      const trail = wayBack(key, (each) => segmentsIn(segments.get(each)));
      if (trail) tell('condition', `goes round in a circle: ${trail.join(' → ')}`);
    }
    const others = surroundings.segments.filter((each) => each.did && each.key !== key);
    if (did.length > 0 && others.length >= FLAG_LIMITS.computedSegments)
      tell('did', `is one too many: ${others.length} segments of the project say what people did`);
    did.forEach((deed, index) => {
      const { event, atMost } = deed;
      const { atLeast } = timesOf(deed);
      if (event.startsWith(CONTROL_PREFIX))
        tell(`did[${index}].event`, `is nothing that people do; received ${shown(event)}`);
      if (atMost !== undefined && atMost < atLeast)
        tell(`did[${index}].atMost`, `is less than at least ${atLeast}`);
    });
  }
}

function collector() {
  const faults: DefinitionFault[] = [];
  const tell: Tell = (path, message) => {
    if (faults.length < MOST_FAULTS) faults.push({ path, message });
  };
  return { faults, tell };
}

/** Level by level, for the stack is not to be trusted with it. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

function lengthOf(definition: unknown): number | null {
  try {
    return JSON.stringify(definition)?.length ?? null;
  } catch {
    return null;
  }
}
