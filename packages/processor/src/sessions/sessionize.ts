/** What an event must tell for its session to be found. */
export interface Timed {
  readonly event_id: string;
  /** When it happened, epoch milliseconds. */
  readonly timestamp: number;
  /** The sender's own order within one millisecond. */
  readonly seq: number;
  /** What brought the person, in any form that is equal for equal campaigns. Empty for an event that names none. */
  readonly campaign: string;
}

/** When a session ends. */
export interface SessionRules {
  /** A pause longer than this ends a session, milliseconds. */
  readonly idleMs: number;
  /** An event further than this from the session's first one begins another, milliseconds. */
  readonly maxMs: number;
  /** Whether an event that names another campaign than the session's begins another. */
  readonly splitsOnCampaign: boolean;
}

/** Half an hour, as everybody has it since Urchin; and a day, as in our clients. */
export const SESSION_RULES: SessionRules = {
  idleMs: 30 * 60_000,
  maxMs: 24 * 3_600_000,
  splitsOnCampaign: true,
};

/**
 * The sessions of one owner's events, each in its order. A function of the set: neither the order in which events
 * come nor how often they come changes anything, so that late ones may be put in by doing it again.
 */
export function sessionize<E extends Timed>(
  events: readonly E[],
  rules: SessionRules = SESSION_RULES,
): readonly (readonly E[])[] {
  const sessions: E[][] = [];
  let session: E[] = [];
  let campaign = '';
  for (const event of inOrder(events)) {
    const first = session[0];
    const last = session.at(-1);
    const isNew =
      !first ||
      !last ||
      event.timestamp - last.timestamp > rules.idleMs ||
      event.timestamp - first.timestamp > rules.maxMs ||
      (rules.splitsOnCampaign && event.campaign !== '' && event.campaign !== campaign);
    if (isNew) {
      session = [];
      sessions.push(session);
      campaign = '';
    }
    session.push(event);
    campaign = event.campaign || campaign;
  }
  return sessions;
}

/**
 * Stretches of events without a pause that ends a session. No session goes beyond its stretch, and none depends on
 * events outside it.
 */
export function stretches<E extends Timed>(
  events: readonly E[],
  { idleMs }: Pick<SessionRules, 'idleMs'> = SESSION_RULES,
): readonly (readonly E[])[] {
  return sessionize(events, { idleMs, maxMs: Infinity, splitsOnCampaign: false });
}

/** Each event once (its earliest telling), by time, then by the sender's own order, then by id. */
function inOrder<E extends Timed>(events: readonly E[]): E[] {
  const once = new Map<string, E>();
  for (const event of events) {
    const other = once.get(event.event_id);
    if (!other || event.timestamp < other.timestamp) once.set(event.event_id, event);
  }
  return [...once.values()].sort(
    (a, b) => a.timestamp - b.timestamp || a.seq - b.seq || (a.event_id < b.event_id ? -1 : 1),
  );
}
