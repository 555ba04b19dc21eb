import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '@px-platform/protocol';
import { canonicalProperties } from './canonical-properties.js';

describe('given properties no engine likes', () => {
  it.each<[string, JsonObject, object]>([
    ['nested objects become dotted paths', { a: { b: { c: 1 } } }, { 'a.b.c': 1 }],
    [
      'colliding paths each keep their value',
      { 'a.b': 1, a: { b: 2, b_2: 3 } },
      { 'a.b': 1, 'a.b_2': 2, 'a.b_2_2': 3 },
    ],
    [
      'half a surrogate pair becomes a replacement character',
      { half: '\ud800' },
      { half: '\ufffd' },
    ],
    ['half a surrogate pair in a key too', { '\ud800': 1 }, { '\ufffd': 1 }],
    [
      'integers beyond 64 bits become text',
      { big: 2 ** 64, low: -(2 ** 63) },
      { big: '18446744073709552000', low: '-9223372036854776000' },
    ],
    ['fractions and safe integers stay numbers', { n: 1.5, m: 2 ** 53 }, { n: 1.5, m: 2 ** 53 }],
    ['empty segments get a name', { '': 1, 'a..b': 2 }, { _: 1, 'a._.b': 2 }],
    [
      'names of prototype members are ordinary keys',
      { constructor: 1, toString: { valueOf: 2 } },
      { constructor: 1, 'toString.valueOf': 2 },
    ],
    [
      'objects inside lists stay objects',
      { list: [{ a: { b: '\udc00' } }] },
      { list: [{ 'a.b': '\ufffd' }] },
    ],
    ['null and booleans stay', { none: null, yes: true }, { none: null, yes: true }],
  ])('%s', (_title, given, expected) => {
    expect(JSON.parse(JSON.stringify(canonicalProperties(given)))).toEqual(expected);
  });
});

describe('given any properties', () => {
  it('keeps every leaf, is idempotent, and yields only what is safe to insert', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
        const flat = canonicalProperties(given as JsonObject);
        expect(Object.keys(flat)).toHaveLength(leaves(given as JsonObject));
        expect(JSON.stringify(canonicalProperties(flat))).toBe(JSON.stringify(flat));
        expect(JSON.stringify(flat).isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

function leaves(value: JsonObject): number {
  return Object.values(value).reduce<number>(
    (sum, item: JsonValue) =>
      sum +
      (typeof item === 'object' && item !== null && !Array.isArray(item)
        ? leaves(item as JsonObject)
        : 1),
    0,
  );
}
