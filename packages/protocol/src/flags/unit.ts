import type { FlagContext } from './context.js';
import type { FeatureRule } from './document.js';
import type { Evaluation } from './evaluation.js';
import { own } from './own.js';

/** What is hashed: an attribute and its value as text. */
export interface Unit {
  readonly type: string;
  readonly id: string;
}

/** The unit of one attribute; null where it is missing or says nothing: '', 0, false and null are nobody, nor are objects. */
export const unitBy = (attribute: string, { attributes }: Evaluation): Unit | null => {
  const value = own(attributes, attribute) as string | number | boolean | object | null | undefined;
  return value && typeof value !== 'object' ? { type: attribute, id: String(value) } : null;
};

/** Where assignments of this rule are remembered, if they are. */
export const stickyOf = (rule: FeatureRule, { context }: Evaluation): FlagContext['sticky'] =>
  rule.disableStickyBucketing ? undefined : context.sticky;

/** The unit of a rule; who can be remembered may be hashed by another attribute, until they have the first. */
export const unitOf = (rule: FeatureRule, evaluation: Evaluation): Unit | null =>
  unitBy(rule.hashAttribute ?? 'id', evaluation) ?? fallbackOf(rule, evaluation);

export const fallbackOf = (rule: FeatureRule, evaluation: Evaluation): Unit | null =>
  rule.fallbackAttribute !== undefined && stickyOf(rule, evaluation)
    ? unitBy(rule.fallbackAttribute, evaluation)
    : null;
