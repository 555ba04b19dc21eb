import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createRequestTelling,
  FAULT,
  statusOf,
  type RequestHost,
  type RequestOptions,
} from './request-host.js';

export type { RequestEventOptions, RequestHost, RequestOptions } from './request-host.js';

/** What of Express's request is used. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string;
  readonly baseUrl: string;
  readonly protocol: string;
  readonly ip?: string | undefined;
  readonly params: unknown;
  readonly route?: unknown;
}

type Next = (error?: unknown) => void;

/**
 * Runs the rest of each request within its context: whom it is from, as headers and cookies of the page have it. Stands
 * behind your authentication.
 * @example
 * app.use(pxRequests(px, { userId: (request) => request.user?.id }));
 */
export function pxRequests<R extends ExpressRequest>(
  px: RequestHost,
  options: RequestOptions<R> = {},
): (request: R, response: ServerResponse, next: Next) => void {
  const tell = createRequestTelling(px, options);
  return (request, response, next) => {
    const { method = '', headers, originalUrl, protocol, ip } = request;
    const url = `${protocol}://${headers.host ?? ''}${originalUrl}`;
    const { context, end } = tell(request, { method, headers, url, ip });
    response.once('close', () =>
      end({
        route: routeOf(request),
        status: response.statusCode,
        isAborted: !response.writableFinished,
      }),
    );
    px.withRequest(context(), next);
  };
}

/**
 * Records errors that handlers throw or pass on, and passes them on: behind all routes, before your own error handler.
 * Errors that ask for a status below 500 are no fault of the service, and none of these.
 * @example
 * app.use(pxErrors(px));
 */
export function pxErrors(
  px: RequestHost,
): (error: unknown, request: ExpressRequest, response: ServerResponse, next: Next) => void {
  // Express knows an error handler by its four parameters.
  return (error, request, _response, next) => {
    const status = statusOf(error);
    if (status >= FAULT) {
      const { method = '' } = request;
      const about = { method, route: routeOf(request), status };
      px.captureError(error, { ...about, handled: false, mechanism: 'express' });
    }
    next(error);
  };
}

/** `/users/:id/orders/:order`; where no route was found, nothing. */
function routeOf({ route, baseUrl, originalUrl, params }: ExpressRequest): string {
  const { path } = Object(route) as { readonly path?: unknown };
  if (path === undefined) return '';
  const pattern = path === '/' ? '' : patternOf(path);
  const values = new Set(Object.values(Object(params) as object).map(String));
  const base = baseOf(pattern, originalUrl) ?? baseUrl;
  const template = base
    .split('/')
    .map((segment) => (VARIABLE.test(segment) || values.has(decoded(segment)) ? ':id' : segment))
    .join('/');
  return template + pattern || '/';
}

/** A path, an expression, or a list of both. */
const patternOf = (path: unknown): string =>
  [path]
    .flat()
    .map((one: unknown) =>
      one instanceof RegExp ? one.source : typeof one === 'string' ? one : '',
    )
    .join(' ');

/**
 * Where the router is that has the route: what stands before as many segments as the pattern has. `baseUrl` tells it,
 * too, but no more once an error has left the router; and both tell it as it was asked for, `/users/42`.
 */
function baseOf(pattern: string, originalUrl: string): string | null {
  if (!PLAIN_PATTERN.test(pattern)) return null;
  const segments = originalUrl
    .replace(/[?#].*/, '')
    .replace(/\/$/, '')
    .split('/');
  return segments.slice(0, segments.length - pattern.split('/').length + 1).join('/');
}

/** Of which each segment is one of the address. */
const PLAIN_PATTERN = /^(?:\/[\w:.@~-]+)*$/;
/** What holds a digit and is no version, is no word, or is longer than one. */
const VARIABLE = /^(?!v\d+$)(?=.*[\d%@:+=,;!*'()]).+$|^.{25,}$/;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
