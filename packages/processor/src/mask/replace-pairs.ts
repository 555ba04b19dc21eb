import { isAlphanumericAt } from './find.js';

/** How a value stands in a text. */
export interface PairStyle {
  /** As in an address: `+` is a space, and `%` escapes. */
  readonly isEncoded: boolean;
  /** A list or an object, as JSON text. */
  readonly isNested: boolean;
}

/** What stands in a value's place. */
export type ReplaceValue = (value: string, style: PairStyle) => string;

const MOST_NAME = 120;
/** A text that is an address as a whole. A space in it, which should have been escaped, ends nothing. */
const ADDRESS = /^(?:[a-z][a-z\d+.-]{0,20}:\/)?\//i;

/**
 * Replaces values that have a name in a text: `name=value`, and `"name": "value"` as JSON has it, which may be escaped, as in a
 * text within a text, and may end anywhere, as what was cut. `find` says for a name whether, and by what.
 * Names never reach over the sign before them, and what was replaced is not looked at again: linear in the text.
 */
export function replacePairs(text: string, find: (name: string) => ReplaceValue | null): string {
  const isAddress = ADDRESS.test(text);
  let replaced = '';
  let done = 0;
  for (let sign = 0; sign < text.length; sign += 1) {
    const character = text[sign];
    if (character !== '=' && character !== ':') continue;
    // `email === x` compares, `email => x` maps: code names no values.
    if (character === '=' && '=>'.includes(text[sign + 1] ?? ' ')) continue;
    const name = nameBefore(text, sign, { mustBeQuoted: character === ':', from: done });
    const replace = name === null ? null : find(name);
    if (!replace) continue;
    const isAssigned = character === '=';
    const { start, end, ...style } = valueAfter(text, sign + 1, { isAssigned, isAddress });
    // In prose and code a sign stands between spaces; there only what is in quotes is a value.
    if (isAssigned && style.isEncoded && (text[sign - 1] === ' ' || start > sign + 1)) continue;
    const value = text.slice(start, end);
    replaced += text.slice(done, start) + replace(value, style);
    done = end;
    sign = end - 1;
  }
  return done === 0 ? text : replaced + text.slice(done);
}

/** Null: there is none. Before a colon it must be in quotes: `https:` names nothing. */
function nameBefore(
  text: string,
  sign: number,
  { mustBeQuoted, from }: { readonly mustBeQuoted: boolean; readonly from: number },
): string | null {
  let end = sign;
  for (let spaces = 0; spaces < 3 && text[end - 1] === ' '; spaces += 1) end -= 1;
  const isQuoted = text[end - 1] === '"' || text[end - 1] === "'";
  if (mustBeQuoted && !isQuoted) return null;
  if (isQuoted) end -= 1;
  for (let escapes = 0; isQuoted && escapes < 7 && text[end - 1] === '\\'; escapes += 1) end -= 1;
  let start = end;
  while (start > from && end - start < MOST_NAME && isNameAt(text, start - 1)) start -= 1;
  return start >= end ? null : text.slice(start, end);
}

function isNameAt(text: string, index: number): boolean {
  return (
    isAlphanumericAt(text, index) ||
    '_$.-[]%'.includes(text[index] ?? '=') ||
    text.charCodeAt(index) >= 0xc0
  );
}

function valueAfter(
  text: string,
  sign: number,
  { isAssigned, isAddress }: { readonly isAssigned: boolean; readonly isAddress: boolean },
) {
  let start = sign;
  for (let spaces = 0; spaces < 3 && text[start] === ' '; spaces += 1) start += 1;
  const quote = /^\\{0,7}["']/.exec(text.slice(start, start + 8))?.[0];
  if (quote !== undefined) {
    start += quote.length;
    return { start, end: endOfQuoted(text, start, quote), isEncoded: false, isNested: false };
  }
  if (!isAssigned && (text[start] === '{' || text[start] === '[')) {
    return { start, end: endOfNested(text, start), isEncoded: false, isNested: true };
  }
  const stops = isAssigned ? `&#;"'<>\t\r\n${isAddress ? '' : ' '}` : ',}] \t\r\n';
  let end = start;
  while (end < text.length && !stops.includes(text[end] ?? '')) end += 1;
  return { start, end, isEncoded: isAssigned, isNested: false };
}

/** To the same quote with as many escapes before it; a text that was cut has none. */
function endOfQuoted(text: string, start: number, quote: string): number {
  for (let end = text.indexOf(quote, start); end !== -1; end = text.indexOf(quote, end + 1)) {
    let escapes = 0;
    while (end - escapes > start && text[end - 1 - escapes] === '\\') escapes += 1;
    if (quote.length === 1 ? escapes % 2 === 0 : escapes === 0) return end;
  }
  return text.length;
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  let isText = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return text.length;
}
