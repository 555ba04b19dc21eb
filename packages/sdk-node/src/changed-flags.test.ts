import { describe, expect, it } from 'vitest';
import type { FlagDocument } from '@px-platform/protocol/flags';
import { changedFlags } from './changed-flags.js';

const before: FlagDocument = {
  features: {
    plain: { defaultValue: 1 },
    base: { defaultValue: 1 },
    above: { rules: [{ parentConditions: [{ id: 'base' }], force: 1 }] },
    top: { rules: [{ parentConditions: [{ id: 'above' }], force: 1 }] },
    staff: { rules: [{ condition: { email: { $inGroup: 'staff' } }, force: 1 }] },
    germans: { rules: [{ condition: { $inSegment: 'germans' }, force: 1 }] },
    others: { rules: [{ px: { segments: { none: ['germans'] } }, force: 1 }] },
  },
  savedGroups: { staff: ['a'] },
  px: { revision: 1, environment: 'production', segments: { germans: { country: 'DE' } } },
};
const after = (more: Partial<FlagDocument>) => changedFlags(before, { ...before, ...more });

describe('given two documents', () => {
  it('names no flag where only the publication is another', () => {
    expect(after({ px: { ...before.px!, revision: 2 }, dateUpdated: '2026-01-01' })).toEqual([]);
  });

  it('names what is written otherwise, new or gone, and what depends on it', () => {
    const { plain: _, ...features } = before.features;
    expect(
      after({ features: { ...features, base: { defaultValue: 2 }, fresh: { defaultValue: 1 } } }),
    ).toEqual(['plain', 'base', 'above', 'top', 'fresh']);
  });

  it('names what looks at a segment or a group that is another', () => {
    expect(after({ savedGroups: { staff: ['b'] } })).toEqual(['staff']);
    expect(after({ px: { ...before.px!, segments: {} } })).toEqual(['germans', 'others']);
  });
});
