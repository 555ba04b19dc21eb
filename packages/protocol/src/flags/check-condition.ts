import { readIsoTime } from '../iso-time.js';
import { patternFault } from '../plan-pattern.js';
import { patternProblem } from './pattern.js';
import { FLAG_LIMITS } from './limits.js';
import { at, isObject, shown, type Tell } from './shape.js';

/** Attributes that clients and the backend keep by themselves, under names that are nobody else's. */
export const RUNTIME_ATTRIBUTES: readonly string[] = [
  '$visits',
  '$sessions',
  '$last_seen',
  '$session_events',
  '$rage_clicks',
  '$url',
  '$path',
  '$device',
  '$lang',
  '$segments',
];

const TYPES: readonly string[] = [
  'string',
  'number',
  'boolean',
  'array',
  'object',
  'null',
  'undefined',
];

type Operand = (value: unknown, place: Place) => string | null;

interface Place {
  readonly path: string;
  readonly tell: Tell;
  readonly depth: number;
  readonly count: { nodes: number };
  readonly named: NamedLists;
}

/** What conditions may name. */
export interface NamedLists {
  readonly groups: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
}

const plain: Operand = (value) =>
  value === null || typeof value !== 'object'
    ? null
    : 'compares a text, a number, true, false or null';
const ordered: Operand = (value) =>
  typeof value === 'number' || typeof value === 'string'
    ? null
    : `compares with a number or a text; received ${shown(value)}`;
const version: Operand = (value) =>
  typeof value === 'string' && value !== ''
    ? null
    : `compares with a version such as "1.2.3"; received ${shown(value)}`;
const list: Operand = (value) =>
  Array.isArray(value) ? null : `asks for a list; received ${shown(value)}`;
const group: Operand = (value, { named }) =>
  typeof value === 'string' && named.groups.has(value)
    ? null
    : `names a group that is there; received ${shown(value)}`;
