import { canonical, type JsonObject, type JsonValue } from '@px-platform/protocol';
import { inOrder, printArray, printLiteral, printObject, printUnion, type Said } from './print.js';

/**
 * A plan's schema as a type. It reads what plans may have (`PLAN_KEYWORDS`): bounds, patterns and formats are left to the
 * collector, and what it does not know it takes for anything.
 */
export function schemaType(schema: JsonValue | undefined, indent: string): string {
  if (!isObject(schema)) return 'unknown';
  const types = typesOf(schema);
  const values = valuesOf(schema);
  if (values)
    return printUnion(
      values.filter((value) => types === null || isOneOf(value, types)).map(valueType),
    );
  if (types === null) return 'unknown';
  return printUnion(types.map((type) => typeOf(type, schema, indent)));
}

/** What a schema says to people. */
export const saidOf = (schema: JsonValue | undefined): Said => {
  const { title, description, deprecated } = isObject(schema) ? schema : {};
  return { texts: [title, description].map(textOf), deprecated: deprecated === true };
};

function typeOf(type: string, schema: JsonObject, indent: string): string {
  if (type === 'integer') return 'number';
  if (type === 'array') return printArray(schemaType(schema['items'], indent));
  if (type !== 'object') return PLAIN.includes(type) ? type : 'unknown';
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(listOf(schema['required']).filter((name) => typeof name === 'string'));
  const isOpen = schema['additionalProperties'] !== false;
  const names = [...new Set([...Object.keys(properties), ...required])].sort(inOrder);
  const members = names.map((name) => {
    const isNamed = Object.hasOwn(properties, name);
    const inner = isNamed ? properties[name] : undefined;
    return {
      name,
      // What is needed and not allowed nobody can say.
      type: isNamed || isOpen ? schemaType(inner, `${indent}  `) : 'never',
      isOptional: !required.has(name),
      said: saidOf(inner),
    };
  });
  return printObject(members, { indent, isOpen });
}

const PLAIN: readonly string[] = ['string', 'number', 'boolean', 'null'];

/** Null: any. Who names members or items means an object or a list. */
function typesOf(schema: JsonObject): readonly string[] | null {
  const { type } = schema;
  if (type !== undefined) return listOf(type).map(String);
  if (schema['properties'] !== undefined || schema['required'] !== undefined) return ['object'];
  return schema['items'] === undefined ? null : ['array'];
}

/** Null: any. */
function valuesOf({ const: only, enum: listed }: JsonObject): readonly JsonValue[] | null {
  if (listed === undefined) return only === undefined ? null : [only];
  const values = listOf(listed);
  return only === undefined
    ? values
    : values.filter((value) => canonical(value) === canonical(only));
}

function isOneOf(value: JsonValue, types: readonly string[]): boolean {
  if (value === null) return types.includes('null');
  if (Array.isArray(value)) return types.includes('array');
  if (typeof value === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value));
  return types.includes(typeof value);
}

/** The one value. */
function valueType(value: JsonValue): string {
  if (Array.isArray(value)) return `readonly [${value.map(valueType).join(', ')}]`;
  if (!isObject(value)) return printLiteral(value as string | number | boolean | null);
  const members = Object.keys(value)
    .sort(inOrder)
    .map((name) => `${printLiteral(name)}: ${valueType(value[name] ?? null)}`);
  return members.length === 0 ? 'Record<string, never>' : `{ ${members.join('; ')} }`;
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const textOf = (value: JsonValue | undefined) => (typeof value === 'string' ? value : undefined);
const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
