import type { Transport, TransportResponse } from '@px-platform/sdk-core';
import type { Gzip } from './gzip.js';

/** Smaller bodies do not repay the header and the work. */
const GZIP_FROM_CHARACTERS = 1_024;
/** Browsers let 64 KiB of such requests be under way per page; some is left to the page itself. */
const KEEPALIVE_BYTES = 60_000;

const NO_ANSWER: TransportResponse = { status: 0, header: () => null, body: '' };

/**
 * Posts with fetch. `text/plain` and no header of our own keep the request CORS-simple: another
 * origin is reached without a preflight, and gzip is announced in the query.
 */
export function createTransport({
  fetch,
  gzip,
}: {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly gzip: Gzip;
}): Transport {
  let keepaliveBytes = 0;

  return {
    async send({ url, body, compress, keepalive, timeoutMs }) {
      let size = 0;
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), timeoutMs);
      try {
        // Compression takes turns of the event loop that a parting page does not have.
        const mayGzip = compress && !keepalive && body.length >= GZIP_FROM_CHARACTERS;
        const packed = mayGzip ? await gzip(body) : null;
        if (keepalive) {
          size = new TextEncoder().encode(body).length;
          if (keepaliveBytes + size > KEEPALIVE_BYTES) {
            size = 0;
            return NO_ANSWER;
          }
          keepaliveBytes += size;
        }
        const response = await fetch(packed ? `${url}&compression=gzip` : url, {
          method: 'POST',
          body: packed ?? body,
          headers: { 'content-type': 'text/plain' },
          credentials: 'omit',
          cache: 'no-store',
          keepalive,
          signal: abort.signal,
        });
        const text = await response.text();
        return {
          status: response.status,
          header: (name) => response.headers.get(name),
          body: text,
        };
      } catch {
        return NO_ANSWER;
      } finally {
        keepaliveBytes -= size;
        clearTimeout(timer);
      }
    },
  };
}
