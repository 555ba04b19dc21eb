import { PLAN_LIMITS } from './plan.js';

/**
 * Why a pattern is refused, or null. JavaScript's engine backtracks, so what counts is in how many ways a text can be
 * tried: repetitions and alternatives multiply. The count here is an upper bound; a pattern that is over it can nearly
 * always be written with bounded repetitions.
 */
export function patternFault(pattern: string): string | null {
  if (pattern.length > PLAN_LIMITS.patternLength) {
    return `has ${pattern.length} characters; the limit is ${PLAN_LIMITS.patternLength}`;
  }
  const expression = compiled(pattern);
  if (expression instanceof Error) return `is no regular expression: ${expression.message}`;
  const ways = waysOf(pattern);
  if (typeof ways === 'string') return ways;
  // Without ^ it is tried from every character of the text.
  const total =
    /^\^[^|]*$/.test(pattern) || isOneAnchoredGroup(pattern)
      ? ways
      : ways * PLAN_LIMITS.matchedLength;
  return total <= PLAN_LIMITS.patternWays
    ? null
    : `can be tried in too many ways. Begin it with ^, bound its repetitions ({1,20} instead of +), or use "format"`;
}

function compiled(pattern: string): RegExp | Error {
  try {
    return new RegExp(pattern, 'u');
  } catch (error) {
    return error as Error;
  }
}

/** `^(a|b)$`: alternatives, all of them behind the anchor. */
function isOneAnchoredGroup(pattern: string): boolean {
  if (!pattern.startsWith('^')) return false;
  return splitAlternatives(pattern).length === 1;
}

/** The ways to match what `source` says, or why that cannot be bounded. */
function waysOf(source: string): number | string {
  let total = 0;
  for (const branch of splitAlternatives(source)) {
    const ways = waysOfSequence(branch);
    if (typeof ways === 'string') return ways;
    total += ways;
  }
  return total;
}

function waysOfSequence(source: string): number | string {
  let ways = 1;
  let at = 0;
  while (at < source.length) {
    const atom = atomAt(source, at);
    at += atom.length;
    let inner: number | string = 1;
    if (atom.startsWith('(')) {
      const body = /^\((?:\?:)?([^]*)\)$/.exec(atom)?.[1] ?? '';
      if (/^\(\?(?!:)/.test(atom))
        return 'looks ahead, looks behind or names a group; leave that out';
      inner = waysOf(body);
    } else if (/^\\[1-9k]/.test(atom)) return 'refers back to a group; leave that out';
    if (typeof inner === 'string') return inner;
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(source.slice(at))?.[0] ?? '';
    at += quantifier.length;
    const [least, most] = boundsOf(quantifier);
    if (most > 1 && inner > 1) {
      return `repeats a group that can itself match in several ways (${atom.slice(0, 40)}); write it without repeating, or with a class such as [ab]`;
    }
    ways *=
      inner *
      (Math.min(most, PLAN_LIMITS.matchedLength) - Math.min(least, PLAN_LIMITS.matchedLength) + 1);
  }
  return ways;
}

function boundsOf(quantifier: string): readonly [number, number] {
  const sign = quantifier.charAt(0);
  if (sign === '') return [1, 1];
  if (sign === '?') return [0, 1];
  if (sign === '*') return [0, Infinity];
  if (sign === '+') return [1, Infinity];
  const [, least = '0', comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(quantifier) ?? [];
  return [Number(least), comma ? (most ? Number(most) : Infinity) : Number(least)];
}

/** One character, escape, class or group with all that is in it. */
function atomAt(source: string, at: number): string {
  const escape =
    /^\\(?:u\{[^}]*\}|[pP]\{[^}]*\}|k<[^>]*>|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|\d+|[^])/u;
  const rest = source.slice(at);
  const found = escape.exec(rest)?.[0] ?? /^\[(?:\\[^]|[^\]\\])*\]/.exec(rest)?.[0];
  if (found !== undefined) return found;
  if (!rest.startsWith('(')) return String.fromCodePoint(rest.codePointAt(0) ?? 0);
  let end = 1;
  while (end < rest.length && rest.charAt(end) !== ')') end += atomAt(rest, end).length;
  return rest.slice(0, end + 1);
}

function splitAlternatives(source: string): string[] {
  const branches = [''];
  let at = 0;
  while (at < source.length) {
    const atom = atomAt(source, at);
    at += atom.length;
    if (atom === '|') branches.push('');
    else branches[branches.length - 1] += atom;
  }
  return branches;
}
