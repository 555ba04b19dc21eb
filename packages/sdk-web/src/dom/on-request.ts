import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { bareUrl } from './bare-url.js';
import { listen, onPage } from './listen.js';
import { patch } from './patch.js';

/** A request of the page that came to an end. */
export interface EndedRequest {
  /** `fetch`, `xhr`, or the element whose file did not load: `script`, `link`, `img`. */
  readonly kind: string;
  readonly method: string;
  /** As it was asked for, whole. */
  readonly address: string;
  readonly url: string;
  /** 0 where no answer came, or none that scripts may read. */
  readonly status: number;
  readonly isFailed: boolean;
  /** Until the answer's head, in milliseconds. Of files unknown. */
  readonly durationMs?: number;
  /** Of the body as it came, in bytes: where it is all there, and another origin lets it be known. */
  readonly size?: number | undefined;
}

/**
 * Calls the listener with each request of fetch and XMLHttpRequest that has ended, unless the page called it
 * off, and with each file of an element that did not load. Bodies and headers are not touched.
 */
export function onRequest(
  listener: (request: EndedRequest) => void,
  elapsed: () => number,
): Disposer {
  const tell = (request: Omit<EndedRequest, 'url'>) => {
    try {
      const { href } = new URL(request.address, location.href);
      const timing = performance.getEntriesByName(href, 'resource').at(-1);
      const { encodedBodySize: size } = Object(timing) as Partial<PerformanceResourceTiming>;
      listener({ ...request, url: bareUrl(href), size: size || undefined });
    } catch {
      // Thrown here, it would be the page's request that failed.
    }
  };
  const begin = (kind: string, method: string | undefined, address: string) => {
    const since = elapsed();
    return (status: number, isFailed: boolean) =>
      tell({
        kind,
        method: (method ?? 'GET').toUpperCase(),
        address,
        status,
        isFailed,
        durationMs: Math.round(elapsed() - since),
      });
  };
  const opened = new WeakMap<object, readonly [method: string, address: string]>();

  return combineDisposers([
    patch(window, 'fetch', ({ args: [input, init], result }) => {
      const request = Object(input) as Partial<Request>;
      const given = Object(init) as RequestInit;
      const signal = given.signal ?? request.signal;
      const end = begin('fetch', given.method ?? request.method, request.url ?? String(input));
      // Passed on, not watched beside: a rejection that nobody minds must stay one.
      return (result as Promise<Response>).then(
        (response) => {
          end(response.status, false);
          return response;
        },
        (cause: unknown) => {
          // A timeout was not meant.
          const isTimeout = (cause as Error | undefined)?.name === 'TimeoutError';
          if (!signal?.aborted || isTimeout) end(0, true);
          throw cause;
        },
      );
    }),
    patch(XMLHttpRequest.prototype, 'open', ({ self, args: [method, url] }) => {
      opened.set(self as object, [String(method), String(url)]);
    }),
    patch(XMLHttpRequest.prototype, 'send', ({ self }) => {
      const request = self as XMLHttpRequest;
      const end = begin('xhr', ...(opened.get(request) ?? ['', '']));
      const stops = ['load', 'error', 'timeout', 'abort'].map((type) =>
        listen(request, type, () => {
          for (const stop of stops) stop();
          if (type !== 'abort') end(request.status, type !== 'load');
        }),
      );
    }),
    onPage('error', ({ target }) => {
      // What happens at the window itself is an error of a script.
      if (!(target instanceof Element)) return;
      const { src, href } = target as Element & { readonly src?: string; readonly href?: string };
      tell({
        kind: target.localName,
        method: 'GET',
        address: String(src ?? href),
        status: 0,
        isFailed: true,
      });
    }),
  ]);
}
