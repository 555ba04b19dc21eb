import { CONTROL_PREFIX, EVENT_NAMES, type JsonObject, type PxEvent } from '@px-platform/protocol';
import type { Platform } from '../platform.js';
import { createKept } from './kept.js';

/** What this browser saw the person do, as far as it can be asked for in conditions. */
export interface Behaviour {
  note(event: PxEvent): void;
  attributes(): JsonObject;
}

interface Kept {
  readonly session: string | null | undefined;
  readonly sessions: number;
  /** Days, by UTC, on which there were events. */
  readonly visits: number;
  /** Of the last event, epoch milliseconds. */
  readonly at: number;
  /** Of the last event before this session. */
  readonly before: number | null;
  /** Of this session, by name. */
  readonly events: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;
/** A page that makes up names must not fill the storage. */
const MOST_NAMES = 100;

/** Creates the keeper. Kept in the small store, so under consent, and for all tabs. */
export function createBehaviour({ clock, storage }: Pick<Platform, 'clock' | 'storage'>): Behaviour {
  const kept = createKept<Kept>(storage, 'behaviour');
  return {
    note({ event, session_id: session }) {
      const at = clock.now();
      const last = kept.get();
      const isSame = last.session === session;
      const events = { ...(isSame && last.events) };
      if (!event.startsWith(CONTROL_PREFIX) && (event in events || Object.keys(events).length < MOST_NAMES))
        events[event] = (events[event] ?? 0) + 1;
      const dayOf = (time = 0) => Math.floor(time / DAY_MS);
      kept.set({
        session,
        sessions: (last.sessions ?? 0) + (isSame ? 0 : 1),
        visits: (last.visits ?? 0) + (dayOf(last.at) === dayOf(at) ? 0 : 1),
        at,
        before: (isSame ? last.before : last.at) ?? null,
        events,
      });
    },
    attributes() {
      const { sessions = 0, visits = 0, before = null, events = {} } = kept.get();
      return {
        $sessions: sessions,
        $visits: visits,
        $last_seen: before,
        $session_events: events,
        $rage_clicks: events[EVENT_NAMES.rageClick] ?? 0,
      };
    },
  };
}
