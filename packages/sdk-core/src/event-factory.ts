import type { EventContext, JsonObject, PxEvent } from '@px-platform/protocol';
import type { Consents } from './consent.js';
import type { Identity } from './identity.js';
import type { Session } from './session.js';

/** A call, on its way to becoming an event. */
export interface TrackInput {
  readonly event: string;
  readonly properties: JsonObject;
  readonly context: EventContext;
  /** The event's id, where it has one already. */
  readonly id?: string | undefined;
  /** When it happened, where that is not now. Epoch milliseconds. */
  readonly at?: number | undefined;
  /** Whose it is, where that is not the person of this page. */
  readonly userId?: string | undefined;
}

/** An event, and whether it opened a session. */
export interface Stamped {
  readonly event: PxEvent;
  readonly isNewSession: boolean;
}

/** Makes events of calls. */
export type EventFactory = (input: TrackInput) => Stamped;

/** Creates the factory: everything that fixes an event's place is decided here, once. */
export function createEventFactory({
  createId,
  consent,
  identity,
  session,
}: {
  readonly createId: () => string;
  readonly consent: () => Consents;
  readonly identity: Pick<Identity, 'get'>;
  readonly session: Pick<Session, 'next'>;
}): EventFactory {
  return (input) => {
    const { anonymousId, userId } = identity.get();
    const { id, seq, isNew, now } = session.next();
    const event: PxEvent = {
      event_id: input.id ?? createId(),
      event: input.event,
      user_id: input.userId ?? userId,
      anonymous_id: anonymousId,
      session_id: id,
      properties: input.properties,
      timestamp: input.at ?? now,
      seq,
      // A letter a purpose, in the protocol's order: 17 bytes, where words would be 93.
      context: {
        ...input.context,
        consent: Object.values(consent())
          .map(([first]) => first)
          .join(''),
      },
    };
    return { event, isNewSession: isNew };
  };
}
