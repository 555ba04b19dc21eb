import type { PageClock } from './page-clock.js';
import { parseJson } from './parse-json.js';
import type { KeyValueStorage } from './platform.js';

/** Where an event stands in its visit. */
export interface SessionStamp {
  readonly id: string;
  /** 0, 1, 2… within the session. */
  readonly seq: number;
  /** Whether this event opened the session. */
  readonly isNew: boolean;
  /** When it happens: in no page of the session earlier than what came before. Epoch milliseconds. */
  readonly now: number;
}

/** The visit: shared by every tab through storage. */
export interface Session {
  /** Takes the next place, in a new session if the old one is over. */
  next(): SessionStamp;
  /** The session that an event would be of now; null before there is one. Takes no place and prolongs nothing. */
  peek(): string | null;
  /** Ends the session; the next event opens another. */
  forget(): void;
}

/** The session as it was at its last event. */
interface SessionRecord {
  readonly id: string;
  readonly activeAt: number;
  /** Milliseconds from its first event to its last. */
  readonly age: number;
  /** The next event's. */
  readonly seq: number;
}

/** Where the visit is kept. */
export const SESSION_KEY = 'session';
const DAY_MS = 24 * 3_600_000;
const UUID_LENGTH = 36;

/** Creates the session. The record is read again before every decision: a sibling tab may have moved it. */
export function createSession({
  storage,
  clock,
  createId,
  idleMs,
}: {
  readonly storage: KeyValueStorage;
  readonly clock: Pick<PageClock, 'now' | 'catchUpWith'>;
  readonly createId: () => string;
  readonly idleMs: number;
}): Session {
  /** Browsers show one tab's writes to another late: what this tab gave out is never given again. */
  let own = { id: '', seq: 0 };
  let forgottenId = '';
  let lookedAt = -Infinity;

  const read = (): SessionRecord | null => {
    const record = parseRecord(storage.get(SESSION_KEY));
    if (!record || record.id === forgottenId || record.activeAt - clock.now() > DAY_MS) return null;
    clock.catchUpWith(record.activeAt);
    return record;
  };

  const look = () => {
    const last = read();
    const now = clock.now();
    // Whatever clocks other pages go by: nobody was idle for longer than this page's last look is ago.
    const idle = last ? Math.min(now - last.activeAt, now - lookedAt) : 0;
    const live = last && idle < idleMs && last.age + idle < DAY_MS ? last : null;
    return { live, now, idle, id: live?.id ?? (last && succeed(last, idleMs)) };
  };

  return {
    peek: () => look().id || null,
    next() {
      const { live, now, idle, id: known } = look();
      const id = known || createId();
      const age = live ? live.age + idle : 0;
      const seq = Math.max(live ? live.seq : 0, own.id === id ? own.seq : 0);
      own = { id, seq: seq + 1 };
      lookedAt = now;
      storage.set(
        SESSION_KEY,
        JSON.stringify({ ...own, activeAt: now, age } satisfies SessionRecord),
      );
      return { id, seq, isNew: !live, now };
    },
    forget() {
      forgottenId = own.id;
      storage.remove(SESSION_KEY);
    },
  };
}

/** What to keep for a visit that began elsewhere to go on here. */
export const writeSession = (id: string, activeAt: number): string =>
  JSON.stringify({ id, seq: 0, activeAt, age: 0 } satisfies SessionRecord);

/** The visit that a page keeps, unless it is over by now: for a server that was sent it. */
export function readSession(
  kept: string | null,
  { now, idleMs }: { readonly now: number; readonly idleMs: number },
): string | null {
  const record = parseRecord(kept);
  const idle = record ? now - record.activeAt : 0;
  const isLive = Math.abs(idle) < DAY_MS && idle < idleMs;
  return record && isLive && record.age + idle < DAY_MS ? record.id : null;
}

/**
 * The id of the session after this one: a UUIDv7 of the moment this one is over, random as it is. Two
 * tabs that find it over at once, neither seeing yet what the other writes, name the same successor.
 */
function succeed({ id, activeAt }: SessionRecord, idleMs: number): string | false {
  const time = (activeAt + idleMs).toString(16).padStart(12, '0');
  return id.length === UUID_LENGTH && `${time.slice(0, 8)}-${time.slice(8)}${id.slice(13)}`;
}

function parseRecord(text: string | null): SessionRecord | null {
  const record = Object(parseJson(text)) as SessionRecord;
  const { id, activeAt, age, seq } = record;
  const isSound = typeof id === 'string' && id && [activeAt, age, seq].every(isCount);
  return isSound ? record : null;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
