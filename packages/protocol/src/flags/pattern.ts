import { madeOnce } from './made-once.js';
import { messageOf } from './problem.js';

/** As many steps as a regular expression may take on a text: about a second at the very worst. */
const MAX_STEPS = 1e8;
const MAX_PATTERN = 1000;

/** A compiled pattern, and up to which length of text it stays within the bound. */
interface Pattern {
  readonly expression: RegExp;
  readonly maxLength: number;
}

/**
 * Whether a value, as text, matches; throws where the pattern is none, or could take too long on a text of this length.
 *
 * JavaScript cannot stop a regular expression, so one is judged before it runs (docs/adr/0026).
 */
export const matches = (
  owner: object,
  source: unknown,
  value: unknown,
  compile = exactly,
): boolean => {
  const { expression, maxLength } = madeOnce(owner, String(source), compile);
  const text = String(value);
  if (text.length > maxLength) throw new Error(`pattern too slow: ${expression.source}`);
  return expression.test(text);
};

export const exactly = (source: string): Pattern => compiled(source, '');
export const inAnyCase = (source: string): Pattern => compiled(source, 'i');

const compiled = (source: string, flags: string): Pattern => {
  const expression = new RegExp(source, flags);
  let maxLength = 1 << 16;
  while (maxLength >= 1 && stepsOf(source, maxLength) > MAX_STEPS) maxLength /= 2;
  return { expression, maxLength };
};

/** What is wrong with a pattern, for whoever writes one: null where it can be used on texts of 256 characters. */
export const patternProblem = (source: string): string | null => {
  try {
    return exactly(source).maxLength < 256 ? 'it could take too long' : null;
  } catch (error) {
    return messageOf(error);
  }
};

/**
 * How many ways there are, at most, to go through a text with a pattern that is known to be valid: alternatives add
 * up, what follows one another multiplies, and a repetition is as many as the text is long. A repeated group that can
 * itself match in several ways has no bound, nor has a reference back.
 */
const stepsOf = (source: string, length: number): number => {
  if (source.length > MAX_PATTERN) return Infinity;
  let at = 0;
  const group = (): number => {
    let alternatives = 0;
    let sequence = 1;
    while (at < source.length) {
      const character = source[at++];
      if (character === ')') break;
      if (character === '|') {
        alternatives += sequence;
        sequence = 1;
        continue;
      }
      let ways = 1;
      // What `(?:` and the like begin with counts as characters, which change nothing.
      if (character === '(') ways = group();
      else if (character === '[') {
        while (source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
        at++;
      } else if (character === '\\' && /[1-9k]/.test(source[at++] ?? '')) ways = Infinity;
      const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(source.slice(at))?.[0];
      if (quantifier) {
        at += quantifier.length;
        if (quantifier === '?') ways += 1;
        else if (ways > 1) ways = Infinity;
        else if (quantifier[0] !== '{' || quantifier.includes(',')) ways = length;
        if (source[at] === '?') at++;
      }
      sequence *= ways;
    }
    return alternatives + sequence;
  };
  // Without an anchor it is tried from every character on.
  return group() * (source[0] === '^' && !source.includes('|') ? 1 : length);
};
