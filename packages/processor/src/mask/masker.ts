import { EMPTY_ENRICHMENT, isUuid } from '@px-platform/protocol';
import type { PrivacyPolicy } from '@px-platform/store';
import { canonicalIp, networkOf } from './find-ips.js';
import { createJsonMask, type JsonMask } from './mask-json.js';
import { createTextMask, type TextMask } from './mask-text.js';
import { createRulebook } from './rulebook.js';

/** Masks what one project's events hold, by its rules. What needs no masking comes back as it is: the same object. */
export interface Masker extends JsonMask, Pick<TextMask, 'text'> {
  /** Whether a field of the rules is called as a column of the enrichment is. */
  readonly namesColumn: boolean;
  /** What somebody is known by: hashed where it is personal, even where such is dropped, for it must tell people apart. */
  id(id: string, key: string): string;
  /** The address that a request came from. Null: dropped. */
  ip(ip: string): string | null;
}

/** Creates the masker of a project. */
export function createMasker(policy: PrivacyPolicy): Masker {
  const rulebook = createRulebook(policy);
  const texts = createTextMask(rulebook);
  const json = createJsonMask(rulebook, texts);
  const { rules, verdictOf, token } = rulebook;

  return {
    ...json,
    text: texts.text,
    namesColumn: Object.keys(EMPTY_ENRICHMENT).some((key) => verdictOf(key).own !== null),
    id(id, key) {
      const { own } = verdictOf(key);
      // As the SDK makes them.
      if (own === null && isUuid(id)) return id;
      if (own === 'keep') return id;
      return own !== null || texts.text(id) !== id ? token(id) : id;
    },
    ip(ip) {
      if (rules.ip_address === 'keep') return ip;
      if (rules.ip_address === 'drop') return null;
      return rules.ip_address === 'truncate' ? networkOf(ip) : token(canonicalIp(ip));
    },
  };
}
