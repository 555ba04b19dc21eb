import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { listen } from './listen.js';
import { patch } from './patch.js';

/** How the page came to be at its address. */
export type NavigationKind = 'load' | 'push' | 'replace' | 'pop' | 'hash' | 'restore';

/** The part of the Navigation API that is used here; TypeScript does not know it yet. */
interface NavigationApi extends EventTarget {
  /** Null in documents that have no history, such as sandboxed frames; they hear of nothing, either. */
  readonly currentEntry: unknown;
}
interface NavigationEvent extends Event {
  readonly navigationType: 'push' | 'replace' | 'traverse';
}

/** Calls the listener after each change of address without a load, and when the page is restored whole. */
export function onNavigate(listener: (kind: NavigationKind) => void): Disposer {
  const { navigation } = window as unknown as { navigation?: NavigationApi };
  return combineDisposers([
    // Where the browser tells it, nothing of the page is patched.
    ...(navigation?.currentEntry
      ? [
          listen(navigation, 'currententrychange', (event) => {
            const { navigationType } = event as NavigationEvent;
            listener(navigationType === 'traverse' ? 'pop' : navigationType);
          }),
        ]
      : [
          patch(history, 'pushState', () => listener('push')),
          patch(history, 'replaceState', () => listener('replace')),
          listen(window, 'popstate', () => listener('pop')),
          listen(window, 'hashchange', () => listener('hash')),
        ]),
    listen(window, 'pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) listener('restore');
    }),
  ]);
}
