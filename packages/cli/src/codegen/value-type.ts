import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { FlagType } from '@px-platform/protocol/flags';
import { inOrder, printArray, printLiteral, printObject, printUnion } from './print.js';

/** Deeper than this JSON is any JSON. */
const MOST_LEVELS = 8;
export const ANY_JSON = 'Json';

/**
 * The type of a flag that has these values. A text is one of them. A number is any: limits are tuned, and fall back to
 * others. JSON has the shape that they share.
 */
export function flagType(type: FlagType, values: readonly JsonValue[]): string {
  if (type === 'string')
    return printUnion(
      values
        .filter((value) => typeof value === 'string')
        .sort(inOrder)
        .map(printLiteral),
    );
  if (type === 'boolean' || type === 'number') return type;
  // A flag whose value is null has none: it reads as the fallback.
  const own = values.filter((value) => value !== null);
  return own.length === 0 ? ANY_JSON : shapeOf(own, { indent: '  ', level: 1 });
}

/** A type that each of the values has. */
function shapeOf(
  values: readonly JsonValue[],
  { indent, level }: { readonly indent: string; readonly level: number },
): string {
  if (level > MOST_LEVELS) return ANY_JSON;
  const lists = values.filter((value) => Array.isArray(value));
  const objects = values.filter(isObject);
  const plain = values.filter((value) => typeof value !== 'object' || value === null);
  const items = lists.flat();
  return printUnion([
    ...plain.map((value) => (value === null ? 'null' : typeof value)).sort(inOrder),
    ...(lists.length > 0
      ? [printArray(items.length > 0 ? shapeOf(items, { indent, level: level + 1 }) : ANY_JSON)]
      : []),
    ...(objects.length > 0 ? [objectOf(objects, indent, level)] : []),
  ]);
}

/** What all of them have, and what some have. */
function objectOf(objects: readonly JsonObject[], indent: string, level: number): string {
  const names = [...new Set(objects.flatMap((each) => Object.keys(each)))].sort(inOrder);
  const members = names.map((name) => {
    const having = objects.filter((each) => Object.hasOwn(each, name));
    return {
      name,
      type: shapeOf(
        having.map((each) => each[name] ?? null),
        { indent: `${indent}  `, level: level + 1 },
      ),
      isOptional: having.length < objects.length,
    };
  });
  return printObject(members, { indent });
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
