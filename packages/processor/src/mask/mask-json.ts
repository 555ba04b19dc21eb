import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { TextMask } from './mask-text.js';
import { remember } from './remember.js';
import { isPhone, type Rulebook, type Verdict } from './rulebook.js';

export interface JsonMask {
  /** A value under a key. Undefined: it is dropped. The same value comes back where nothing is masked. */
  value(value: JsonValue, key?: string): JsonValue | undefined;
  /** Every text, number and key in it that is masked, and what stands in its place. */
  masked(value: JsonValue): ReadonlyMap<string, string>;
}

const NO_VERDICT: Verdict = { own: null, kind: null };

/** Objects within objects. Far more than an accepted event may have; dead letters hold anything. */
const MOST_LEVELS = 100;
const MOST_KEYS = 5_000;

/** Masks JSON values by a project's rules: members by their keys, texts by what they hold, and keys themselves. */
export function createJsonMask({ rules, verdictOf, token }: Rulebook, texts: TextMask): JsonMask {
  const keyOf = remember(MOST_KEYS, (key) => {
    const verdict = verdictOf(key);
    return { verdict, name: verdict.own === null ? texts.text(key) : key };
  });

  function mask(value: JsonValue, verdict: Verdict, level: number): JsonValue | undefined {
    if (typeof value === 'string') return texts.keyed(value, verdict);
    if (typeof value === 'number') return maskNumber(value, verdict);
    if (verdict.own === 'keep') return value;
    if (verdict.own === 'drop') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (level > MOST_LEVELS) return '(nested too deep to be kept)';
    return Array.isArray(value)
      ? maskList(value as readonly JsonValue[], verdict, level)
      : maskObject(value as JsonObject, verdict, level);
  }

  function maskNumber(value: number, { own, kind }: Verdict): JsonValue | undefined {
    if (own === 'keep') return value;
    if (own === 'drop') return undefined;
    if (own === 'hash') return token(String(value));
    if (!Number.isSafeInteger(value)) return value;
    if (isPhone(kind) && rules.phone !== 'keep' && value >= 1_000_000) {
      return rules.phone === 'drop' ? undefined : token(String(value));
    }
    // An IPv4 address as the number it is.
    if (kind === 'ip' && value >= 2 ** 24 && value < 2 ** 32) {
      if (rules.ip_address === 'drop') return undefined;
      if (rules.ip_address === 'truncate') return value - (value % 256);
      if (rules.ip_address === 'hash') return token(String(value));
    }
    return value;
  }

  function maskList(list: readonly JsonValue[], verdict: Verdict, level: number) {
    let masked: JsonValue[] | null = null;
    for (let place = 0; place < list.length; place += 1) {
      const item = list[place] as JsonValue;
      const made = mask(item, verdict, level + 1);
      if (made !== item) masked ??= list.slice(0, place);
      if (masked && made !== undefined) masked.push(made);
    }
    return masked ?? list;
  }

  function maskObject(object: JsonObject, above: Verdict, level: number): JsonObject {
    const keys = Object.keys(object);
    let masked: [string, JsonValue][] | null = null;
    for (let place = 0; place < keys.length; place += 1) {
      const key = keys[place] as string;
      const value = object[key] as JsonValue;
      const { name, verdict } = keyOf(key);
      const made = mask(value, below(above, verdict), level + 1);
      if (made !== value || name !== key) {
        masked ??= keys.slice(0, place).map((before) => [before, object[before] as JsonValue]);
      }
      if (masked && made !== undefined) masked.push([name, made]);
    }
    // Defines its members: `__proto__` is a key like another.
    return masked ? Object.fromEntries(masked) : object;
  }

  /** A word on a field counts for all that is in it; what is below a phone may be one. */
  function below(above: Verdict, found: Verdict): Verdict {
    if (above.own !== null) return above;
    return found.kind === null && found.own === null && isPhone(above.kind)
      ? { own: null, kind: 'maybe_phone' }
      : found;
  }

  function collect(value: JsonValue, verdict: Verdict, into: Map<string, string>, level: number) {
    if (level > MOST_LEVELS) return;
    if (typeof value === 'string' || typeof value === 'number') {
      const made = mask(value, verdict, level) ?? '[dropped]';
      if (made !== value) into.set(String(value), textOf(made));
    } else if (Array.isArray(value)) {
      for (const item of value as readonly JsonValue[]) collect(item, verdict, into, level + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value as JsonObject)) {
        const found = keyOf(key);
        if (found.name !== key) into.set(key, found.name);
        collect(member, below(verdict, found.verdict), into, level + 1);
      }
    }
  }

  return {
    value: (value, key) => mask(value, key === undefined ? NO_VERDICT : keyOf(key).verdict, 0),
    masked(value) {
      const found = new Map<string, string>();
      collect(value, NO_VERDICT, found, 0);
      return found;
    },
  };
}

const textOf = (value: JsonValue) => (typeof value === 'string' ? value : JSON.stringify(value));
