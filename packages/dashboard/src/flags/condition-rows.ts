import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { Condition } from '@px-platform/protocol/flags';

/** One comparison as a person reads it. */
export interface ConditionRow {
  readonly attribute: string;
  readonly operator: RowOperator;
  /** As it is typed; lists have one value a part. Empty where the operator takes none. */
  readonly values: readonly string[];
}

/** Every row of a group must hold, of any group. */
export type ConditionGroups = readonly (readonly ConditionRow[])[];

/** How a comparison is read, how it is written, and how many values it takes. */
interface Operator {
  readonly label: string;
  readonly takes: 'none' | 'one' | 'many';
  write(values: readonly string[]): JsonValue;
}

const first = ([value = '']: readonly string[]) => value;

/** The comparisons there are words for. A condition with any other is edited as JSON. */
export const ROW_OPERATORS = {
  // Without an operator the attribute is taken for what it is compared with: "42" is 42.
  is: { label: 'is', takes: 'one', write: (values) => number(values) },
  isNot: { label: 'is not', takes: 'one', write: (values) => ({ $not: number(values) }) },
  isTrue: { label: 'is true', takes: 'none', write: () => true },
  isFalse: { label: 'is false', takes: 'none', write: () => false },
  in: { label: 'is one of', takes: 'many', write: (values) => ({ $in: everyForm(values) }) },
  notIn: { label: 'is none of', takes: 'many', write: (values) => ({ $nin: everyForm(values) }) },
  above: { label: 'is more than', takes: 'one', write: (values) => ({ $gt: number(values) }) },
  least: { label: 'is at least', takes: 'one', write: (values) => ({ $gte: number(values) }) },
  below: { label: 'is less than', takes: 'one', write: (values) => ({ $lt: number(values) }) },
  most: { label: 'is at most', takes: 'one', write: (values) => ({ $lte: number(values) }) },
  exists: { label: 'is known', takes: 'none', write: () => ({ $exists: true }) },
  missing: { label: 'is not known', takes: 'none', write: () => ({ $exists: false }) },
  matches: { label: 'matches', takes: 'one', write: (values) => ({ $regex: first(values) }) },
  has: {
    label: 'includes',
    takes: 'one',
    write: (values) => ({ $elemMatch: { $eq: first(values) } }),
  },
  versionLeast: {
    label: 'version is at least',
    takes: 'one',
    write: (values) => ({ $vgte: first(values) }),
  },
  versionBelow: {
    label: 'version is below',
    takes: 'one',
    write: (values) => ({ $vlt: first(values) }),
  },
  before: { label: 'is before', takes: 'one', write: (values) => ({ $before: first(values) }) },
  after: { label: 'is after', takes: 'one', write: (values) => ({ $after: first(values) }) },
  inGroup: {
    label: 'is in the list',
    takes: 'one',
    write: (values) => ({ $inGroup: first(values) }),
  },
  notInGroup: {
    label: 'is not in the list',
    takes: 'one',
    write: (values) => ({ $notInGroup: first(values) }),
  },
} as const satisfies Readonly<Record<string, Operator>>;

export type RowOperator = keyof typeof ROW_OPERATORS;

/** Null where there are no words for it. */
export function readCondition(condition: Condition): ConditionGroups | null {
  const { $or: or, ...rest } = condition;
  if (or === undefined) {
    const rows = readRows(condition);
    return rows && [rows];
  }
  if (Object.keys(rest).length > 0 || !Array.isArray(or) || or.length < 2) return null;
  const groups = (or as readonly JsonValue[]).map((each) =>
    isObject(each) ? readRows(each) : null,
  );
  return groups.every((group) => group !== null && group.length > 0)
    ? (groups as ConditionGroups)
    : null;
}

/** The condition that says it. Rows without an attribute say nothing yet. */
export function writeCondition(groups: ConditionGroups): Condition {
  const parts = groups.map((rows) => writeRows(rows.filter(({ attribute }) => attribute !== '')));
  const said = parts.filter((part) => Object.keys(part).length > 0);
  return said.length > 1 ? { $or: said } : (said[0] ?? {});
}

function readRows(condition: JsonObject): readonly ConditionRow[] | null {
  const rows: ConditionRow[] = [];
  for (const [key, test] of Object.entries(condition)) {
    const found = key === '$and' ? readParts(test) : LOGIC.has(key) ? null : readTests(key, test);
    if (!found) return null;
    rows.push(...found);
  }
  return rows;
}

