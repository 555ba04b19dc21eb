import type { PrivacyStore, ServerLog } from '@px-platform/store';
import { personKey } from '../people.js';

/** When something happened, and when it was taken, epoch milliseconds. */
export interface Moment {
  readonly timestamp: number;
  readonly received_at: number;
}

/** Who was forgotten: what they did before is not stored again, however late it comes. */
export interface ErasedPeople {
  /**
   * Looks who was forgotten meanwhile, every two seconds at most. To be awaited before a batch: whoever deletes relies on
   * every batch that begins half a minute later knowing of it, and so rejects where that cannot be had.
   */
  refresh(): Promise<void>;
  isForgotten(projectId: string, userId: string, moment: Moment): boolean;
}

export interface ErasedPeopleDeps {
  readonly requests: Pick<PrivacyStore, 'erasedSince'>;
  /** Told of each person that is forgotten anew, so that nothing else remembers them. */
  readonly onForgotten: (projectId: string, userId: string) => void;
  readonly clock: () => number;
  readonly log: ServerLog;
}

const FRESH_MS = 2_000;
/** How old the list may be where it cannot be read. Whoever deletes waits longer than this. */
export const STALE_MS = 30_000;
/** A transaction that began earlier may become visible later. */
const OVERLAP_MS = 60_000;

export function createErasedPeople({
  requests,
  onForgotten,
  clock,
  log,
}: ErasedPeopleDeps): ErasedPeople {
  /** All there ever were: a hundred bytes each, and they are few. */
  const erasedAt = new Map<string, number>();
  let readAt = -Infinity;
  let newest = 0;

  return {
    async refresh() {
      const now = clock();
      if (now - readAt < FRESH_MS) return;
      try {
        for (const each of await requests.erasedSince(newest - OVERLAP_MS)) {
          const key = personKey(each.project_id, each.user_id);
          if (erasedAt.get(key) === each.erased_at) continue;
          erasedAt.set(key, each.erased_at);
          newest = Math.max(newest, each.erased_at);
          onForgotten(each.project_id, each.user_id);
        }
        readAt = now;
      } catch (error) {
        if (now - readAt > STALE_MS) throw error;
        log.warn({ err: error }, 'who was forgotten cannot be read now; the last list counts');
      }
    },
    isForgotten(projectId, userId, { timestamp, received_at }) {
      const at = erasedAt.get(personKey(projectId, userId));
      return at !== undefined && (timestamp <= at || received_at <= at);
    },
  };
}
