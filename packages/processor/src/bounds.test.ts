import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Enrichment } from '@px-platform/protocol';
import { boundedText } from './bounded-text.js';
import { boundedFindings } from './bounds.js';

it('cuts no text in the middle of a character, and leaves none that cannot be stored', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 20 }), (text, max) => {
      const bounded = boundedText(text, max + 1);
      expect(bounded.length).toBeLessThanOrEqual(max + 1);
      expect(bounded.isWellFormed()).toBe(true);
      expect(boundedText(bounded, max + 1)).toBe(bounded);
      if (text.isWellFormed()) expect(text.startsWith(bounded)).toBe(true);
    }),
  );
  expect(boundedText('a\ud83d', 10)).toBe('a\ufffd');
  expect(boundedText('ab🛒', 3)).toBe('ab');
});

it('copies nothing of what is as it should be', () => {
  const found = { browser: 'Firefox', is_bot: true, properties: { long: 'x'.repeat(5_000) } };
  expect(boundedFindings(found)).toBe(found);
  expect(boundedFindings({ ...found, browser: 'x'.repeat(501) }).browser).toHaveLength(500);
});

it('leaves out what is of another type than its column', () => {
  const found = { browser: 7, is_bot: 'yes', os: 'Linux', groups: [], more: 1, locale: undefined };
  const bounded = boundedFindings(found as unknown as Partial<Enrichment>);
  expect(bounded).toEqual({ os: 'Linux', groups: [] });
});
