import { cookiePrefix, OFFERED_COOKIE } from '@px-platform/protocol';
import { CONSENT_KEY, createUuidv7 } from '@px-platform/sdk-core';
import { contextOf, type ContextOptions } from './context-of.js';
import { headerReader, type RequestHeaders } from './header-reader.js';
import { clock, nodePlatform } from './node-platform.js';
import { cookieReader, idsOf } from './request-cookies.js';
import type { RequestContext } from './request-context.js';

/** What `visitorOf` can be told. */
export interface VisitorOptions extends ContextOptions {
  /** As the page says it. */
  readonly projectId: string;
  /** Whether whoever is new is given an id before they were asked. @default true */
  readonly isGranted?: boolean | undefined;
  /** Whether the page is served over HTTPS. @default true */
  readonly isSecure?: boolean | undefined;
}

/** Whose browser asks for a page. */
export interface Visitor {
  /** For `forRequest` and `withRequest`: what `contextOf` says, and of whoever is new the id that they are given. */
  readonly context: RequestContext;
  /** A `Set-Cookie` to answer with: that id, for the page to take over. */
  readonly setCookie?: string;
}

/** A page that is never opened, such as one that was fetched ahead, must not bind the device for long. */
const OFFERED_S = 3_600;
const ANALYTICS = /"analytics":"(\w+)"/;

/**
 * Whom a page is for, by the cookies that `crossSubdomain()` keeps in the browser. Gives whoever is new an id, so that
 * experiments are decided before the first visit's page is written.
 * @example
 * const { context, setCookie } = visitorOf(request.headers, { projectId: 'shop', userId: session?.userId });
 * if (setCookie) response.appendHeader('set-cookie', setCookie);
 * const bootstrap = await px.forRequest(context).bootstrap();
 */
export function visitorOf(
  headers: RequestHeaders,
  { isGranted = true, isSecure = true, ...options }: VisitorOptions,
): Visitor {
  const context = contextOf(headers, options);
  const header = headerReader(headers);
  const cookie = cookieReader(header('cookie'), options.projectId);
  // Where it is left out of the context the device is another's than who is signed in here: it is not new.
  if (context.anonymousId || idsOf(cookie, clock.now(), options).anonymousId) return { context };
  // As the page goes by it: what was said, or else what the browser says, or else what you say.
  const said = ANALYTICS.exec(cookie(CONSENT_KEY) ?? '')?.[1];
  const hasObjected = header('sec-gpc')?.startsWith('1') || header('dnt') === '1';
  if (said ? said !== 'granted' : hasObjected || !isGranted) return { context };
  const anonymousId = createUuidv7({ ...nodePlatform, clock })();
  const name = cookiePrefix(options.projectId) + OFFERED_COOKIE;
  const secure = isSecure ? '; Secure' : '';
  return {
    context: { ...context, anonymousId },
    setCookie: `${name}=${anonymousId}; Path=/; Max-Age=${OFFERED_S}; SameSite=Lax${secure}`,
  };
}
