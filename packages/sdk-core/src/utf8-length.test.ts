import fc from 'fast-check';
import { expect, it } from 'vitest';
import { utf8Length } from './utf8-length.js';

/** Bytes that percent-encoding writes for well-formed text: an independent count. */
const encodedLength = (text: string) => encodeURIComponent(text).replace(/%../g, 'x').length;

it('counts bytes as UTF-8 does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Length(text)).toBe(encodedLength(text));
    }),
  );
  expect(['a', 'é', '€', '😀', '\ud800', '\ud800a'].map(utf8Length)).toEqual([1, 2, 3, 4, 3, 4]);
});
