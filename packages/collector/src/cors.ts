import type { RequestHandler } from 'express';

export interface CorsOptions {
  readonly methods: string;
  /** What a page may send. */
  readonly headers: string;
  /** What a page may read. */
  readonly exposed: string;
}

/** Any page may ask with a write key: CORS is open, and never with credentials. */
export function corsFor({ methods, headers, exposed }: CorsOptions): RequestHandler {
  return (request, response, next) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', exposed);
    // A page on another origin must be allowed to read the answer whatever this server's own policy is.
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.setHeader('access-control-allow-methods', methods);
    response.setHeader('access-control-allow-headers', headers);
    response.setHeader('access-control-max-age', '86400');
    response.status(204).end();
  };
}

/** Of batches. `Retry-After` is exposed because an SDK on another origin could not read it otherwise. */
export const cors = corsFor({
  methods: 'POST, OPTIONS',
  headers: 'authorization, content-encoding, content-type, x-api-key',
  exposed: 'retry-after, ratelimit, ratelimit-policy, x-request-id',
});
