import { useMemo, useSyncExternalStore } from 'react';
import { parseRoute, type Route, routeHash } from './route.js';

/** Where the reader is, and how to go elsewhere: the browser's own history, so that back goes back. */
export function useRoute(): readonly [Route, (route: Route) => void] {
  const hash = useSyncExternalStore(listen, () => location.hash);
  return [useMemo(() => parseRoute(hash), [hash]), go];
}

function listen(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  return () => removeEventListener('hashchange', onChange);
}

function go(route: Route): void {
  location.hash = routeHash(route);
}
