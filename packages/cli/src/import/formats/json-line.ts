import { LIMITS, readIsoTime, type JsonObject, type JsonValue } from '@px-platform/protocol';

export type Member = JsonValue | undefined;

/** The object that a line is; null for anything else. */
export function parseObject(line: string): JsonObject | null {
  try {
    return asObject(JSON.parse(line) as JsonValue);
  } catch {
    return null;
  }
}

export function asObject(value: Member): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** A text that says something; null for anything else. */
export function asText(value: Member): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** An id: a text, or a number that somebody took for one. */
export function asId(value: Member): string | null {
  return typeof value === 'number' ? String(value) : asText(value);
}

/** A time as the collector reads it, or null. What it would take for a time of its own must not get there. */
export function asTime(value: Member): number | string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  return typeof value === 'string' && readIsoTime(value) ? value : null;
}

/** What is left of an object without these members. */
export function without(object: JsonObject, isGone: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !isGone(key)));
}

/** Members that say something, by other names. */
export function texts(members: Readonly<Record<string, Member>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => {
      const text = asId(value);
      return text === null ? [] : [[name, text]];
    }),
  );
}

export function numbers(members: Readonly<Record<string, Member>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(members).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
}

/** The same, or nothing at all: an empty object would only be carried about. */
export function unlessEmpty<K extends string, T extends object>(
  name: K,
  object: T,
): { readonly [name in K]?: T } {
  return Object.keys(object).length > 0 ? ({ [name]: object } as { [name in K]: T }) : {};
}

/** Names that start with `$` are PX's own; what another product called so is an ordinary event here. */
export function ordinaryName(name: string): string {
  return name.replace(/^\$+/, '').slice(0, LIMITS.nameLength);
}
