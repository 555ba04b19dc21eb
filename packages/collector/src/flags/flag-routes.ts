import { Router, type Request, type RequestHandler, type Response } from 'express';
import { readKey, type Authenticate } from '../authenticate.js';
import { corsFor } from '../cors.js';
import { RequestError } from '../errors.js';
import { configRoutes } from './config-routes.js';
import type { FlagDelivery } from './delivery.js';
import type { FlagRoute } from './flag-route.js';
import { growthbookRoutes } from './growthbook-routes.js';
import { ofrepRoutes } from './ofrep-routes.js';
import { segmentRoutes } from './segment-routes.js';

export interface FlagRoutesDeps {
  readonly delivery: FlagDelivery;
  readonly authenticate: Authenticate;
  /** The request came with a secret key: from a server of a tenant's. */
  readonly onServerKey: (request: Request) => void;
  /** Run first, for every route. */
  readonly before: readonly RequestHandler[];
}

const cors = corsFor({
  methods: 'GET, HEAD, POST, OPTIONS',
  headers: 'authorization, content-encoding, content-type, if-none-match, x-api-key',
  exposed: 'etag, retry-after, x-request-id, x-sse-support',
});

/** Every route about flags. A new one is a line in a list of `FlagRoute`s. */
export function flagRoutes({ before, ...deps }: FlagRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const { delivery } = deps;
  const routes = [
    ...configRoutes(delivery),
    ...segmentRoutes(delivery),
    ...ofrepRoutes(delivery),
    ...growthbookRoutes(delivery),
  ];
  for (const route of routes) {
    const handle = handlerOf(route, deps);
    router.options(route.path, ...before, cors);
    router[route.method](route.path, ...before, cors, handle);
    router.all(route.path, ...before, cors, refuseMethod(route));
  }
  return router;
}

function refuseMethod({ method }: FlagRoute): RequestHandler {
  const allow = method === 'get' ? 'GET, HEAD, OPTIONS' : 'POST, OPTIONS';
  return (request) => {
    throw new RequestError(
      'method_not_allowed',
      `${request.method} is not served here. Use ${method.toUpperCase()}.`,
      { headers: { allow } },
    );
  };
}

function handlerOf(
  { path, handle, refuse }: FlagRoute,
  { delivery: { metrics }, authenticate, onServerKey }: Omit<FlagRoutesDeps, 'before'>,
): RequestHandler {
  return async (request, response) => {
    countOnce(response, () => metrics.countAnswer(path, response.statusCode));
    try {
      const query = new URLSearchParams(request.originalUrl.split('?', 2)[1] ?? '');
      const { key: named } = request.params;
      const key = typeof named === 'string' ? named : readKey(request, query);
      const grant = await authenticate(request, key);
      if (grant.kind === 'secret') onServerKey(request);
      await handle({ request, response, grant, key: key ?? '' });
    } catch (error) {
      const known =
        error instanceof RequestError
          ? error
          : new RequestError(
              'internal',
              'flags cannot be served because of a fault here. Try again later.',
              { headers: { 'retry-after': '5' }, cause: error },
            );
      if (response.headersSent || !refuse?.(known, request, response)) throw known;
    }
  };
}

/** Of a stream when it begins, for its end may be hours away. */
function countOnce(response: Response, count: () => void): void {
  let isCounted = false;
  const once = () => {
    if (isCounted || !response.headersSent) return;
    isCounted = true;
    count();
  };
  response.on('finish', once);
  response.on('close', once);
}
