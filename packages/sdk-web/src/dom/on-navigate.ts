import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { listen } from './listen.js';

/** How the page came to be at its address. */
export type NavigationKind = 'load' | 'push' | 'replace' | 'pop' | 'hash' | 'restore';

/** Calls the listener after each change of address without a load, and when the page is restored whole. */
export function onNavigate(listener: (kind: NavigationKind) => void): Disposer {
  return combineDisposers([
    patchHistory('pushState', () => listener('push')),
    patchHistory('replaceState', () => listener('replace')),
    listen(window, 'popstate', () => listener('pop')),
    listen(window, 'hashchange', () => listener('hash')),
    listen(window, 'pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) listener('restore');
    }),
  ]);
}

/** Wraps a method of history. Restored only if nobody has wrapped it since; else it just falls silent. */
function patchHistory(name: 'pushState' | 'replaceState', after: () => void): Disposer {
  const original = history[name];
  let isLive = true;
  const patched: typeof original = function (this: History, ...args) {
    original.apply(this, args);
    if (isLive) after();
  };
  history[name] = patched;
  return () => {
    isLive = false;
    if (history[name] === patched) history[name] = original;
  };
}