/** Facts that the client keeps begin with `$`, too; logic is these four. */
const LOGIC: ReadonlySet<string> = new Set(['$and', '$or', '$nor', '$not']);

function readParts(parts: JsonValue): readonly ConditionRow[] | null {
  if (!Array.isArray(parts)) return null;
  const rows: ConditionRow[] = [];
  for (const part of parts as readonly JsonValue[]) {
    const found = isObject(part) && !('$and' in part) ? readRows(part) : null;
    if (!found || found.length === 0) return null;
    rows.push(...found);
  }
  return rows;
}

function readTests(attribute: string, test: JsonValue): readonly ConditionRow[] | null {
  if (typeof test === 'boolean')
    return [{ attribute, operator: test ? 'isTrue' : 'isFalse', values: [] }];
  if (isScalar(test)) {
    const row: ConditionRow = { attribute, operator: 'is', values: [String(test)] };
    return same(ROW_OPERATORS.is.write(row.values), test) ? [row] : null;
  }
  if (!isObject(test) || Object.keys(test).length === 0) return null;
  const rows = Object.entries(test).map(([name, value]) => readTest(attribute, name, value));
  return rows.every((row) => row !== null) ? rows : null;
}

const READERS: Readonly<Record<string, RowOperator>> = {
  $not: 'isNot',
  $in: 'in',
  $nin: 'notIn',
  $gt: 'above',
  $gte: 'least',
  $lt: 'below',
  $lte: 'most',
  $regex: 'matches',
  $elemMatch: 'has',
  $vgte: 'versionLeast',
  $vlt: 'versionBelow',
  $before: 'before',
  $after: 'after',
  $inGroup: 'inGroup',
  $notInGroup: 'notInGroup',
};

function readTest(attribute: string, name: string, value: JsonValue): ConditionRow | null {
  if (name === '$exists')
    return typeof value === 'boolean'
      ? { attribute, operator: value ? 'exists' : 'missing', values: [] }
      : null;
  const operator = READERS[name];
  if (operator === undefined) return null;
  const values = textsOf(name, value);
  if (values === null) return null;
  const row: ConditionRow = { attribute, operator, values };
  // Only what would be written again as it stands: nobody's condition is to change by being looked at.
  const { write } = ROW_OPERATORS[operator];
  return same(write(values), { [name]: value }) ? row : null;
}

function textsOf(name: string, value: JsonValue): readonly string[] | null {
  if (name === '$in' || name === '$nin') {
    if (!Array.isArray(value)) return null;
    const texts = (value as readonly JsonValue[]).map((each) =>
      isScalar(each) ? String(each) : null,
    );
    return texts.every((text) => text !== null) ? [...new Set(texts)] : null;
  }
  if (name === '$elemMatch')
    return isObject(value) && typeof value['$eq'] === 'string' ? [value['$eq']] : null;
  return isScalar(value) ? [String(value)] : null;
}

function writeRows(rows: readonly ConditionRow[]): Condition {
  const parts: Record<string, JsonValue>[] = [];
  for (const { attribute, operator, values } of rows) {
    const test = ROW_OPERATORS[operator].write(values);
    const last = parts.at(-1);
    const said = last && Object.hasOwn(last, attribute) ? last[attribute] : undefined;
    if (last && said === undefined) last[attribute] = test;
    else if (last && canJoin(said, test)) last[attribute] = { ...said, ...(test as JsonObject) };
    else parts.push({ [attribute]: test });
  }
  return parts.length > 1 ? { $and: parts } : (parts[0] ?? {});
}

/** Two tests of one attribute in one object, such as at least 1 and less than 5. */
function canJoin(one: JsonValue | undefined, other: JsonValue): one is JsonObject {
  return (
    one !== undefined &&
    isObject(one) &&
    isObject(other) &&
    Object.keys(other).every((key) => !Object.hasOwn(one, key))
  );
}

/** `$in` is strict: 42 is not "42". Whoever types 42 means either. */
function everyForm(values: readonly string[]): readonly JsonValue[] {
  return values.flatMap((value) => (isNumeric(value) ? [value, Number(value)] : [value]));
}

function number([value = '']: readonly string[]): JsonValue {
  return isNumeric(value) ? Number(value) : value;
}

/** Only as JavaScript itself writes it: "007" is no number. */
export const isNumeric = (text: string) =>
  text !== '' && String(Number(text)) === text && text !== 'NaN' && !text.includes('Infinity');

const isScalar = (value: JsonValue): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const same = (one: JsonValue, other: JsonValue) => JSON.stringify(one) === JSON.stringify(other);
