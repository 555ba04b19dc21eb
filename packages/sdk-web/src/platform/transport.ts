import type { Transport, TransportRequest, TransportResponse } from '@px-platform/sdk-core';
import type { Body, Gzip } from './gzip.js';

/** Browsers let 64 KiB of parting requests be under way per page; some is left to the page itself. */
const KEEPALIVE_BYTES = 60_000;

const NO_ANSWER: TransportResponse = { status: 0, header: () => null, body: '' };

/**
 * Posts with fetch. `text/plain` and no header of our own keep the request CORS-simple: another
 * origin is reached without a preflight, and gzip is announced in the query. Create one for a page:
 * it keeps the account of all that page's parting requests.
 */
export function createTransport({
  fetch,
  gzip,
}: {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly gzip: Gzip;
}): Transport {
  let room = KEEPALIVE_BYTES;

  const post = async (
    request: TransportRequest,
    packing: Body | Promise<Body>,
    keepalive = false,
  ): Promise<TransportResponse> => {
    try {
      // No turn of the event loop where nothing is waited for: a parting page may not get it.
      const body = packing instanceof Promise ? await packing : packing;
      // Browsers without this timeout hang as long as the engine lets them.
      const signal = AbortSignal.timeout?.(request.timeoutMs);
      const response = await fetch(toUrl(request, body), { ...toInit(body), keepalive, signal });
      const text = await response.text();
      return {
        status: response.status,
        header: (name) => response.headers.get(name),
        body: text,
      };
    } catch {
      return NO_ANSWER;
    }
  };

  /** Browsers without `keepalive` have beacons, whose answer is never seen: it is as if none came in time. */
  const beacon = (request: TransportRequest, body: Body) =>
    navigator.sendBeacon(toUrl(request, body), new Blob([body], { type: 'text/plain' }))
      ? new Promise<TransportResponse>((resolve) => {
          setTimeout(resolve, request.timeoutMs, NO_ANSWER);
        })
      : null;

  const packNow = ({ body, compress }: TransportRequest) => (compress ? gzip.packNow(body) : body);

  return {
    send: (request) => post(request, request.compress ? gzip.pack(request.body) : request.body),
    part(request) {
      const body = packNow(request);
      const { size } = new Blob([body]);
      if (size > room) return null;
      const answering =
        'keepalive' in Request.prototype ? post(request, body, true) : beacon(request, body);
      if (!answering) return null;
      room -= size;
      return answering.finally(() => (room += size));
    },
    later(request) {
      const abort = new AbortController();
      try {
        // Named first: where there is none, nothing is packed for it.
        const leave = fetchLater;
        const body = packNow(request);
        leave(toUrl(request, body), { ...toInit(body), signal: abort.signal });
        return () => abort.abort();
      } catch {
        // Not in this browser, not on an insecure page, or no room in its own allowance.
        return null;
      }
    },
  };
}

declare function fetchLater(url: string, init: RequestInit): unknown;

const toUrl = ({ url }: TransportRequest, body: Body) =>
  typeof body === 'string' ? url : `${url}&compression=gzip`;

const toInit = (body: Body): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'text/plain' },
  credentials: 'omit',
  cache: 'no-store',
});
