import type { SegmentDefinition } from '@px-platform/protocol/flags';
import { describe, expect, it } from 'vitest';
import { groupSentence, segmentSentence } from './sentence.js';

describe('given a segment', () => {
  it.each<[Partial<SegmentDefinition>, string]>([
    [{ condition: { plan: 'pro', $inSegment: 'newcomers' } }, 'plan is pro, in newcomers'],
    [{ condition: {} }, 'everybody'],
    [{ condition: { $nor: [{ plan: 'pro' }] } }, 'a condition of its own'],
    [{ did: [{ event: 'buy', withinDays: 30 }] }, 'buy in 30 days'],
    [{ did: [{ event: 'buy', atLeast: 1, withinDays: 1 }] }, 'buy in a day'],
    [{ did: [{ event: 'buy', atLeast: 2, withinDays: 30 }] }, 'buy at least 2 times in 30 days'],
    [{ did: [{ event: 'buy', atMost: 1, withinDays: 30 }] }, 'buy at most 1 time in 30 days'],
    [
      { did: [{ event: 'buy', atLeast: 2, atMost: 5, withinDays: 7 }] },
      'buy 2 to 5 times in 7 days',
    ],
    [
      { did: [{ event: 'buy', atLeast: 2, atMost: 2, withinDays: 7 }] },
      'buy exactly 2 times in 7 days',
    ],
    [
      {
        did: [
          { event: 'visit', atLeast: 3, withinDays: 60 },
          { event: 'visit', atMost: 0, withinDays: 14 },
        ],
      },
      'visit at least 3 times in 60 days, no visit in 14 days',
    ],
    [{ did: [{ event: '', withinDays: 30 }] }, '… in 30 days'],
  ])('says %j in a line', (segment, sentence) => {
    expect(segmentSentence({ key: 's', ...segment })).toBe(sentence);
  });
});

describe('given a group', () => {
  it('says how many values it has, and the first of them', () => {
    expect(groupSentence({ key: 'g', values: [] })).toBe('empty');
    expect(groupSentence({ key: 'g', values: [7] })).toBe('1 value: 7');
    const values = Array.from({ length: 1_204 }, (_, index) => index);
    expect(groupSentence({ key: 'g', values })).toBe('1,204 values: 0, 1, 2, 3, 4, …');
  });
});
