import type { SegmentDefinition } from '@px-platform/protocol/flags';
import { describe, expect, it } from 'vitest';
import { type Members, type Stored, unstored } from './definitions-api.js';
import { membersNews } from './members-news.js';

const DID: SegmentDefinition = { key: 's', did: [{ event: 'purchase', withinDays: 30 }] };
const stored = (more: Partial<Stored<SegmentDefinition>> = {}): Stored<SegmentDefinition> => ({
  ...unstored(DID),
  version: 3,
  changed_at: '2026-03-01T12:00:00.000Z',
  ...more,
});
const members = (more: Partial<Members> = {}): Members => ({
  computed_at: '2026-03-01T12:00:40.000Z',
  members: 12,
  problem: null,
  sample: [],
  ...more,
});

describe('given who is in a segment', () => {
  it('says how many, and since when', () => {
    const news = membersNews(stored(), members());
    expect(news).toMatchObject({ people: 12, isWaiting: false });
    expect(news.words).toMatch(/^Counted at 2026-03-0\d \d\d:\d\d:40\./);
  });

  it.each<[string, Parameters<typeof membersNews>, number | null, boolean, RegExp]>([
    ['is not stored', [unstored(DID), undefined], null, false, /once it is published/],
    [
      'is told by attributes, as published',
      [stored({ definition: { key: 's', condition: {} } }), undefined],
      null,
      false,
      /once it is published/,
    ],
    ['was not asked for', [stored(), undefined], null, true, /^$/],
    ['could not be read', [stored(), 'failed'], null, true, /could not be read/],
    ['was not counted', [stored(), members({ computed_at: null })], null, true, /Not counted yet/],
    [
      'was counted before its last version',
      [stored(), members({ computed_at: '2026-03-01T11:59:59.000Z' })],
      12,
      true,
      /before version 3/,
    ],
    [
      'is archived',
      [stored({ archived_at: '2026-03-02T00:00:00Z' }), members()],
      null,
      false,
      /Archived/,
    ],
  ])('says that it %s', (_, [of, answer], people, isWaiting, words) => {
    const news = membersNews(of, answer);
    expect(news).toMatchObject({ people, isWaiting });
    expect(news.words).toMatch(words);
  });
});
