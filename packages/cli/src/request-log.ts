import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** What proxies give requests to be known by. Anything else is a stranger's text in our log. */
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/**
 * Gives each request an id (the proxy's `X-Request-Id`, else one of our own), sends it back, and logs a line a request at
 * level debug. Neither query nor headers are logged, for keys travel there; nor addresses, which are personal.
 */
export function requestLog(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId(request, response) {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
      response.setHeader('x-request-id', id);
      return id;
    },
    useLevel: 'debug',
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'request_id' },
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({
        method,
        path: url.split('?', 1)[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
  });
}