const pattern: Operand = (value) => {
  if (typeof value !== 'string') return `asks for a pattern; received ${shown(value)}`;
  // The same is compiled with and without the flag u, and means the same, but for this.
  if (/\\[pP]\{/.test(value)) return 'has \\p{…}, which is not understood everywhere';
  const fault = patternFault(value);
  if (fault !== null) return `${shown(value)} ${fault}`;
  // The evaluator has the last word: what it would not run is a rule that is passed over.
  const problem = patternProblem(value);
  return problem && `${shown(value)}: ${problem}`;
};
const time: Operand = (value) =>
  Number.isSafeInteger(value) ||
  (typeof value === 'string' &&
    (readIsoTime(value)?.hasOffset || /^[+-]\d{1,6}[mhdw]$/.test(value)))
    ? null
    : `asks for a time with its zone, such as "2026-03-01T00:00:00Z", or one by now, such as "-7d"; received ${shown(value)}`;
const nested: Operand = (value, place) => {
  checkValue(value, place);
  return null;
};

/** THE operators, with what each may be given. */
const OPERATORS: Readonly<Record<string, Operand>> = {
  $eq: plain,
  $ne: plain,
  $lt: ordered,
  $lte: ordered,
  $gt: ordered,
  $gte: ordered,
  $veq: version,
  $vne: version,
  $vlt: version,
  $vlte: version,
  $vgt: version,
  $vgte: version,
  $exists: (value) => (typeof value === 'boolean' ? null : 'is true or false'),
  $in: list,
  $nin: list,
  $ini: list,
  $nini: list,
  $inGroup: group,
  $notInGroup: group,
  $all: list,
  $alli: list,
  $elemMatch(value, place) {
    if (!isObject(value)) return 'asks for a condition on each member';
    if (isOperatorForm(value)) checkValue(value, place);
    else checkAt(value, place);
    return null;
  },
  $size: (value, place) => {
    if (isObject(value)) return nested(value, place);
    return Number.isSafeInteger(value) ? null : `asks for a whole number; received ${shown(value)}`;
  },
  $not: nested,
  $regex: pattern,
  $regexi: pattern,
  $type: (value) => (TYPES.some((type) => type === value) ? null : `is one of ${TYPES.join(', ')}`),
  $before: time,
  $after: time,
};

const COMBINATIONS: readonly string[] = ['$and', '$or', '$nor', '$not'];

/** Tells what is wrong with a condition. Its own cost is bounded, whatever it is given. */
export function checkCondition(
  condition: unknown,
  path: string,
  { tell, named }: { readonly tell: Tell; readonly named: NamedLists },
): void {
  checkAt(condition, { path, tell, named, depth: 0, count: { nodes: 0 } });
}

function checkAt(condition: unknown, place: Place): void {
  const { path, tell } = place;
  if (!isObject(condition)) {
    tell(path, `is an object of attributes; received ${shown(condition)}`);
    return;
  }
  if (isOver(place, Object.keys(condition).length)) return;
  for (const [key, value] of Object.entries(condition)) {
    const inner = within(place, key);
    if (key === '$not') checkAt(value, inner);
    else if (key === '$inSegment') {
      if (typeof value !== 'string' || !place.named.segments.has(value))
        tell(inner.path, `names a segment that is there; received ${shown(value)}`);
    } else if (COMBINATIONS.includes(key)) {
      if (!Array.isArray(value)) tell(inner.path, 'asks for a list of conditions');
      else if (value.length === 0) {
        tell(inner.path, 'is empty: say what is meant, or leave it out');
      } else if (!isOver(place, value.length)) {
        value.forEach((each, index) =>
          checkAt(each, { ...inner, path: `${inner.path}[${index}]` }),
        );
      }
    } else if (key.startsWith('$') && !RUNTIME_ATTRIBUTES.includes(key.split('.', 1)[0] ?? '')) {
      tell(inner.path, unknownKey(key));
    } else checkValue(value, inner);
  }
}

/** What an attribute is held against. */
function checkValue(value: unknown, place: Place): void {
  const { path, tell } = place;
  if (!isObject(value)) {
    if (value === undefined) tell(path, 'is missing');
    return;
  }
  const keys = Object.keys(value);
  const operators = keys.filter((key) => key.startsWith('$'));
  // Without an operator it is a value, which the attribute must equal.
  if (operators.length === 0) return;
  if (operators.length < keys.length) {
    const odd = keys.find((key) => !key.startsWith('$')) ?? '';
    tell(
      at(path, odd),
      `stands beside the operator ${operators[0]}: then the whole is compared as a value, and no operator counts. Write a dotted path (plan.tier) instead`,
    );
    return;
  }
  if (isOver(place, keys.length)) return;
  for (const [key, operand] of Object.entries(value)) {
    const inner = within(place, key);
    const check = Object.hasOwn(OPERATORS, key) ? OPERATORS[key] : undefined;
    const fault = check
      ? check(operand, inner)
      : `"${key}" is no operator. There are ${Object.keys(OPERATORS).join(', ')}`;
    if (fault !== null) tell(inner.path, fault);
  }
}

function isOver({ count, depth, path, tell }: Place, more: number): boolean {
  const { conditionDepth, conditionNodes } = FLAG_LIMITS;
  if (depth > conditionDepth) {
    tell(path, `lies more than ${conditionDepth} levels deep`);
    return true;
  }
  const before = count.nodes;
  count.nodes += more;
  if (count.nodes <= conditionNodes) return false;
  if (before <= conditionNodes) tell(path, `the condition has more than ${conditionNodes} members`);
  return true;
}

function within(place: Place, key: string): Place {
  return { ...place, path: at(place.path, key), depth: place.depth + 1 };
}

function isOperatorForm(value: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith('$'));
}

function unknownKey(key: string): string {
  const hint = Object.hasOwn(OPERATORS, key)
    ? 'is an operator: it stands below an attribute, as in { "plan": { "$eq": "pro" } }'
    : `is neither a combination (${COMBINATIONS.join(', ')}) nor $inSegment nor an attribute that clients keep (${RUNTIME_ATTRIBUTES.join(', ')})`;
  return `"${key}" ${hint}`;
}
