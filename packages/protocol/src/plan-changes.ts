import type { JsonObject, JsonValue } from './json.js';
import type { PlanFault } from './plan.js';

/** Bounds from below: to raise one refuses what was right. */
const FLOORS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const;
const CEILINGS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const;

/**
 * What was right under `previous` and would be wrong under `next`; empty where `next` takes all that `previous` took.
 * Both must be without `schemaFaults`. What cannot be decided (another `pattern`) counts as a break.
 */
export function breakingChanges(previous: JsonObject, next: JsonObject): readonly PlanFault[] {
  const faults: PlanFault[] = [];
  compare(previous, next, '', (path, message) => faults.push({ path, message }));
  return faults;
}

type Report = (path: string, message: string) => void;

function compare(previous: JsonObject, next: JsonObject, path: string, report: Report): void {
  compareTypes(previous, next, path, report);
  compareValues(previous, next, path, report);
  compareBounds(previous, next, path, report);
  for (const keyword of ['pattern', 'format'] as const) {
    const [before, after] = [previous[keyword], next[keyword]];
    if (after !== undefined && after !== before) {
      report(
        `${path}/${keyword}`,
        `${shown(before)} became ${shown(after)}: values that were right may not fit it`,
      );
    }
  }
  compareMembers(previous, next, path, report);
  const items = next['items'];
  if (items !== undefined)
    compare(asSchema(previous['items']), asSchema(items), `${path}/items`, report);
}

function compareTypes(previous: JsonObject, next: JsonObject, path: string, report: Report): void {
  if (next['type'] === undefined) return;
  const after = listOf(next['type']);
  const before = typesOf(previous);
  const isHeld = (type: JsonValue) =>
    after.includes(type) || (type === 'integer' && after.includes('number'));
  if (before === null)
    report(`${path}/type`, `any type was right; now only ${after.map(String).join(', ')}`);
  else {
    const lost = before.filter((type) => !isHeld(type));
    if (lost.length > 0)
      report(`${path}/type`, `${lost.map(String).join(', ')} was right, and is no more`);
  }
}

/** Null: any. */
function typesOf(schema: JsonObject): readonly JsonValue[] | null {
  if (schema['type'] !== undefined) return listOf(schema['type']);
  return valuesOf(schema)?.map(typeOf) ?? null;
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return typeof value;
}

function compareValues(previous: JsonObject, next: JsonObject, path: string, report: Report): void {
  const allowed = valuesOf(next);
  if (allowed === null) return;
  const before = valuesOf(previous);
  const keyword = next['enum'] === undefined ? 'const' : 'enum';
  if (before === null) {
    report(`${path}/${keyword}`, 'any value was right; now only those listed');
    return;
  }
  const texts = new Set(allowed.map(canonical));
  const lost = before.filter((value) => !texts.has(canonical(value)));
  if (lost.length > 0) {
    report(
      `${path}/${keyword}`,
      `${lost.slice(0, 5).map(shown).join(', ')} was right, and is no more`,
    );
  }
}

function compareBounds(previous: JsonObject, next: JsonObject, path: string, report: Report): void {
  for (const [keywords, isTighter] of [
    [FLOORS, (before: number, after: number) => after > before],
    [CEILINGS, (before: number, after: number) => after < before],
  ] as const) {
    for (const keyword of keywords) {
      const after = next[keyword];
      const before = previous[keyword];
      if (typeof after !== 'number') continue;
      if (typeof before !== 'number' ? !isVoid(keyword, after) : isTighter(before, after)) {
        report(
          `${path}/${keyword}`,
          `${before === undefined ? 'there was none' : shown(before)}, now ${after}: fewer values are right`,
        );
      }
    }
  }
}

/** A length or a number of items from 0 forbids nothing. */
function isVoid(keyword: string, bound: number): boolean {
  return bound === 0 && (keyword === 'minLength' || keyword === 'minItems');
}

function compareMembers(
  previous: JsonObject,
  next: JsonObject,
  path: string,
  report: Report,
): void {
  const wasRequired = listOf(previous['required'] ?? []);
  for (const name of listOf(next['required'] ?? [])) {
    if (!wasRequired.includes(name)) report(`${path}/required`, `${shown(name)} was not required`);
  }
  const [before, after] = [asSchema(previous['properties']), asSchema(next['properties'])];
  const [wasOpen, isOpen] = [
    previous['additionalProperties'] !== false,
    next['additionalProperties'] !== false,
  ];
  if (wasOpen && !isOpen) {
    report(
      `${path}/additionalProperties`,
      'properties that the schema does not name were right, and are no more',
    );
  }
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name) && !isOpen)
      report(`${path}/properties/${name}`, 'was named, and is no more');
  }
  for (const [name, schema] of Object.entries(after)) {
    const at = `${path}/properties/${name}`;
    if (Object.hasOwn(before, name)) compare(asSchema(before[name]), asSchema(schema), at, report);
    // Whoever sent it before, unasked, sent whatever they liked.
    else if (wasOpen) compare({}, asSchema(schema), at, report);
  }
}

function valuesOf(schema: JsonObject): readonly JsonValue[] | null {
  const { const: only, enum: listed } = schema;
  if (listed === undefined) return only === undefined ? null : [only];
  const values = listOf(listed);
  return only === undefined ? values : values.filter((each) => canonical(each) === canonical(only));
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}

function asSchema(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

/** The same text for the same value, whatever the order of its members. */
export function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_key, each: JsonValue) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
