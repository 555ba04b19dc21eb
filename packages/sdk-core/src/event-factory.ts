import type { EventContext, JsonObject, PxEvent } from '@px-platform/protocol';
import type { Identity } from './identity.js';
import type { Clock } from './platform.js';
import type { Session } from './session.js';

/** A call, on its way to becoming an event. */
export interface TrackInput {
  readonly event: string;
  readonly properties: JsonObject;
  /** When it happened, where that is not now. Epoch milliseconds. */
  readonly at?: number | undefined;
  /** The circumstances then, where they are not those of now. */
  readonly context?: EventContext | undefined;
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
  clock,
  createId,
  identity,
  session,
  context,
}: {
  readonly clock: Pick<Clock, 'now'>;
  readonly createId: () => string;
  readonly identity: Pick<Identity, 'get'>;
  readonly session: Pick<Session, 'next'>;
  readonly context: () => EventContext;
}): EventFactory {
  return (input) => {
    const { anonymousId, userId } = identity.get();
    const { id, seq, isNew } = session.next();
    const event: PxEvent = {
      event_id: createId(),
      event: input.event,
      user_id: userId,
      anonymous_id: anonymousId,
      session_id: id,
      properties: input.properties,
      timestamp: input.at ?? clock.now(),
      seq,
      context: input.context ?? context(),
    };
    return { event, isNewSession: isNew };
  };
}
