import type { RequestHandler } from 'express';
import { ApiError } from './errors.js';

const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/**
 * A server that signs in whoever visits must be sure it is visited under its own name: a page elsewhere whose
 * name was rebound to 127.0.0.1 sends that name as Host.
 */
export const localOnly: RequestHandler = (request, _response, next) => {
  const host = request.headers.host ?? '';
  if (LOCAL_HOST.test(host)) next();
  else {
    throw new ApiError(
      'wrong_host',
      `px dev answers only to localhost, not to ${JSON.stringify(host.slice(0, 80))}. Open http://localhost instead.`,
    );
  }
};
