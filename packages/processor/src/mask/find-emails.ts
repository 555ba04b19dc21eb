import { isAlphanumericAt, type Find } from './find.js';

/** `icon@2x.png` is a file, whatever it looks like. */
const FILES: ReadonlySet<string> = new Set(
  'png jpg jpeg gif svg webp avif ico bmp css js mjs cjs ts tsx jsx map json html htm php xml wasm woff ttf mp4 pdf'.split(
    ' ',
  ),
);

/** So long a text may have been cut at a number of characters, and its end may be half an address. */
const MAYBE_CUT = 100;

/**
 * E-mail addresses anywhere in a text. Goes out from each `@` in both directions and never over another one, so that the time
 * is linear in the text whatever stands there.
 */
export function findEmails(text: string): Find[] {
  const finds: Find[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = startOfLocal(text, at, from);
    if (start === at) continue;
    const end = endOfDomain(text, at + 1);
    if (end === at + 1) continue;
    finds.push({ kind: 'email', start, end });
    from = end;
  }
  return finds;
}

function startOfLocal(text: string, at: number, from: number): number {
  let start = at;
  while (start > from && isLocalAt(text, start - 1)) start -= 1;
  // Scripts without spaces between words run into the address, unless the address is in them.
  if (start === at) while (start > from && isUnspacedLetterAt(text, start - 1)) start -= 1;
  while (start < at && ".'-*".includes(text[start] ?? '')) start += 1;
  return start;
}

function endOfDomain(text: string, first: number): number {
  const isUnspaced = isUnspacedLetterAt(text, first);
  let end = first;
  while (isDomainAt(text, end) || (isUnspaced && isUnspacedLetterAt(text, end))) end += 1;
  const isCut = text[end] === '…' || (end === text.length && end >= MAYBE_CUT);
  if (isCut) return end;
  return first + lengthOfDomain(text.slice(first, Math.min(end, first + 253)));
}

/** Takes labels off its end until the last one can be a top-level domain. 0: there is no domain. */
function lengthOfDomain(text: string): number {
  let domain = text;
  for (;;) {
    const dot = domain.lastIndexOf('.');
    if (dot <= 0) return 0;
    const label = domain.slice(dot + 1);
    if (isTopLevel(label) && domain[dot - 1] !== '.') return domain.length;
    domain = domain.slice(0, dot);
  }
}

function isTopLevel(label: string): boolean {
  return (
    label.length >= 2 &&
    (/^[\p{L}\p{M}]+$/u.test(label) || /^xn--[a-z\d-]+$/i.test(label)) &&
    !FILES.has(label.toLowerCase())
  );
}

function isLocalAt(text: string, index: number): boolean {
  return (
    isAlphanumericAt(text, index) ||
    "._+-'*".includes(text[index] ?? '@') ||
    isSpacedLetterAt(text, index)
  );
}

function isDomainAt(text: string, index: number): boolean {
  return (
    isAlphanumericAt(text, index) ||
    '.-_'.includes(text[index] ?? '@') ||
    isSpacedLetterAt(text, index)
  );
}

/** Letters beyond ASCII of scripts that put spaces between words. */
function isSpacedLetterAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xc0 && code < 0x2000 && !isThai(code);
}

function isUnspacedLetterAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return isThai(code) || (code >= 0x3005 && code < 0xd800 && (code < 0x3008 || code > 0x3020));
}

const isThai = (code: number) => code >= 0xe00 && code < 0xf00;
