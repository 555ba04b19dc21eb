import type { RequestHandler } from 'express';

/**
 * Any page may send events with a write key: CORS is open, and never with credentials.
 * `Retry-After` is exposed because an SDK on another origin could not read it otherwise.
 */
export const cors: RequestHandler = (request, response, next) => {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader(
    'access-control-expose-headers',
    'retry-after, ratelimit, ratelimit-policy, x-request-id',
  );
  // A page on another origin must be allowed to read the answer whatever this server's own policy is.
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader(
    'access-control-allow-headers',
    'authorization, content-encoding, content-type, x-api-key',
  );
  response.setHeader('access-control-max-age', '86400');
  response.status(204).end();
};
