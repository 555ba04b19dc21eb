import { CONTROL_EVENTS, type PageContext } from '@px-platform/protocol';
import type { FlagAttributes } from '@px-platform/sdk-core';
import type { Call, EventDetails } from './event-maker.js';

/** Whom a request is from, and what flags may know of them. */
export interface RequestContext extends Omit<EventDetails, 'timestamp' | 'eventId'> {
  /** The trace that it is part of: on every event of the request, as `trace_id`. */
  readonly traceId?: string | undefined;
  /** What flags are decided by, beside the ids. */
  readonly attributes?: FlagAttributes | undefined;
}

/**
 * Lays what a call says over its request. Where the call is about somebody else, nothing of the request's goes along: a
 * device or an address on another's event would make two people one.
 */
export function callIn(request: RequestContext | undefined, call: Call): Call {
  if (!request) return call;
  const { attributes: _, traceId, ...base } = request;
  const said = known(call.details ?? {});
  // A trace is nobody's: a payment that is told of the payer is part of it as well.
  const trace = traceId === undefined ? {} : { trace_id: traceId };
  const isSignIn = call.event === CONTROL_EVENTS.identify && !request.userId;
  const isOfAnother =
    (!isSignIn && isOther(request.userId, said.userId)) ||
    (isOther(request.anonymousId, said.anonymousId) && !isSame(request.userId, said.userId));
  const around = isOfAnother ? {} : (base.context ?? {});
  const page = pageIn(around.page, said.context?.page);
  const context = { ...trace, ...around, ...said.context, ...(page && { page }) };
  return { ...call, details: { ...(!isOfAnother && base), ...said, context } };
}

/** The same for what flags are decided by. */
export function attributesIn(
  request: RequestContext | undefined,
  given: FlagAttributes | undefined,
): FlagAttributes | undefined {
  if (!request) return given;
  const said = given ?? {};
  if (isOther(request.userId, said['user_id'])) return given;
  if (
    isOther(request.anonymousId, said['anonymous_id']) &&
    !isSame(request.userId, said['user_id'])
  )
    return given;
  const { userId, anonymousId, sessionId, attributes } = request;
  return {
    ...attributes,
    ...(userId && { user_id: userId }),
    ...(anonymousId && { anonymous_id: anonymousId }),
    ...(sessionId && { session_id: sessionId }),
    ...said,
  };
}

/** What is said of a page without its address is of the request's. */
const pageIn = (around: PageContext | undefined, said: PageContext | undefined) =>
  said?.url === undefined ? (said ?? around) && { ...around, ...said } : said;

const isSaid = (id: unknown) => id !== undefined && id !== null;
const isOther = (base: unknown, said: unknown) => isSaid(said) && base !== said;
const isSame = (base: unknown, said: unknown) => isSaid(said) && base === said;

/** Without what is undefined, which would hide what the request says. */
const known = (details: EventDetails): EventDetails =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => isSaid(value)));
