import type { IncomingMessage } from 'node:http';
import type { ErrorRequestHandler, Request } from 'express';
import { LIMITS } from '@px-platform/protocol';
import { LogUnavailableError, type ServerLog } from '@px-platform/store';
import { RequestError } from './errors.js';

/** Four bodies of the largest size that is taken. */
const UNREAD_BYTES = 4 * LIMITS.wireBytes;

/** The last handler: every failure becomes `{ code, message }` with the status that belongs to it. */
export function answerErrors(log: ServerLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = asRequestError(error);
    if (known.status >= 500) {
      // The id is there where whoever runs this gives requests one, as pino-http does.
      const { path, id, route } = request as Request & {
        readonly id?: unknown;
        readonly route?: { readonly path?: unknown };
      };
      // The route's own words where there is one: an address may have a key in it.
      log.error({ err: error, url: route?.path ?? path, request_id: id }, 'a request failed');
    }
    takeRest(request);
    response.status(known.status).set(known.headers).json(known.toAnswer());
  };
}

function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  // The cause is for our log: an engine's words may name paths and tables, and a sender is a stranger.
  if (error instanceof LogUnavailableError) {
    return new RequestError(
      'unavailable',
      'nothing was stored: the event log takes no events now. Send the batch again.',
      { headers: { 'retry-after': '1' } },
    );
  }
  return new RequestError(
    'internal',
    'nothing was stored because of a fault here. Send the batch again.',
    { headers: { 'retry-after': '5' } },
  );
}

/**
 * Whoever still writes when it is answered reads the answer only if what it writes is taken: a socket closed before
 * resets the connection, and a proxy in front takes that for a collector that is down. Bounded here in bytes, and in
 * time by the server's `requestTimeout`.
 */
function takeRest(request: IncomingMessage): void {
  if (request.complete) return;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > UNREAD_BYTES) request.destroy();
  });
  request.resume();
}
