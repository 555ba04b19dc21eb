import { combineDisposers, type Disposer, type Lifecycle } from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';
import { hasDocument } from './has-browser.js';

/** On the global scope: in a worker nothing of this happens. */
const on = (type: string, listener: (event: Event) => void): Disposer =>
  listen(globalThis, type, listener, { capture: true });

/** At the document, after those who listen on the window: vitals settle there, and go with the parting request. */
const onVisibility = (state: DocumentVisibilityState, listener: () => void): Disposer =>
  hasDocument()
    ? listen(document, 'visibilitychange', () => {
        if (document.visibilityState === state) listener();
      })
    : () => {};

/**
 * The page's comings and goings. Never `unload` or `beforeunload`: they cost the page its place in
 * the back/forward cache, and mobile browsers do not fire them.
 */
export const pageLifecycle: Lifecycle = {
  onHidden: (listener) =>
    combineDisposers([
      onVisibility('hidden', listener),
      // Safari fires no visibilitychange when a visible page navigates away.
      on('pagehide', listener),
      on('freeze', listener),
    ]),
  onVisible: (listener) =>
    combineDisposers([
      onVisibility('visible', listener),
      on('pageshow', (event) => {
        if ((event as PageTransitionEvent).persisted) listener();
      }),
      on('resume', listener),
    ]),
  onOnline: (listener) => on('online', listener),
  isOnline: () => navigator.onLine,
};
