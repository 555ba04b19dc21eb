import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { bareUrl } from '../dom/bare-url.js';
import { listen } from '../dom/listen.js';
import { patch } from '../dom/patch.js';
import { createGate } from '../gate.js';
import { browserTimers } from '../platform/timers.js';

/** Which requests are recorded. */
export interface NetworkOptions {
  /** Answers of this status and above are failures, and so is no answer. @default 400 */
  readonly failedFrom?: number;
  /** A request is slow from here, in milliseconds. @default 3000 */
  readonly slowMs?: number;
}

const REFILL_MS = 10_000;
/** Our own. */
const OWN = /\/v1\/\w+\?key=/;

/**
 * Records `network`: requests of fetch and XMLHttpRequest that failed or were slow, and scripts, styles and
 * images that did not load. Addresses without query; never a body or a header.
 */
export function network({ failedFrom = 400, slowMs = 3_000 }: NetworkOptions = {}): Plugin {
  return {
    name: 'network',
    setup({ track, elapsed, onHidden, onDispose }) {
      const gate = createGate<object>({
        burst: 1,
        refillMs: REFILL_MS,
        elapsed,
        setTimer: browserTimers.setTimer,
        emit: (about, count) => track(EVENT_NAMES.network, { ...about, count }),
      });
      onDispose(gate.flush);
      onHidden(gate.flush);

      const tell = (
        kind: string,
        method: string,
        address: string,
        status: number,
        duration?: number,
      ) => {
        const url = bareUrl(address);
        // Known once the body is there: of a fetch not always.
        const [timing] = performance
          .getEntriesByName(new URL(address, location.href).href, 'resource')
          .slice(-1);
        gate.pass(`${method} ${url} ${status}`, {
          kind,
          method,
          url,
          status,
          duration_ms: duration && Math.round(duration),
          size: (timing as PerformanceResourceTiming | undefined)?.encodedBodySize || undefined,
        });
      };

      /** Begins with the request; what it returns is called with the answer's status, 0 where none came. */
      const begin = (kind: string, method: unknown, address: string) => {
        const since = elapsed();
        return (status: number, isFailed: boolean) => {
          const duration = elapsed() - since;
          if (!OWN.test(address) && (isFailed || status >= failedFrom || duration >= slowMs))
            tell(kind, String(method ?? 'GET').toUpperCase(), address, status, duration);
        };
      };

      onDispose(
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
              // Called off by the page; a timeout was not meant.
              const isTimeout = (cause as Error | undefined)?.name === 'TimeoutError';
              if (!signal?.aborted || isTimeout) end(0, true);
              throw cause;
            },
          );
        }),
      );

      const opened = new WeakMap<XMLHttpRequest, readonly [unknown, string]>();
      onDispose(
        patch(XMLHttpRequest.prototype, 'open', ({ self, args: [method, url] }) => {
          opened.set(self as XMLHttpRequest, [method, String(url)]);
        }),
      );
      onDispose(
        patch(XMLHttpRequest.prototype, 'send', ({ self }) => {
          const request = self as XMLHttpRequest;
          const end = begin('xhr', ...opened.get(request)!);
          const stops = ['load', 'error', 'timeout', 'abort'].map((type) =>
            listen(request, type, () => {
              for (const stop of stops) stop();
              if (type !== 'abort') end(request.status, type !== 'load');
            }),
          );
        }),
      );

      onDispose(
        listen(
          window,
          'error',
          ({ target }) => {
            // What happens at the window itself is an error of a script.
            if (!(target instanceof Element)) return;
            const { src, href } = target as { src?: unknown; href?: unknown } & Element;
            tell(target.localName, 'GET', String(src ?? href), 0);
          },
          { capture: true },
        ),
      );
    },
  };
}
