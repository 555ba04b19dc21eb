import type { IncomingHttpHeaders } from 'node:http';
import {
  createRequestTelling,
  FAULT,
  type RequestHost,
  type RequestOptions,
} from './request-host.js';

export type { RequestEventOptions, RequestHost, RequestOptions } from './request-host.js';

/** A client that can be flushed. */
export interface NextHost extends RequestHost {
  flush(): Promise<void>;
}

/** What a handler is known by: a route handler's request, or the headers of a server action's. */
export interface NextRequest {
  readonly headers: Pick<Headers, 'get'>;
  readonly method?: string;
  readonly url?: string;
}

/** What `pxNext` can be told. */
export interface NextOptions extends RequestOptions<NextRequest> {
  /** `headers` of `next/headers`: without it a server action does not know whom it is called by. @default none */
  readonly headers?: () => Pick<Headers, 'get'> | Promise<Pick<Headers, 'get'>>;
  /** `after` of `next/server`: sends what waits once the answer is out. @default none */
  readonly after?: (task: () => Promise<void>) => void;
  /** `waitUntil` of a platform, likewise. @default none */
  readonly waitUntil?: (promise: Promise<void>) => void;
  /** How many proxies of yours stand before the service: so many entries of `x-forwarded-for` are believed. @default 0 */
  readonly trustedProxies?: number;
}

/**
 * Wraps route handlers and server actions: they run within the request's context, their errors are recorded and thrown
 * on, and what they track is sent once they have answered. `route` is the name that its events have. The client may be
 * handed over by a function, which is called within requests alone.
 * @example
 * const withPx = pxNext(px, { headers, after });
 * export const POST = withPx(async (request: Request) => Response.json(await pay(request)), { route: '/api/pay' });
 */
export function pxNext(
  given: NextHost | (() => NextHost),
  { headers, after, waitUntil, trustedProxies, ...options }: NextOptions = {},
): <A extends readonly unknown[], T>(
  handler: (...args: A) => T,
  about?: { readonly route?: string },
) => (...args: A) => Promise<Awaited<T>> {
  const px = lazily(given);
  const tell = createRequestTelling(px, options);
  const send = () => {
    try {
      if (after) after(() => px.flush());
      else waitUntil?.(px.flush());
    } catch {
      // Outside a request, such as in a build: nothing will wait for it.
    }
  };
  return <A extends readonly unknown[], T>(
      handler: (...args: A) => T,
      { route = '' }: { readonly route?: string } = {},
    ) =>
    async (...args: A): Promise<Awaited<T>> => {
      const request = requestOf(args[0]) ?? { headers: (await readHeaders(headers)) ?? NONE };
      const { method = 'POST', url, headers: sent } = request;
      const { context, end } = tell(request, { method, headers: sent, url, trustedProxies });
      const run = async (): Promise<Awaited<T>> => {
        try {
          const answer = await handler(...args);
          end({ route, status: answer instanceof Response ? answer.status : 200 });
          return answer;
        } catch (error) {
          if (!isControlFlow(error)) {
            const said = { method, route, handled: false, mechanism: 'next' };
            px.forRequest(context()).captureError(error, said);
            end({ route, status: FAULT });
          }
          throw error;
        } finally {
          send();
        }
      };
      return await px.withRequest(context(), run);
    };
}

/**
 * For `instrumentation.ts`: records what Next has caught of pages, routes, actions and proxies.
 * @example
 * export const onRequestError = pxOnRequestError(px);
 */
export function pxOnRequestError(
  given: NextHost | (() => NextHost),
): (
  error: unknown,
  request: { readonly method: string; readonly headers: IncomingHttpHeaders },
  about: { readonly routePath: string; readonly routeType: string },
) => Promise<void> {
  const px = lazily(given);
  const tell = createRequestTelling<unknown>(px, {});
  return async (error, { method, headers }, { routePath: route, routeType }) => {
    if (isControlFlow(error)) return;
    const { context } = tell(null, { method, headers });
    const said = { method, route, route_type: routeType, handled: false, mechanism: 'next' };
    px.forRequest(context()).captureError(error, said);
    await px.flush();
  };
}

/** Next loads the modules of routes in a build, too, where nobody wants a client. */
function lazily(given: NextHost | (() => NextHost)): NextHost {
  if (typeof given !== 'function') return given;
  return {
    withRequest: (context, run) => given().withRequest(context, run),
    forRequest: (context) => given().forRequest(context),
    captureError: (error, properties, details) => given().captureError(error, properties, details),
    flush: () => given().flush(),
  };
}

const NONE: Pick<Headers, 'get'> = { get: () => null };

function requestOf(value: unknown): NextRequest | null {
  const { headers } = Object(value) as { readonly headers?: { readonly get?: unknown } };
  return typeof headers?.get === 'function' ? (value as NextRequest) : null;
}

async function readHeaders(headers: NextOptions['headers']) {
  try {
    return await headers?.();
  } catch {
    // There is no request, such as in a build.
    return undefined;
  }
}

/** What `redirect`, `notFound` and the like throw: the way they answer, and no error. */
function isControlFlow(error: unknown): boolean {
  const { digest } = Object(error) as { readonly digest?: unknown };
  return typeof digest === 'string' && CONTROL_FLOW.test(digest);
}

const CONTROL_FLOW = /^(?:NEXT_|DYNAMIC_SERVER_USAGE|BAILOUT_TO_CLIENT|HANGING_PROMISE)/;
