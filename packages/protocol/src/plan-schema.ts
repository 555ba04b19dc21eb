import type { JsonValue } from './json.js';
import { patternFault } from './plan-pattern.js';
import { PLAN_FORMATS, PLAN_LIMITS, type PlanFault } from './plan.js';

const TYPES: readonly string[] = [
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'null',
];

type Check = (value: JsonValue) => string | null;

const isCount = (value: JsonValue) => Number.isSafeInteger(value) && (value as number) >= 0;
const count: Check = (value) => (isCount(value) ? null : 'is not a whole number from 0');
const number: Check = (value) => (Number.isFinite(value) ? null : 'is not a number');
const text: Check = (value) => (typeof value === 'string' ? null : 'is not a text');
const anything: Check = () => null;

/**
 * THE keywords of a plan's schema, with what each may hold. References, combinations (`anyOf`, `not`, `if`) and keywords
 * whose cost depends on the event are left out: what remains is checked in one pass, and two versions can be compared.
 */
export const PLAN_KEYWORDS: Readonly<Record<string, Check>> = {
  $schema: (value) =>
    value === 'https://json-schema.org/draft/2020-12/schema'
      ? null
      : 'is not https://json-schema.org/draft/2020-12/schema',
  title: text,
  description: text,
  examples: (value) => (Array.isArray(value) ? null : 'is not a list'),
  deprecated: (value) => (typeof value === 'boolean' ? null : 'is neither true nor false'),
  type: (value) => {
    const types = Array.isArray(value) ? value : [value];
    const isKnown = types.length > 0 && types.every((each) => TYPES.includes(each as string));
    return isKnown && new Set(types).size === types.length ? null : `is not of ${TYPES.join(', ')}`;
  },
  const: anything,
  enum: (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= PLAN_LIMITS.enumValues
      ? null
      : `is not a list of 1 to ${PLAN_LIMITS.enumValues} values`,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  pattern: (value) => (typeof value === 'string' ? patternFault(value) : 'is not a text'),
  format: (value) =>
    PLAN_FORMATS.some((format) => format === value) ? null : `is not of ${PLAN_FORMATS.join(', ')}`,
  required: (value) =>
    Array.isArray(value) &&
    value.every((each) => typeof each === 'string') &&
    new Set(value).size === value.length
      ? null
      : 'is not a list of different names',
  additionalProperties: (value) =>
    typeof value === 'boolean' ? null : 'is neither true nor false',
  properties: (value) => (isObject(value) ? null : 'is not an object'),
  items: (value) => (isObject(value) ? null : 'is not a schema'),
};

/** What keeps a schema out of a plan; empty for one that may go in. Its own cost is bounded, whatever it is given. */
export function schemaFaults(schema: unknown): readonly PlanFault[] {
  if (!isObject(schema as JsonValue)) return [{ path: '', message: 'a schema is an object' }];
  const faults: PlanFault[] = [];
  let nodes = 0;

  const visit = (node: JsonValue, path: string, depth: number): void => {
    nodes += 1;
    if (nodes > PLAN_LIMITS.nodes || faults.length >= 20) return;
    if (depth > PLAN_LIMITS.depth) {
      faults.push({ path, message: `is more than ${PLAN_LIMITS.depth} levels deep` });
      return;
    }
    if (!isObject(node)) {
      faults.push({ path, message: 'is not a schema, which is an object' });
      return;
    }
    for (const [keyword, value] of Object.entries(node)) {
      const at = `${path}/${escaped(keyword)}`;
      const check = Object.hasOwn(PLAN_KEYWORDS, keyword) ? PLAN_KEYWORDS[keyword] : undefined;
      const message = check
        ? check(value)
        : `is a keyword that plans do not have; there are ${Object.keys(PLAN_KEYWORDS).join(', ')}`;
      if (message !== null) faults.push({ path: at, message });
      else if (keyword === 'items') visit(value, at, depth + 1);
      else if (keyword === 'properties') {
        for (const [name, inner] of Object.entries(value as object)) {
          visit(inner as JsonValue, `${at}/${escaped(name)}`, depth + 1);
        }
      }
    }
  };
  visit(schema as JsonValue, '', 1);
  if (nodes > PLAN_LIMITS.nodes) {
    return [{ path: '', message: `holds more than ${PLAN_LIMITS.nodes} schemas` }];
  }
  if (faults.length > 0) return faults;
  // Depth is known to be bounded now, except of what keywords hold as plain values.
  const length = lengthOf(schema);
  if (length === null || length > PLAN_LIMITS.schemaLength) {
    return [{ path: '', message: `has more than ${PLAN_LIMITS.schemaLength} characters` }];
  }
  const { type } = schema as { type?: JsonValue };
  return type === undefined || type === 'object'
    ? []
    : [{ path: '/type', message: 'must be object: it describes an event’s properties' }];
}

function lengthOf(schema: unknown): number | null {
  try {
    return JSON.stringify(schema).length;
  } catch {
    return null;
  }
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
