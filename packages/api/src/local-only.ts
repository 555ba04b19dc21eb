import type { RequestHandler } from 'express';
import { ApiError } from './errors.js';

const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

const LOCAL_PEER = /^(127\.|::1$|::ffff:127\.)/;

/**
 * A server that signs in whoever visits must be sure it is visited under its own name: a page elsewhere whose
 * name was rebound to 127.0.0.1 sends that name as Host. And by whom: on an interface that others reach
 * (`--host 0.0.0.0`), another machine may send any Host it likes.
 */
export const localOnly: RequestHandler = (request, _response, next) => {
  const host = request.headers.host ?? '';
  if (!LOCAL_PEER.test(request.socket.remoteAddress ?? '')) {
    throw new ApiError(
      'not_local',
      'px dev takes events from other machines, but shows them on its own only. Open http://localhost there.',
    );
  }
  if (LOCAL_HOST.test(host)) next();
  else {
    throw new ApiError(
      'wrong_host',
      `px dev answers only to localhost, not to ${JSON.stringify(host.slice(0, 80))}. Open http://localhost instead.`,
    );
  }
};
