import type { AcceptedEvent, DeadEvent } from '@px-platform/protocol';
import type { PrivacyStore, ServerLog } from '@px-platform/store';
import { personKey } from '../people.js';
import { identityOf } from '../steps/identity.js';

/** Who was forgotten: what they did before is not stored again, however late it comes. */
export interface ErasedPeople {
  /**
   * Looks who was forgotten meanwhile, every two seconds at most. To be awaited before a batch: whoever deletes relies on
   * every batch that begins half a minute later knowing of it, and so it rejects where that cannot be had.
   */
  refresh(): Promise<void>;
  /** Those events that may be stored. */
  keep(events: readonly AcceptedEvent[]): readonly AcceptedEvent[];
  /** Those dead letters that may be. */
  keepLetters(letters: readonly DeadEvent[]): readonly DeadEvent[];
}

export interface ErasedPeopleDeps {
  readonly requests: Pick<PrivacyStore, 'erasedSince'>;
  /** Told of each person that is forgotten anew, so that nothing else remembers them. */
  readonly onForgotten: (projectId: string, userId: string) => void;
  /** Told how many events were not kept. */
  readonly onDropped: (events: number) => void;
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
  onDropped,
  clock,
  log,
}: ErasedPeopleDeps): ErasedPeople {
  /** All there ever were: a hundred bytes each, and they are few. */
  const erasedAt = new Map<string, number>();
  const projects = new Set<string>();
  let readAt = -Infinity;
  let newest = 0;

  const isForgotten = (
    project_id: string,
    ids: Pick<AcceptedEvent['event'], 'user_id' | 'anonymous_id'>,
    happenedAt: number,
  ) => {
    // Nobody's ids are hashed for it where nobody was forgotten.
    if (!projects.has(project_id)) return false;
    const at = erasedAt.get(personKey(project_id, identityOf(project_id, ids).user_id));
    return at !== undefined && happenedAt <= at;
  };
  const keep = <T>(items: readonly T[], isKept: (item: T) => boolean): readonly T[] => {
    if (projects.size === 0) return items;
    const kept = items.filter(isKept);
    if (kept.length < items.length) onDropped(items.length - kept.length);
    return kept;
  };

  return {
    async refresh() {
      const now = clock();
      if (now - readAt < FRESH_MS) return;
      try {
        for (const { project_id, user_id, erased_at } of await requests.erasedSince(
          newest - OVERLAP_MS,
        )) {
          const key = personKey(project_id, user_id);
          if (erasedAt.get(key) === erased_at) continue;
          erasedAt.set(key, erased_at);
          projects.add(project_id);
          newest = Math.max(newest, erased_at);
          onForgotten(project_id, user_id);
        }
        readAt = now;
      } catch (error) {
        if (now - readAt > STALE_MS) throw error;
        log.warn({ err: error }, 'who was forgotten cannot be read now; the last list counts');
      }
    },
    // What was taken before is old, whatever its clock says; so is what its clock says is old, whenever it was taken.
    keep: (events) =>
      keep(
        events,
        ({ project_id, event, timestamp, received_at }) =>
          !isForgotten(project_id, event, Math.min(timestamp, received_at)),
      ),
    keepLetters: (letters) =>
      keep(letters, ({ project_id, body, at }) => !isForgotten(project_id, idsIn(body), at)),
  };
}

/** The ids in a dead letter's body. Where it was cut short and is no JSON any more: what looks most like them. */
function idsIn(body: string): Pick<AcceptedEvent['event'], 'user_id' | 'anonymous_id'> {
  const event = parsed(body);
  const textOf = (name: 'user_id' | 'anonymous_id') => {
    if (event === undefined) return firstIn(body, name);
    const id =
      typeof event === 'object' && event !== null && name in event
        ? event[name as keyof typeof event]
        : null;
    return typeof id === 'string' ? id : null;
  };
  return { user_id: textOf('user_id'), anonymous_id: textOf('anonymous_id') };
}

function firstIn(body: string, name: string): string | null {
  const found = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(body)?.[1];
  const text = found === undefined ? undefined : parsed(found);
  return typeof text === 'string' ? text : null;
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
