import { combineDisposers, type Lifecycle } from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';

/**
 * The page's comings and goings. Never `unload` or `beforeunload`: they cost the page its place in
 * the back/forward cache, and mobile browsers do not fire them.
 */
export const pageLifecycle: Lifecycle = {
  onHidden: (listener) =>
    combineDisposers([
      listen(document, 'visibilitychange', () => {
        if (document.visibilityState === 'hidden') listener();
      }),
      // Safari fires no visibilitychange when a visible page navigates away.
      listen(window, 'pagehide', listener),
      listen(document, 'freeze', listener),
    ]),
  onVisible: (listener) =>
    combineDisposers([
      listen(document, 'visibilitychange', () => {
        if (document.visibilityState === 'visible') listener();
      }),
      listen(window, 'pageshow', (event) => {
        if ((event as PageTransitionEvent).persisted) listener();
      }),
    ]),
  onOnline: (listener) => listen(window, 'online', listener),
  isOnline: () => navigator.onLine,
};
