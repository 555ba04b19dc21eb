import { CONTROL_PREFIX, type PxEvent } from '@px-platform/protocol';
import type { FeatureContext } from '../features.js';
import { createKept } from './kept.js';
import type { FlagOverrides } from './verbs.js';

/** What this browser remembers of its visits, for every tab and the next page. */
export interface VisitRecord {
  /** Its session; null before its first event. */
  readonly session: string | null;
  /** How many sessions there were. */
  readonly sessions: number;
  /** On how many days, by UTC. */
  readonly days: number;
  /** When something happened last, epoch milliseconds. */
  readonly at: number;
  /** The same of the visit before; 0 where there was none. */
  readonly before: number;
  /** How often what happened in this visit, by the events' names. */
  readonly events: Readonly<Record<string, number>>;
  /** Exposures of this visit, by the digests of their ids. */
  readonly exposed: readonly string[];
  /** What a tester has said in this visit. */
  readonly overrides: FlagOverrides;
}

/** The visit that somebody is on. */
export interface Visit {
  get(): VisitRecord;
  set(changes: Partial<VisitRecord>): void;
  note(event: PxEvent): void;
}

const EMPTY = { session: null, events: {}, exposed: [], overrides: {} };
const DAY_MS = 86_400_000;
/** A page that makes up names must not fill the storage. */
const MOST_NAMES = 100;

/** Creates it. Like all that is kept, it is memory alone until the person agrees. */
export function createVisit({
  platform: { clock, storage },
  options,
}: Pick<FeatureContext, 'platform' | 'options'>): Visit {
  const kept = createKept<VisitRecord>(storage, 'visit');
  const get = (): VisitRecord => {
    const last = { sessions: 0, days: 0, at: 0, before: 0, ...EMPTY, ...kept.get() };
    return clock.now() - last.at < options.sessionTimeoutMs ? last : { ...last, ...EMPTY };
  };
  const set: Visit['set'] = (changes) => kept.set({ ...get(), at: clock.now(), ...changes });
  const dayOf = (time: number) => Math.floor(time / DAY_MS);

  return {
    get,
    set,
    note({ event, session_id: session = null }) {
      const { session: known, sessions, days, at, overrides, events: counted } = get();
      const isNew = session !== known;
      const events = isNew ? {} : counted;
      const count = events[event] ?? 0;
      const isCounted =
        !event.startsWith(CONTROL_PREFIX) && (count > 0 || Object.keys(events).length < MOST_NAMES);
      set({
        ...(isNew && {
          ...EMPTY,
          session,
          sessions: sessions + 1,
          before: at,
          // Said before its first event.
          overrides: known ? {} : overrides,
        }),
        ...(isCounted && { events: { ...events, [event]: count + 1 } }),
        days: days + (dayOf(at) < dayOf(clock.now()) ? 1 : 0),
      });
    },
  };
}
