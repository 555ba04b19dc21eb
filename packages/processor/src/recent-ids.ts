import { CONTROL_PREFIX } from '@px-platform/protocol';
import type { EventStore } from '@px-platform/store';

/** The ids stored lately: how a retry of an answered-but-unheard batch is known for what it is. */
export interface RecentIds {
  has(projectId: string, eventId: string): boolean;
  /** To be called only after the events are stored. */
  add(projectId: string, eventId: string): void;
}

/**
 * Remembers the last `capacity` stored ids, beginning with those the store already holds: a process
 * that was killed between storing and answering must know its own work. Older repeats
 * are folded by the table's own key (ADR 0002).
 *
 * A row proves an event stored only if the row is all it writes. A control event also writes links and traits,
 * after its row: a kill in between leaves them to its retry, so it is taken whole once more. Each write is idempotent.
 */
export async function warmRecentIds(
  eventStore: Pick<EventStore, 'recentIds'>,
  { capacity = 100_000 }: { readonly capacity?: number } = {},
): Promise<RecentIds> {
  const stored = await eventStore.recentIds(capacity);
  const whole = stored.filter(({ event_name }) => !event_name.startsWith(CONTROL_PREFIX));
  const ids = new Set(whole.reverse().map((id) => eventKey(id.project_id, id.event_id)));

  return {
    has: (projectId, eventId) => ids.has(eventKey(projectId, eventId)),
    add(projectId, eventId) {
      ids.add(eventKey(projectId, eventId));
      if (ids.size > capacity) ids.delete(ids.values().next().value as string);
    },
  };
}

/** What makes an event one: its id, within its project. */
export function eventKey(projectId: string, eventId: string): string {
  return `${projectId}/${eventId}`;
}
