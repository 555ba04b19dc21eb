import { isUuid, LIMITS } from '@px-platform/protocol';
import { createUuidv7 } from '@px-platform/sdk-core';
import { clock, nodePlatform } from './node-platform.js';
import type { RequestContext } from './request-context.js';

/** Headers as the web's `Headers` or Node has them. */
export type RequestHeaders = WebHeaders | NodeHeaders;
type WebHeaders = Pick<Headers, 'get'>;
type NodeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What `visitorOf` can be told. */
export interface VisitorOptions {
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
  { projectId, isGranted = true, isSecure = true }: VisitorOptions,
): Visitor {
  const prefix = `px_${encodeURIComponent(projectId)}_`;
  const cookies = readCookies(headerOf(headers, 'cookie'));
  const cookie = (name: string) => cookies.get(prefix + name) ?? '';
  const sessionId = /"id":"([\w-]+)"/.exec(cookie('session'))?.[1];
  const known = cookie('anonymous_id') || cookie('new');
  if (known && known.length <= LIMITS.idLength)
    return { context: { anonymousId: known, ...(isUuid(sessionId) && { sessionId }) } };
  // As the page goes by it: what was said, or else what the browser says, or else what you say.
  const said = /"analytics":"(\w+)"/.exec(cookie('consent'))?.[1];
  const hasObjected =
    headerOf(headers, 'sec-gpc').startsWith('1') || headerOf(headers, 'dnt') === '1';
  if (said ? said !== 'granted' : hasObjected || !isGranted) return { context: {} };
  const anonymousId = createUuidv7({ ...nodePlatform, clock })();
  const secure = isSecure ? '; Secure' : '';
  return {
    context: { anonymousId },
    setCookie: `${prefix}new=${anonymousId}; Path=/; Max-Age=${OFFERED_S}; SameSite=Lax${secure}`,
  };
}

function headerOf(headers: RequestHeaders, name: string): string {
  const value = isWeb(headers) ? headers.get(name) : headers[name];
  return [value ?? ''].flat().join('; ');
}

const isWeb = (headers: RequestHeaders): headers is WebHeaders =>
  typeof headers['get'] === 'function';

function readCookies(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(/; */).map((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return [name.trim(), decode(value)] as const;
  });
  // Of two of a name the browser puts that of the narrower path, or the older, first.
  return new Map(pairs.reverse());
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
