import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** What proxies give requests to be known by. Anything else is a stranger's text in our log. */
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/**
 * Gives each request an id (the proxy's `X-Request-Id`, else one of our own), sends it back, and logs a line a request at
 * level debug. Neither query nor headers are logged, for keys travel there; nor addresses, which are personal.
 */
export function requestLog(logger: Logger): RequestHandler {
  // Where nobody reads the lines nothing is made ready for them: it is a tenth of what a small batch costs.
  if (!logger.isLevelEnabled('debug')) {
    return (request, response, next) => {
      request.id = giveId(request, response);
      next();
    };
  }
  return pinoHttp({
    logger,
    genReqId: giveId,
    useLevel: 'debug',
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'request_id' },
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({
        method,
        path: withoutKey(url.split('?', 1)[0]),
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
  });
}

/** The addresses that GrowthBook's SDKs ask have a key in them. */
function withoutKey(path = ''): string {
  return path.replace(/\/(api\/features|sub)\/[^/]+$/, '/$1/-');
}

function giveId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', id);
  return id;
}
