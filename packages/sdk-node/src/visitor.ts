import { cookiePrefix, OFFERED_COOKIE } from '@px-platform/protocol';
import { CONSENT_KEY, createUuidv7 } from '@px-platform/sdk-core';
import { headerReader, type RequestHeaders } from './header-reader.js';
import { clock, nodePlatform } from './node-platform.js';
import { cookieReader, idsOf, type CookieOptions } from './request-cookies.js';
import type { RequestContext } from './request-context.js';

/** What `visitorOf` can be told. */
export interface VisitorOptions extends Pick<CookieOptions, 'sessionTimeoutMs'> {
  /** As the page says it. */
  readonly projectId: string;
  /** Whether whoever is new is given an id before they were asked. @default true */
  readonly isGranted?: boolean;
  /** Whether the page is served over HTTPS. @default true */
  readonly isSecure?: boolean;
}

/** Whose browser asks for a page, as far as its cookies tell. */
export interface Visitor {
  /** For `forRequest` and `withRequest`. Who is signed in, your own session knows. */
  readonly context: Pick<RequestContext, 'anonymousId' | 'sessionId'>;
  /** A `Set-Cookie` to answer with: the id of whoever is new, for the page to take over. */
  readonly setCookie?: string;
}

/** A page that is never opened, such as one that was fetched ahead, must not bind the device for long. */
const OFFERED_S = 3_600;

/**
 * Reads who a page is for off the cookies that `crossSubdomain()` keeps in the browser, and gives whoever is new an id, so
 * that experiments are decided before the first visit's page is written.
 * @example
 * const { context, setCookie } = visitorOf(request.headers, { projectId: 'shop' });
 * if (setCookie) response.appendHeader('set-cookie', setCookie);
 * const bootstrap = await px.forRequest(context).bootstrap();
 */
export function visitorOf(
  headers: RequestHeaders,
  { isGranted = true, isSecure = true, ...options }: VisitorOptions,
): Visitor {
  const header = headerReader(headers);
  const cookie = cookieReader(header('cookie'), options.projectId);
  const { anonymousId, sessionId } = idsOf(cookie, clock.now(), options);
  if (anonymousId) return { context: { anonymousId, ...(sessionId && { sessionId }) } };
  // As the page goes by it: what was said, or else what the browser says, or else what you say.
  const said = /"analytics":"(\w+)"/.exec(cookie(CONSENT_KEY) ?? '')?.[1];
  const hasObjected = header('sec-gpc')?.startsWith('1') || header('dnt') === '1';
  if (said ? said !== 'granted' : hasObjected || !isGranted) return { context: {} };
  const made = createUuidv7({ ...nodePlatform, clock })();
  const secure = isSecure ? '; Secure' : '';
  const name = cookiePrefix(options.projectId) + OFFERED_COOKIE;
  return {
    context: { anonymousId: made },
    setCookie: `${name}=${made}; Path=/; Max-Age=${OFFERED_S}; SameSite=Lax${secure}`,
  };
}
