import { LIMITS, type JsonObject, type JsonValue } from '@px-platform/protocol';

/** Values of JSON made from anything, and whether something had to be left out to stay in bounds. */
export interface SafeJson {
  readonly value: JsonObject;
  readonly truncated: boolean;
}

const FORBIDDEN_KEY = '__proto__';

/**
 * Makes a JSON object of whatever a page hands over, without throwing: dates become ISO text,
 * bigints text, maps objects, sets lists, NaN null; functions, symbols and undefined are left out,
 * cycles cut. Stays inside `LIMITS`, so that one wild property never costs the event.
 */
export function toJsonObject(input: unknown): SafeJson {
  const ancestors = new Set<object>();
  let keysLeft: number = LIMITS.propertyKeys;
  let truncated = false;
  const omit = (): undefined => {
    truncated = true;
    return undefined;
  };

  const convert = (value: unknown, depth: number): JsonValue | undefined => {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'bigint':
        return value.toString();
      case 'object':
        return value === null ? null : convertObject(value, depth);
      default:
        return undefined;
    }
  };

  const convertObject = (value: object, depth: number): JsonValue | undefined => {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof RegExp) return String(value);
    if (value instanceof Error)
      return convertObject({ name: value.name, message: value.message }, depth);
    // `properties` itself is the first of the levels.
    if (ancestors.has(value) || depth >= LIMITS.depth) return omit();
    ancestors.add(value);
    try {
      if (Array.isArray(value)) return fromList(value, depth);
      if (value instanceof Set) return fromList([...(value as Set<unknown>)], depth);
      if (value instanceof Map) return fromEntries([...(value as Map<unknown, unknown>)], depth);
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function')
        return convert((toJSON as () => unknown).call(value), depth);
      return fromEntries(Object.entries(value), depth);
    } catch {
      // A getter, a proxy or a toJSON that throws: the page's object, not the page's problem.
      return omit();
    } finally {
      ancestors.delete(value);
    }
  };

  // As JSON.stringify does: a hole in a list must not move its neighbours.
  const fromList = (items: readonly unknown[], depth: number): JsonValue =>
    Array.from(items, (item) => convert(item, depth + 1) ?? null);

  const fromEntries = (
    entries: readonly (readonly [unknown, unknown])[],
    depth: number,
  ): JsonObject => {
    const result: Record<string, JsonValue> = {};
    for (const [name, item] of entries) {
      const key = String(name);
      if (key === FORBIDDEN_KEY || key.length > LIMITS.keyLength || keysLeft <= 0) {
        omit();
        continue;
      }
      // Taken before going down, so that what is inside counts too.
      keysLeft -= 1;
      const converted = convert(item, depth + 1);
      if (converted === undefined) keysLeft += 1;
      else result[key] = converted;
    }
    return result;
  };

  const converted =
    typeof input === 'object' && input !== null ? convertObject(input, 0) : undefined;
  const isObject = typeof converted === 'object' && converted !== null && !Array.isArray(converted);
  if (input !== undefined && input !== null && !isObject) truncated = true;
  return { value: isObject ? (converted as JsonObject) : {}, truncated };
}
