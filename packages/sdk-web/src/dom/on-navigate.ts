import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { listen } from './listen.js';
import { patch } from './patch.js';

/** How the page came to be at its address. */
export type NavigationKind = 'load' | 'push' | 'replace' | 'pop' | 'hash' | 'restore';

/** The part of the Navigation API that is used here; TypeScript does not know it yet. */
interface NavigationApi extends EventTarget {
  readonly currentEntry: unknown;
}

/** Calls the listener after each change of address without a load, and when the page is restored whole. */
export function onNavigate(listener: (kind: NavigationKind) => void): Disposer {
  const { navigation } = window as unknown as { navigation?: NavigationApi };
  return combineDisposers([
    // Where the browser tells it, nothing of the page is patched.
    ...(navigation
      ? [
          listen(navigation, 'currententrychange', (event) => {
            const { navigationType } = event as Event & { readonly navigationType: string | null };
            // Null: the page has updated the entry's state, and is where it was.
            if (navigationType) listener(KINDS[navigationType] ?? 'push');
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

const KINDS: Readonly<Record<string, NavigationKind>> = { replace: 'replace', traverse: 'pop' };
