import type { JsonObject, JsonValue } from '@px-platform/protocol';

/** From here on an integer does not fit ClickHouse's Int64, and the whole insert would be refused. */
const INT64_BOUND = 2 ** 63;

/**
 * Rewrites properties so that the engine takes them whatever they hold: objects become dotted paths
 * (as the JSON column stores them), text becomes well-formed Unicode, integers beyond 64 bits become
 * text, and two keys that would meet on one path get paths of their own. Nothing is left out.
 */
export function canonicalProperties(properties: JsonObject): JsonObject {
  // No prototype: `constructor` and the like are ordinary keys here.
  const flat = Object.create(null) as Record<string, JsonValue>;
  flatten(properties, '', flat);
  return flat;
}

function flatten(object: JsonObject, prefix: string, into: Record<string, JsonValue>): void {
  for (const [key, value] of Object.entries(object)) {
    const path = prefix + canonicalKey(key);
    if (isObject(value)) flatten(value, `${path}.`, into);
    else into[freePath(path, into)] = canonicalValue(value);
  }
}

/** Empty path segments cannot be asked for by name, so each becomes `_`. */
function canonicalKey(key: string): string {
  const text = key.toWellFormed();
  if (!text.includes('.')) return text || '_';
  return text
    .split('.')
    .map((segment) => segment || '_')
    .join('.');
}

function freePath(path: string, taken: Readonly<Record<string, JsonValue>>): string {
  if (!(path in taken)) return path;
  let copy = 2;
  while (`${path}_${copy}` in taken) copy += 1;
  return `${path}_${copy}`;
}

function canonicalValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number') return Math.abs(value) < INT64_BOUND ? value : String(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => canonicalItem(item));
  return value;
}

/** Objects inside lists stay objects: the column stores lists of JSON. Their keys are made safe too. */
function canonicalItem(item: JsonValue): JsonValue {
  if (!isObject(item)) return canonicalValue(item);
  const flat = Object.create(null) as Record<string, JsonValue>;
  flatten(item, '', flat);
  return flat;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
