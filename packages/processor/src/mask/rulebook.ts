import { fieldName, type PrivacyAction, type PrivacyRules } from '@px-platform/protocol';
import { isPersonalToken, personalToken, type PrivacyPolicy } from '@px-platform/store';
import type { Find } from './find.js';
import { canonicalIp, networkOf } from './find-ips.js';
import { keyKind, type KeyKind } from './key-kind.js';
import { remember } from './remember.js';

/** What a key means for its value. */
export interface Verdict {
  /** The tenant's own word on this field. */
  readonly own: PrivacyAction | null;
  readonly kind: KeyKind | null;
}

/** A project's rules, ready to be asked. */
export interface Rulebook {
  readonly rules: PrivacyRules;
  verdictOf(key: string): Verdict;
  /** What stands for a text: the same wherever it is found. Blank texts, and tokens, stand for themselves. */
  token(text: string): string;
  /** What becomes of a find. */
  inPlaceOf(kind: Find['kind'], text: string): string;
}

/** Remembered at once; then all are forgotten. Both come from strangers. */
const MOST_KEYS = 5_000;
const MOST_TOKENS = 10_000;

/** Remembers what keys mean, and the tokens made of late. */
export function createRulebook({ rules, secret }: PrivacyPolicy): Rulebook {
  const fields = new Map(
    Object.entries(rules.fields).map(([name, action]) => [fieldName(name), action]),
  );
  const verdictOf = remember(MOST_KEYS, (key): Verdict => {
    const parts = key.split(/[.[\]]/).filter((part) => part !== '');
    const own = ownWord([key, ...parts]);
    return { own, kind: own ? null : kindOf(parts) };
  });
  const tokenOf = remember(MOST_TOKENS, (text) => personalToken(secret, text));
  const token = (text: string) =>
    isPersonalToken(text) || text.trim() === '' ? text : tokenOf(text);

  function ownWord(names: readonly string[]): PrivacyAction | null {
    for (const name of names) {
      const action = fields.get(fieldName(name));
      if (action) return action;
    }
    return null;
  }

  return {
    rules,
    verdictOf,
    token,
    inPlaceOf(kind, text) {
      const action = kind === 'ip' ? rules.ip_address : rules[kind];
      if (action === 'keep') return text;
      if (action === 'drop') return `[${kind}]`;
      if (action === 'truncate') return networkOf(text);
      return token(kind === 'ip' ? canonicalIp(text) : text);
    },
  };
}

export const isPhone = (kind: KeyKind | null) => kind === 'phone' || kind === 'maybe_phone';

/** Of a path. What is below a phone is one, if it has the digits of one: `phone.number`. */
function kindOf(path: readonly string[]): KeyKind | null {
  const own = keyKind(path.at(-1) ?? '');
  if (own !== null) return own;
  return path.slice(0, -1).some((part) => isPhone(keyKind(part))) ? 'maybe_phone' : null;
}
