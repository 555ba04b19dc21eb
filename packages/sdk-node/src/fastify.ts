import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import {
  createRequestTelling,
  FAULT,
  statusOf,
  type RequestHost,
  type RequestOptions,
  type ToldRequest,
} from './request-host.js';

export type { RequestEventOptions, RequestHost, RequestOptions } from './request-host.js';

/**
 * A plugin that runs each request within its context, whom it is from, and records errors of handlers. Of the whole
 * instance: it is not encapsulated.
 * @example
 * app.register(pxFastify(px, { userId: (request) => request.user?.id }));
 */
export function pxFastify(
  px: RequestHost,
  options: RequestOptions<FastifyRequest> = {},
): FastifyPluginCallback {
  const tell = createRequestTelling(px, options);
  const told = new WeakMap<FastifyRequest, ToldRequest>();
  const read = (request: FastifyRequest): ToldRequest => {
    const { method, headers, protocol, originalUrl, ip } = request;
    const url = `${protocol}://${headers.host ?? ''}${originalUrl}`;
    const reading = tell(request, { method, headers, url, ip });
    told.set(request, reading);
    return reading;
  };
  const plugin: FastifyPluginCallback = (fastify, _, done) => {
    fastify.addHook('onRequest', (request, _reply, next) => {
      px.withRequest(read(request).context(), next);
    });
    // Reading a body leaves the context: what comes after it has to enter anew, and by then knows who signed in.
    fastify.addHook('preValidation', (request, _reply, next) =>
      px.withRequest((told.get(request) ?? read(request)).context(), next),
    );
    fastify.addHook('onError', (request, _reply, error, next) => {
      const status = statusOf(error);
      if (status >= FAULT) {
        const { method, routeOptions } = request;
        const about = { method, route: routeOptions.url ?? '', status };
        const verbs = px.forRequest(told.get(request)?.context() ?? {});
        verbs.captureError(error, { ...about, handled: false, mechanism: 'fastify' });
      }
      next();
    });
    fastify.addHook('onResponse', (request, reply, next) => {
      told.get(request)?.end({
        route: request.routeOptions.url ?? '',
        status: reply.statusCode,
        isAborted: !reply.raw.writableFinished,
      });
      next();
    });
    done();
  };
  // As `fastify-plugin` marks one that is for the instance it is registered on.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'px',
  });
}
