import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { readRequestHeaders, type PageContext, type ServerContext } from '@px-platform/protocol';
import { createRedaction, parseUserId } from '@px-platform/sdk-core';
import { clock } from './node-platform.js';
import type { RequestContext } from './request-context.js';
import { readCookies, type CookieOptions } from './request-cookies.js';

/** What is known of a request beside its headers, and which of them are believed. */
export interface ContextOptions extends CookieOptions {
  /**
   * The person as your authentication knows them; null: nobody is signed in. Where it is said, in whatever way, what the page
   * claims is not taken.
   * @default what the page claims
   */
  readonly userId?: string | null | undefined;
  /** The whole address asked for. @default not known */
  readonly url?: string | undefined;
  /** The address that the socket is connected to. @default not known */
  readonly ip?: string | undefined;
  /** How many proxies of yours stand before the service: so many entries of `x-forwarded-for` are believed. @default 0 */
  readonly trustedProxies?: number | undefined;
}

/** Headers as Node has them, or as the web does. */
export type RequestHeaders = IncomingHttpHeaders | Pick<Headers, 'get'>;

/**
 * Whom a request is from: the ids that the page set on it or keeps in cookies, the trace, and the circumstances. What a
 * page says is a claim, bounded and checked, but no proof of who it is.
 * @example
 * const request = px.forRequest(contextOf(headers, { userId: session?.userId, ip: socket.remoteAddress }));
 */
export function contextOf(headers: RequestHeaders, options: ContextOptions = {}): RequestContext {
  const header = readerOf(headers);
  const { traceId, ...told } = readRequestHeaders(header);
  // Of one or the other: a device of today and a visit of another would make two people one.
  const { sessionId, ...claim } =
    Object.keys(told).length > 0 ? told : readCookies(header('cookie'), clock.now(), options);
  const claimed = parseUserId(claim.userId);
  const userId = options.userId === undefined ? claimed : parseUserId(options.userId);
  // The page's device is another's than who is signed in here.
  const isOther = claimed !== null && userId !== null && claimed !== userId;
  const anonymousId = isOther ? null : parseUserId(claim.anonymousId);
  return {
    ...(userId !== null && { userId }),
    ...(anonymousId !== null && { anonymousId }),
    ...(sessionId && !isOther && { sessionId }),
    ...(traceId && { traceId }),
    context: circumstances(header, options),
  };
}

type Read = (name: string) => string | undefined;

/** Reads headers of either kind. */
export const readerOf =
  (headers: RequestHeaders): Read =>
  (name) => {
    const value: unknown = isWeb(headers) ? headers.get(name) : headers[name];
    return typeof value === 'string' ? value : undefined;
  };

const isWeb = (headers: RequestHeaders): headers is Pick<Headers, 'get'> =>
  typeof headers.get === 'function';

const URL_LENGTH = 2_048;
const USER_AGENT_LENGTH = 1_000;
const LANGUAGE = /^[a-z]{1,8}(?:-[a-z\d]{1,8}){0,4}(?=$|[\s,;])/i;

/** As the page's own addresses are. */
const { text: redact } = createRedaction(true);

function circumstances(header: Read, options: ContextOptions): ServerContext {
  const [locale] = LANGUAGE.exec(header('accept-language') ?? '') ?? [];
  const userAgent = header('user-agent');
  const ip = addressOf(header('x-forwarded-for'), options);
  const page = pageOf(header, options.url);
  return {
    ...(page && { page }),
    ...(locale && { locale }),
    ...(ip && { ip }),
    ...(userAgent && { user_agent: userAgent.slice(0, USER_AGENT_LENGTH) }),
  };
}

/** Where it happened: on the page that is being loaded, or on the one that asks. */
function pageOf(header: Read, url: string | undefined): PageContext | null {
  const referrer = readUrl(header('referer'));
  const mode = header('sec-fetch-mode');
  // Browsers tell the mode to https and localhost alone.
  const isLoad =
    mode === undefined ? header('accept')?.startsWith('text/html') : mode === 'navigate';
  const [at, from] = isLoad ? [readUrl(url), referrer] : [referrer, null];
  if (!at && !from) return null;
  return { ...(at && { url: at }), ...(from && { referrer: from }) };
}

function readUrl(text: string | undefined): string | null {
  return text && /^https?:/.test(text) && URL.canParse(text)
    ? redact(text.slice(0, URL_LENGTH))
    : null;
}

/** Each proxy adds whom it was asked by: of what is further left anybody may have written anything. */
function addressOf(
  forwarded: string | undefined,
  { ip, trustedProxies = 0 }: ContextOptions,
): string | null {
  const hops = [...(forwarded?.split(',') ?? []), ip ?? ''].map((hop) => hop.trim());
  const believed = Math.min(Math.max(0, Math.floor(trustedProxies) || 0), hops.length - 1);
  const hop = hops.at(-1 - believed) ?? '';
  // `::ffff:192.0.2.1` of a socket, `192.0.2.1:4711` and `[2001:db8::1]:4711` of some proxies.
  const [, v6, v4] =
    /^(?:::ffff:)?(?:\[?([\da-f:]*:[\da-f:]*?)(?:\]:\d+|\])?|([\d.]+)(?::\d+)?)$/i.exec(hop) ?? [];
  const address = v4 ?? v6 ?? '';
  return isIP(address) ? address : null;
}
