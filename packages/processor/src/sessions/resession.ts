import type { DerivedSession, SessionlessEvent } from '@px-platform/store';
import { SESSION_RULES, sessionize, stretches, type SessionRules } from './sessionize.js';
import { summarize, toVisit } from './summarize.js';

/** A range of time, epoch milliseconds, both ends included. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** What new events of an owner make of its sessions. */
export interface Resession {
  /** Every session in the stretches that the new events are in. */
  readonly sessions: readonly DerivedSession[];
  /** Those stretches, in the server's time: a session there that is not among `sessions` is no more. */
  readonly spans: readonly Span[];
  /** The same, in the senders' own time: from their first to their last event. */
  readonly covered: Span;
}

/**
 * Finds one owner's sessions anew, as far as new events can have changed them. Of an event that is among both,
 * the stored form counts: it is of the earliest delivery.
 */
export function resession(
  added: readonly SessionlessEvent[],
  stored: readonly SessionlessEvent[],
  rules: SessionRules = SESSION_RULES,
): Resession {
  const isAdded = new Set(added.map(({ event_id }) => event_id));
  const all = new Map([...added, ...stored].map((event) => [event.event_id, toVisit(event)]));
  const affected = stretches([...all.values()], rules).filter((stretch) =>
    stretch.some(({ event_id }) => isAdded.has(event_id)),
  );
  return {
    sessions: affected.flatMap((stretch) => sessionize(stretch, rules)).map(summarize),
    spans: affected.map((stretch) => spanOf(stretch.map(({ timestamp }) => timestamp))),
    covered: spanOf(affected.flat().map(({ client_timestamp }) => client_timestamp)),
  };
}

function spanOf(times: readonly number[]): Span {
  return times.reduce(
    ({ since, until }, time) => ({ since: Math.min(since, time), until: Math.max(until, time) }),
    { since: Infinity, until: -Infinity },
  );
}
