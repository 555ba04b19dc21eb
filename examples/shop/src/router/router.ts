import { parseRoute, titleOf, type Route } from './route.js';

/** Where the shop is, and how it goes elsewhere. */
export interface Router {
  readonly current: () => Route;
  /** The page somebody was on before this one; null on the first. */
  readonly previous: () => Route['page'] | null;
  readonly navigate: (path: string, options?: { readonly replace?: boolean }) => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly dispose: () => void;
}

type Browser = Pick<
  Window,
  'location' | 'history' | 'document' | 'scrollTo' | 'addEventListener' | 'removeEventListener'
>;

/** A router over the History API, for one window. */
export function createRouter(browser: Browser): Router {
  const listeners = new Set<() => void>();
  let route = parseRoute(browser.location.pathname);
  let previous: Route['page'] | null = null;
  browser.document.title = titleOf(route);

  function arrive(pathname: string) {
    route = parseRoute(pathname);
    browser.document.title = titleOf(route);
  }

  function tellEveryone() {
    for (const listener of listeners) listener();
  }

  function onPop() {
    previous = route.page;
    arrive(browser.location.pathname);
    tellEveryone();
  }
  // Capturing, so that the title is right before the SDK's own listener reads it for a page view.
  browser.addEventListener('popstate', onPop, { capture: true });

  return {
    current: () => route,
    previous: () => previous,
    navigate(path, { replace = false } = {}) {
      if (!replace) previous = route.page;
      // The title first: pushState is where the SDK takes its page view.
      arrive(path);
      if (replace) browser.history.replaceState(null, '', path);
      else browser.history.pushState(null, '', path);
      browser.scrollTo(0, 0);
      tellEveryone();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      browser.removeEventListener('popstate', onPop, { capture: true });
      listeners.clear();
    },
  };
}
