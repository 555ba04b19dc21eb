import type { SegmentDefinition } from '@px-platform/protocol/flags';
import { formatDateTime } from '../live/format.js';
import type { Members, Stored } from './definitions-api.js';

/** What is to be said of who is in a segment. */
export interface MembersNews {
  /** Null: there is no figure to show. */
  readonly people: number | null;
  readonly words: string;
  /** Whether another figure is about to come. */
  readonly isWaiting: boolean;
}

/** Asked, and not answered: not yet, or not at all. */
export type MembersAnswer = Members | 'failed' | undefined;

/** Whether a stored segment is one that is counted. */
export function isCounted({ definition, archived_at }: Stored<SegmentDefinition>): boolean {
  return definition.did !== undefined && archived_at === null;
}

/** How many people there are in a segment, by what is stored of it and what was counted, in words. */
export function membersNews(stored: Stored<SegmentDefinition>, answer: MembersAnswer): MembersNews {
  const without = (words: string, isWaiting = false) => ({ people: null, words, isWaiting });
  if (stored.archived_at !== null) return without('Archived: nobody counts it.');
  if (stored.version === 0 || !isCounted(stored))
    return without('Counted within a minute or so once it is published.');
  if (answer === undefined) return without('', true);
  if (answer === 'failed') return without('The count could not be read just now.', true);
  const { computed_at, members } = answer;
  if (computed_at === null)
    return without('Not counted yet: it takes a minute or so from when it was published.', true);
  const at = Date.parse(computed_at);
  const isOld = at < Date.parse(stored.changed_at);
  return {
    people: members,
    words: isOld
      ? `As it was before version ${stored.version}. Counted anew within a minute or so.`
      : `Counted at ${formatDateTime(at).slice(0, 19)}. What comes counts a minute or so later.`,
    isWaiting: isOld,
  };
}
