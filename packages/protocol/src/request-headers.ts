import { LIMITS } from './limits.js';
import { isUuid } from './uuid.js';

/** By which headers of a request a page tells a server who asks. */
export const REQUEST_HEADERS = {
  anonymousId: 'px-anonymous-id',
  userId: 'px-user-id',
  sessionId: 'px-session-id',
  /** W3C Trace Context. */
  trace: 'traceparent',
} as const;

/** Who asks, as far as it is known. */
export interface RequestIds {
  readonly anonymousId?: string | null | undefined;
  readonly userId?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
}

/** What a request says of who asks. Whoever can write a request can write this: it is a claim, and no proof. */
export interface RequestClaim {
  readonly anonymousId?: string;
  readonly userId?: string;
  /** A UUID. */
  readonly sessionId?: string;
  /** 32 hexadecimal digits. */
  readonly traceId?: string;
}

const ID_HEADERS = ['anonymousId', 'userId', 'sessionId'] as const;
/** What one UTF-16 unit becomes at most: `%E2%82%AC`. */
const ENCODED_LENGTH = 9;

/** The headers that say it. Percent-encoded: an id may hold any character, a header may not. */
export function writeRequestHeaders(ids: RequestIds): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of ID_HEADERS) {
    const value = recode(encodeURIComponent, ids[name] ?? '');
    if (value) headers[REQUEST_HEADERS[name]] = value;
  }
  return headers;
}

/** Reads them. What is too long, malformed, or there twice is as good as not there. */
export function readRequestHeaders(header: (name: string) => unknown): RequestClaim {
  const claim: { -readonly [Name in keyof RequestClaim]: string } = {};
  for (const name of ID_HEADERS) {
    const id = decodeId(header(REQUEST_HEADERS[name]));
    if (id !== null && (name !== 'sessionId' || isUuid(id))) claim[name] = id;
  }
  const traceId = readTraceId(header(REQUEST_HEADERS.trace));
  if (traceId !== null) claim.traceId = traceId;
  return claim;
}

/** The id of the trace that a `traceparent` names; null where it names none. */
export function readTraceId(traceparent: unknown): string | null {
  const [, version, traceId, rest] =
    (typeof traceparent === 'string' && TRACEPARENT.exec(traceparent)) || [];
  const isKnown = version !== 'ff' && !(version === '00' && rest);
  return traceId !== undefined && isKnown ? traceId : null;
}

const TRACEPARENT =
  /^([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(-.{0,200})?$/;

/** Printable ASCII; a header that came twice was joined with a space. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** An id of a header or a cookie; null where it is too long, or none. */
export function decodeId(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LIMITS.idLength * ENCODED_LENGTH) return null;
  const id = PRINTABLE.test(value) ? recode(decodeURIComponent, value) : null;
  return id && id.length <= LIMITS.idLength && !/\p{Cc}/u.test(id) ? id : null;
}

/** Null where it cannot be done: half a surrogate pair, half a sequence. */
function recode(code: (text: string) => string, text: string): string | null {
  try {
    return code(text);
  } catch {
    return null;
  }
}
