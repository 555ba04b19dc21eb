import { LIMITS } from '@px-platform/protocol';
import { boundedText } from './bounded-text.js';
import { TEXT_LENGTH } from './bounds.js';

const NONE: Readonly<Record<string, string>> = {};

/** Those members of an object that are text, bounded, and as every engine can store them. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return NONE;
  const texts: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') continue;
    texts.push([boundedText(name, LIMITS.keyLength), boundedText(text, TEXT_LENGTH)]);
  }
  return Object.fromEntries(texts);
}
