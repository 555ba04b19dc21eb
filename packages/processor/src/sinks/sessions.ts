import QuickLRU from 'quick-lru';
import {
  gather,
  type DerivedSession,
  type ServerLog,
  type SessionlessEvent,
  type SessionTables,
} from '@px-platform/store';
import { resession, type Span } from '../sessions/resession.js';
import { SESSION_RULES } from '../sessions/sessionize.js';
import { ownerKey, toSessionless } from '../sessions/sessionless.js';
import type { Sink } from './sink.js';

export interface SessionsSinkDeps {
  readonly eventStore: SessionTables;
  readonly log: ServerLog;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Who has more events than this around a new one is no person: no sessions are found for them. @default 10_000 */
  readonly maxEvents?: number;
}

const DAY_MS = 24 * 3_600_000;
/** How far from an event its session may reach, and is looked for at first. */
const REACH_MS = SESSION_RULES.maxMs + SESSION_RULES.idleMs;
/** How far is looked where somebody was at it without a pause: beyond this a late event changes no session. */
const MAX_REACH_MS = 32 * DAY_MS;
/** How long somebody with too many events is left alone. */
const BUSY_MS = 3_600_000;

/** New events of one day, by whose they are. */
type Owners = ReadonlyMap<string, readonly SessionlessEvent[]>;

/**
 * Sessions for events whose senders know of none: what is stored around them is read again and cut anew, so that
 * late, unordered and repeated events come to the same (docs/adr/0018).
 */
export function sessionsSink({
  eventStore,
  log,
  clock,
  maxEvents = 10_000,
}: SessionsSinkDeps): Sink {
  const busyUntil = new QuickLRU<string, number>({ maxSize: 10_000 });
  let revision = 0;
  let turn: Promise<void> = Promise.resolve();

  return {
    name: 'sessions',
    async write(processed) {
      const now = clock();
      const events = processed
        .flatMap(({ event }) => toSessionless(event))
        .filter((event) => (busyUntil.get(ownerKey(event)) ?? 0) <= now);
      const days = gather(events, ({ client_timestamp }) =>
        String(Math.floor(client_timestamp / DAY_MS)),
      );
      if (days.size === 0) return [];
      // Batches of two partitions come side by side, and may hold events of one owner: each must see what the other wrote.
      const mine = turn.then(() => findSessions([...days.values()]));
      turn = mine.catch(() => {});
      await mine;
      return [];
    },
  };

  async function findSessions(days: readonly (readonly SessionlessEvent[])[]): Promise<void> {
    for (const ofDay of days) {
      const further = await findAround(gather(ofDay, ownerKey), REACH_MS);
      await findAround(further, MAX_REACH_MS);
    }
  }

  /** Finds the owners' sessions; those that may reach further than was looked are left, and given back. */
  async function findAround(owners: Owners, reachMs: number): Promise<Owners> {
    const further = new Map<string, readonly SessionlessEvent[]>();
    if (owners.size === 0) return further;
    const looked = around([...owners.values()].flat(), reachMs);
    const stored = gather(
      await eventStore.sessionlessEvents({
        ...named([...owners.values()]),
        ...looked,
        limit: maxEvents + 1,
      }),
      ownerKey,
    );
    const written: DerivedSession[] = [];
    const spans = new Map<string, readonly Span[]>();
    for (const [key, events] of owners) {
      const around = stored.get(key) ?? [];
      if (around.length > maxEvents) {
        leaveAlone(key);
        continue;
      }
      const { sessions, spans: found, covered } = resession(events, around);
      const isCut =
        covered.since < looked.since + SESSION_RULES.idleMs ||
        covered.until > looked.until - SESSION_RULES.idleMs;
      if (isCut && reachMs < MAX_REACH_MS) {
        further.set(key, events);
        continue;
      }
      written.push(...sessions);
      spans.set(key, found);
    }
    if (written.length > 0) await replace(written, spans, owners);
    return further;
  }

  /** Writes sessions, and takes away what was there instead of them. */
  async function replace(
    written: readonly DerivedSession[],
    spans: ReadonlyMap<string, readonly Span[]>,
    owners: Owners,
  ): Promise<void> {
    const all = [...spans.values()].flat();
    const before = await eventStore.derivedSessions({
      ...named([...spans.keys()].map((key) => owners.get(key) ?? [])),
      since: Math.min(...all.map(({ since }) => since)),
      until: Math.max(...all.map(({ until }) => until)),
    });
    const ids = new Set(written.map(({ project_id, session_id }) => `${project_id}/${session_id}`));
    const removed = before.filter(
      (session) =>
        !ids.has(`${session.project_id}/${session.session_id}`) &&
        spans
          .get(ownerKey(session))
          ?.some(({ since, until }) => session.started_at <= until && session.ended_at >= since),
    );
    revision = Math.max(revision + 1, clock());
    await eventStore.writeSessions({ written, removed, revision });
  }

  function leaveAlone(key: string): void {
    busyUntil.set(key, clock() + BUSY_MS);
    log.warn(
      { more_than: maxEvents },
      'somebody has more events without a session id than a person makes: no sessions are found for them within the hour',
    );
  }
}

/** Of whom these are, for a question. */
function named(owners: readonly (readonly SessionlessEvent[])[]) {
  const firsts = owners.flatMap((events) => events.slice(0, 1));
  const distinct = (key: 'tenant_id' | 'project_id' | 'owner') => [
    ...new Set(firsts.map((event) => event[key])),
  ];
  return {
    tenants: distinct('tenant_id'),
    projects: distinct('project_id'),
    owners: distinct('owner'),
  };
}

function around(events: readonly SessionlessEvent[], reachMs: number): Span {
  const times = events.map(({ client_timestamp }) => client_timestamp);
  return { since: Math.min(...times) - reachMs, until: Math.max(...times) + reachMs };
}
