import { LIMITS, type JsonObject, type JsonValue } from '@px-platform/protocol';

/** Values of JSON made from anything, and whether something had to be left out to stay in bounds. */
export interface SafeJson {
  readonly value: JsonObject;
  readonly truncated: boolean;
}

const FORBIDDEN_KEY = '__proto__';
/** An item and its comma are two bytes at least: a list beyond this is an event too large anyway. */
const MOST_ITEMS = LIMITS.eventBytes / 2;

/**
 * Makes a JSON object of whatever a page hands over, without throwing: dates become ISO text,
 * bigints text, maps objects, sets lists, NaN null; functions, symbols and undefined are left out,
 * cycles cut, and of what throws only the part that does. Stays inside `LIMITS`, so that one wild
 * property never costs the event, nor the page its time.
 */
export function toJsonObject(input: unknown): SafeJson {
  const ancestors = new Set<object>();
  let keysLeft: number = LIMITS.propertyKeys;
  let itemsLeft = MOST_ITEMS;
  let truncated = false;
  const omit = (): undefined => {
    truncated = true;
    return undefined;
  };

  /** A getter, a proxy or a toJSON that throws: the page's object, not the page's problem. */
  const convertSafely = (read: () => unknown, depth: number): JsonValue | undefined => {
    try {
      return convert(read(), depth);
    } catch {
      return omit();
    }
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
    // Megabytes of binary are millions of keys: listing them alone holds the page up for seconds.
    if (ArrayBuffer.isView(value) && value.byteLength > LIMITS.propertyKeys) return omit();
    ancestors.add(value);
    try {
      if (Array.isArray(value)) return fromList(value, depth);
      if (value instanceof Set) return fromList(value as Set<unknown>, depth);
      if (value instanceof Map) {
        const map = value as Map<unknown, unknown>;
        return fromKeys(map.keys(), (key) => map.get(key), depth);
      }
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function')
        return convert((toJSON as () => unknown).call(value), depth);
      return fromKeys(Object.keys(value), (key) => value[key as keyof typeof value], depth);
    } finally {
      ancestors.delete(value);
    }
  };

  // As JSON.stringify does: a hole in a list must not move its neighbours.
  const fromList = (items: Iterable<unknown>, depth: number): JsonValue => {
    const result: JsonValue[] = [];
    for (const item of items) {
      if (itemsLeft <= 0) {
        omit();
        break;
      }
      itemsLeft -= 1;
      result.push(convertSafely(() => item, depth + 1) ?? null);
    }
    return result;
  };

  const fromKeys = (
    keys: Iterable<unknown>,
    read: (key: unknown) => unknown,
    depth: number,
  ): JsonObject => {
    const result: Record<string, JsonValue> = {};
    for (const given of keys) {
      if (keysLeft <= 0) {
        omit();
        break;
      }
      const key = String(given);
      if (key === FORBIDDEN_KEY || key.length > LIMITS.keyLength) {
        omit();
        continue;
      }
      // Taken before going down, so that what is inside counts too.
      keysLeft -= 1;
      const converted = convertSafely(() => read(given), depth + 1);
      if (converted === undefined) keysLeft += 1;
      else result[key] = converted;
    }
    return result;
  };

  const isGiven = typeof input === 'object' && input !== null;
  const converted = isGiven ? convertSafely(() => input, 0) : undefined;
  const isObject = typeof converted === 'object' && converted !== null && !Array.isArray(converted);
  if (input !== undefined && input !== null && !isObject) truncated = true;
  return { value: isObject ? (converted as JsonObject) : {}, truncated };
}
