import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areLines,
  numbersIn,
  readLines,
  splitLines,
  withNumbers,
  writeLines,
} from './group-values.js';

const read = (text: string, known: readonly (string | number)[] = []) =>
  readLines(text, { known }).values;

describe('given the values of a group', () => {
  it('reads what it wrote, numbers as numbers and texts as texts', () => {
    const value = fc.oneof(fc.integer(), fc.stringMatching(/^[a-z0-9][a-z0-9@. -]{0,8}$/));
    fc.assert(
      fc.property(fc.uniqueArray(value, { comparator: 'SameValue' }), (values) => {
        fc.pre(areLines(values));
        const sorted = (all: readonly (string | number)[]) =>
          all.map((each) => JSON.stringify(each)).sort();
        expect(sorted(read(writeLines(values), values))).toEqual(sorted(values));
      }),
    );
  });

  it('takes a new line as a text, and as a number only where all others are', () => {
    expect(read('7\n42', [7, 'x'])).toEqual([7, '42']);
    expect(read('7\n42', [7])).toEqual([7, 42]);
    expect(read('7\n007', [7])).toEqual([7, '007']);
    expect(read('42')).toEqual(['42']);
    expect(read('7\n7', [7, '7'])).toEqual([7, '7']);
  });

  it('passes over spaces and empty lines, and counts what was said again', () => {
    expect(readLines(' a \r\n\r\nb\n\na\r a', { known: [] })).toEqual({
      values: ['a', 'b'],
      repeated: 2,
    });
  });

  it('has thousands in no time', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `person-${index}@example.com`);
    expect(read(lines.join('\n'), lines)).toHaveLength(20_000);
  });

  it('knows which cannot be said by lines', () => {
    expect(areLines([1, 'a b', 'a,b'])).toBe(true);
    for (const value of ['', ' a', 'a ', 'a\nb', 'a\rb']) expect(areLines([value])).toBe(false);
  });

  it('splits what was pasted in one line', () => {
    expect(splitLines('a, b;c\td\n\n e')).toBe('a\nb\nc\nd\ne');
  });

  it('counts numbers, and takes all for one or the other', () => {
    const values = [7, '7', '8', '007', 'x'];
    expect(numbersIn(values)).toEqual({ numbers: 1, numerals: 2 });
    expect(withNumbers(values, 'numbers')).toEqual([7, 8, '007', 'x']);
    expect(withNumbers(values, 'texts')).toEqual(['7', '8', '007', 'x']);
  });
});
