import type { Clock, KeyValueStorage } from './platform.js';

/** Where an event stands in its visit. */
export interface SessionStamp {
  readonly id: string;
  /** 0, 1, 2… within the session. */
  readonly seq: number;
  /** Whether this event opened the session. */
  readonly isNew: boolean;
}

/** The visit: shared by every tab through storage. */
export interface Session {
  /** Takes the next place, in a new session if the old one is over. */
  next(): SessionStamp;
  /** Ends the session; the next event opens another. */
  forget(): void;
}

interface SessionRecord {
  readonly id: string;
  readonly startedAt: number;
  readonly activeAt: number;
  /** The next event's. */
  readonly seq: number;
}

const KEY = 'session';
const MAX_AGE_MS = 24 * 3_600_000;

/** Creates the session. The record is read again before every decision: a sibling tab may have moved it. */
export function createSession({
  storage,
  clock,
  createId,
  idleMs,
}: {
  readonly storage: KeyValueStorage;
  readonly clock: Pick<Clock, 'now'>;
  readonly createId: () => string;
  readonly idleMs: number;
}): Session {
  const isLive = ({ startedAt, activeAt }: SessionRecord, now: number) =>
    now - activeAt < idleMs && now - startedAt < MAX_AGE_MS && activeAt - now <= MAX_AGE_MS;

  /** A clock set back is not idleness: the session goes on, as old as it was at its last event. */
  const rebase = (record: SessionRecord, now: number): SessionRecord =>
    now < record.activeAt
      ? { ...record, startedAt: record.startedAt - (record.activeAt - now), activeAt: now }
      : record;

  /** Browsers show one tab's writes to another late: what this tab gave out is never given again. */
  let own = { id: '', seq: 0 };

  return {
    next() {
      const now = clock.now();
      const stored = parseRecord(storage.get(KEY));
      const current = stored && isLive(stored, now) ? rebase(stored, now) : null;
      const { id, startedAt, ...place } = current ?? { id: createId(), startedAt: now, seq: 0 };
      const seq = own.id === id ? Math.max(own.seq, place.seq) : place.seq;
      own = { id, seq: seq + 1 };
      const record: SessionRecord = { id, startedAt, activeAt: now, seq: seq + 1 };
      storage.set(KEY, JSON.stringify(record));
      return { id, seq, isNew: !current };
    },
    forget: () => storage.remove(KEY),
  };
}

/** Storage is open to the page and to older versions: anything may stand there. */
function parseRecord(text: string | null): SessionRecord | null {
  if (!text) return null;
  try {
    const { id, startedAt, activeAt, seq } = JSON.parse(text) as Partial<SessionRecord>;
    const isSound =
      typeof id === 'string' &&
      id !== '' &&
      isCount(startedAt) &&
      isCount(activeAt) &&
      isCount(seq);
    return isSound ? { id, startedAt, activeAt, seq } : null;
  } catch {
    return null;
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
