import type { Transport, TransportRequest, TransportResponse } from '@px-platform/sdk-core';
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

  const post = async (
    { url, timeoutMs }: TransportRequest,
    pack: () => BodyInit | Promise<BodyInit>,
    keepalive: boolean,
  ): Promise<TransportResponse> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      const packed = pack();
      // No turn of the event loop where nothing is waited for: a parting page may not get it.
      const body = packed instanceof Promise ? await packed : packed;
      const response = await fetch(typeof body === 'string' ? url : `${url}&compression=gzip`, {
        method: 'POST',
        body,
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
      clearTimeout(timer);
    }
  };

  return {
    send(request) {
      const { body, compress } = request;
      const mayGzip = compress && body.length >= GZIP_FROM_CHARACTERS;
      return post(request, mayGzip ? async () => (await gzip(body)) ?? body : () => body, false);
    },
    part(request) {
      const size = new TextEncoder().encode(request.body).length;
      if (keepaliveBytes + size > KEEPALIVE_BYTES) return null;
      keepaliveBytes += size;
      return post(request, () => request.body, true).finally(() => (keepaliveBytes -= size));
    },
    later: () => null,
  };
}
