import QuickLRU from 'quick-lru';
import { CONTROL_PREFIX } from '@px-platform/protocol';
import type { EventStore } from '@px-platform/store';

/** The ids stored lately: how a retry of an answered-but-unheard batch is known for what it is. */
export interface RecentIds {
  /**
   * `done`: this process has done all there is to do with it. `stored`: its row was there when this process began, and
   * whoever wrote it may have been killed before the rest.
   */
  find(projectId: string, eventId: string): 'done' | 'stored' | 'unknown';
  /** To be called only after the events are stored, and all else is done. */
  add(projectId: string, eventId: string): void;
}

/**
 * Remembers the last `capacity` stored ids at least, beginning with those the store already holds: a process
 * that was killed between storing and answering must know its own work. Older repeats
 * are folded by the table's own key (ADR 0002).
 *
 * A row proves that its event is stored, and no more than that. A control event is taken whole once more: its links and
 * traits are worth more than a row that stands twice for a while.
 */
export async function warmRecentIds(
  eventStore: Pick<EventStore, 'recentIds'>,
  { capacity = 100_000 }: { readonly capacity?: number } = {},
): Promise<RecentIds> {
  const stored = await eventStore.recentIds(capacity);
  const whole = stored.filter(({ event_name }) => !event_name.startsWith(CONTROL_PREFIX));
  // Not a `Map` whose first key is deleted for each new one: finding the first walks past all that were deleted before it, which
  // costs more than all steps together.
  const ids = new QuickLRU<string, 'stored' | 'done'>({ maxSize: capacity });
  for (const { project_id, event_id } of whole.reverse())
    ids.set(eventKey(project_id, event_id), 'stored');

  return {
    find: (projectId, eventId) => ids.peek(eventKey(projectId, eventId)) ?? 'unknown',
    add: (projectId, eventId) => void ids.set(eventKey(projectId, eventId), 'done'),
  };
}

/** What makes an event one: its id, within its project. */
export function eventKey(projectId: string, eventId: string): string {
  return `${projectId}/${eventId}`;
}
