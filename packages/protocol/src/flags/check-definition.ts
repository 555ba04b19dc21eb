import { CONTROL_PREFIX } from '../names.js';
import { checkCondition } from './check-condition.js';
import { checkExperiment } from './check-experiment.js';
import { checkFlag } from './check-flag.js';
import type {
  DefinitionKind,
  ExperimentDefinition,
  FlagDefinition,
  GroupDefinition,
  SegmentDefinition,
} from './definition.js';
import { shapeOf } from './definition-shapes.js';
import { FLAG_LIMITS } from './limits.js';
import {
  groupsOf,
  segmentsIn,
  timesOf,
  wayBack,
  type Definitions,
  type Surroundings,
} from './definition-parts.js';
import { shown, type DefinitionFault, type Tell } from './shape.js';
import { usesOf } from './uses.js';

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
  named: { readonly kind: DefinitionKind; readonly key: string },
  definitions: Definitions,
): readonly DefinitionFault[] {
  const { faults, tell } = collector();
  const told = new Set<string>();
  for (const { kind, key, as, rule } of usesOf(named, definitions)) {
    // Of a flag the first rule will do: whoever changes that finds the others.
    if (told.has(`${kind} ${key}`)) continue;
    told.add(`${kind} ${key}`);
    const used = as === 'holdout' ? 'the holdout of' : `${as} by`;
    const where = rule ? ` (${rule.path})` : '';
    tell('', `is ${used} ${kind} ${key}${where}. Change that first`);
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
      if (event === '') tell(`did[${index}].event`, 'is empty: name what people do');
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
