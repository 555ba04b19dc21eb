import {
  CONTROL_PREFIX,
  isUuid,
  LIMITS,
  SERVICE_PREFIX,
  type PxEvent,
  type ServerContext,
} from '@px-platform/protocol';
import {
  DROP_REASONS,
  parseUserId,
  toJsonObject,
  type DropReason,
  type Logger,
} from '@px-platform/sdk-core';
import { NODE_DROP_REASONS } from './errors.js';
import { clock } from './node-platform.js';

/** Whom an event is about, and where it has its place. It needs `userId`, `anonymousId` or both. */
export interface EventDetails {
  /** Your own id of a person. */
  readonly userId?: string | null | undefined;
  /** The device's id, as the page has it. */
  readonly anonymousId?: string | null | undefined;
  /** The visit's id, as the page has it. */
  readonly sessionId?: string | null | undefined;
  /** When it happened: epoch milliseconds, a date, or ISO 8601 text. @default now */
  readonly timestamp?: number | string | Date | undefined;
  /** Whether it is the service's own where nobody is known: its anonymous id is `service:<name>`. @default false */
  readonly service?: boolean | undefined;
  /** Its own id, a UUID: what is sent twice under one id counts once. @default a new one */
  readonly eventId?: string | undefined;
  /** Circumstances; `ip` and `user_agent` are believed with a secret key alone. */
  readonly context?: ServerContext | undefined;
}

/** A call: which verb, with what. */
export interface Call {
  readonly verb: string;
  readonly event: string;
  readonly properties?: object | undefined;
  readonly details?: EventDetails | null | undefined;
  /** Whether it is one of PX's own events. */
  readonly isControl?: boolean;
}

/** Makes an event of a call, or says why there is none. */
export type EventMaker = (call: Call) => PxEvent | { readonly refused: DropReason };

/** Creates it. */
export function createEventMaker({
  createId,
  context,
  service,
  log,
}: {
  readonly createId: () => string;
  /** The name of the service. */
  readonly service: string;
  /** Circumstances of every event. */
  readonly context: ServerContext;
  readonly log: Logger;
}): EventMaker {
  return ({ verb, event, properties, details, isControl }) => {
    const refuse = (reason: DropReason, sentence?: string) => {
      if (sentence)
        log.error(`${reason}:${verb}`, `${verb} of ${event}: ${sentence} It is dropped.`);
      else log.error(reason, verb, event);
      return { refused: reason };
    };
    const isName = typeof event === 'string' && event !== '' && event.length <= LIMITS.nameLength;
    if (!isName || (!isControl && event.startsWith(CONTROL_PREFIX)))
      return refuse(DROP_REASONS.invalidName);

    const said: EventDetails = details ?? {};
    const userId = readId(said.userId);
    const own = readId(said.anonymousId);
    const isOwn = said.service === true && userId === null && own === null;
    const anonymousId = isOwn ? `${SERVICE_PREFIX}${service}` : own;
    if (userId === false || anonymousId === false) {
      log.error(
        DROP_REASONS.invalidUserId,
        verb,
        event,
        userId === false ? said.userId : said.anonymousId,
      );
      return { refused: DROP_REASONS.invalidUserId };
    }
    if (userId === null && anonymousId === null)
      return refuse(
        NODE_DROP_REASONS.missingIdentity,
        'a server has no person of its own: say { userId }, { anonymousId } or both, or { service: true }.',
      );
    const timestamp = readTime(said.timestamp);
    if (timestamp === null)
      return refuse(
        NODE_DROP_REASONS.invalidTimestamp,
        'timestamp is epoch milliseconds, a date, or ISO 8601 text.',
      );
    if (said.eventId !== undefined && !isUuid(said.eventId))
      log.warn(`event_id:${verb}`, `eventId of ${event} is no UUID; it gets a new one.`);
    const { value, truncated } = toJsonObject(properties);
    if (truncated) log.warn(`json:${event}`);
    const sessionId = typeof said.sessionId === 'string' && said.sessionId;
    const circumstances: ServerContext = { ...context, ...said.context };
    return {
      event_id: isUuid(said.eventId) ? said.eventId : createId(),
      event,
      ...(userId !== null && { user_id: userId }),
      ...(anonymousId !== null && { anonymous_id: anonymousId }),
      ...(sessionId && { session_id: sessionId }),
      properties: value,
      timestamp,
      ...(Object.keys(circumstances).length > 0 && { context: circumstances }),
    };
  };
}

/** Null where none is given; false where it cannot be one person's. */
const readId = (given: unknown): string | null | false =>
  given === undefined || given === null ? null : (parseUserId(given) ?? false);

function readTime(given: unknown): number | null {
  if (given === undefined) return clock.now();
  const time =
    given instanceof Date ? given.getTime() : typeof given === 'string' ? Date.parse(given) : given;
  return typeof time === 'number' && Number.isFinite(time) ? time : null;
}
