import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { patch, wrap } from './patch.js';

type Additions = Readonly<Record<string, string>>;

/**
 * Asks, before each request of fetch and XMLHttpRequest, which headers it is to have, and sets those that the page
 * has not. Nothing else of a request is touched, and one whose headers cannot be set as they are meant goes out as it was.
 */
export function beforeRequest(headersFor: (url: URL) => Additions | null): Disposer {
  const addTo = (address: string) =>
    headersFor(new URL(address, globalThis.document?.baseURI ?? location.href));
  const opened = new WeakMap<object, { readonly address: string; readonly own: Set<string> }>();
  const disposers = [
    wrap(globalThis, 'fetch', (original, self, args) =>
      original.apply(self, attempt(() => withHeaders(args, addTo)) ?? args),
    ),
  ];
  // A service worker has none.
  if (typeof XMLHttpRequest !== 'undefined') {
    const { prototype } = XMLHttpRequest;
    disposers.push(
      patch(prototype, 'open', ({ self, args: [, address] }) => {
        opened.set(self as object, { address: String(address), own: new Set() });
      }),
      patch(prototype, 'setRequestHeader', ({ self, args: [name] }) => {
        opened.get(self as object)?.own.add(String(name).toLowerCase());
      }),
      wrap(prototype, 'send', (original, self, args) => {
        attempt(() => {
          const request = self as XMLHttpRequest;
          const { address, own } = opened.get(request) ?? {};
          const headers = (address !== undefined && addTo(address)) || {};
          // Set twice, the values would be joined.
          for (const [name, value] of Object.entries(headers))
            if (!own?.has(name)) request.setRequestHeader(name, value);
        });
        return original.apply(self, args);
      }),
    );
  }
  return combineDisposers(disposers);
}

/** The arguments of `fetch` with more headers; undefined where they stay as they are. */
function withHeaders(
  [input, init]: readonly unknown[],
  addTo: (address: string) => Additions | null,
): never[] | undefined {
  const request = input instanceof Request ? input : null;
  const options = (init ?? {}) as RequestInit;
  // Such as a Request handed over as options: copied it would not be what it was.
  if (!isPlain(options)) return undefined;
  const mode = options.mode ?? request?.mode;
  // There are no headers in one, nor in the loading of a page that a worker passes on.
  if (mode === 'no-cors' || mode === 'navigate') return undefined;
  const additions = addTo(request?.url ?? String(input));
  if (!additions) return undefined;
  const headers = merge(options.headers ?? request?.headers, additions);
  // Any option makes the browser forget what a Request says of these.
  const kept =
    request && Object.keys(options).length === 0
      ? { referrer: request.referrer, referrerPolicy: request.referrerPolicy }
      : {};
  return [input, { ...kept, ...options, headers }] as never[];
}

/** In the form that they had: others who wrap `fetch` may look into it. */
function merge(given: HeadersInit | undefined, additions: Additions): HeadersInit {
  const all = new Headers(given);
  const missing = Object.entries(additions).filter(([name]) => !all.has(name));
  if (Array.isArray(given)) return [...given, ...missing];
  if (given === undefined || isPlain(given))
    return { ...(given as Record<string, string>), ...Object.fromEntries(missing) };
  for (const [name, value] of missing) all.set(name, value);
  return all;
}

/** Whether all it says is its own, to be copied. */
function isPlain(value: unknown): boolean {
  const prototype: unknown = Object.getPrototypeOf(Object(value));
  return prototype === Object.prototype || prototype === null;
}

/** Nothing of ours may break the page's request. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
