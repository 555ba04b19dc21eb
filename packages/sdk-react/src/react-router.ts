'use client';
import { useContext } from 'react';
import {
  matchRoutes,
  UNSAFE_DataRouterStateContext as DataRouterStateContext,
  useLocation,
  useNavigationType,
  type RouteObject,
} from 'react-router';
import { useRoute } from './use-route.js';

export interface PXPageViewsProps {
  /** The application's routes, where it has no data router to ask (`<BrowserRouter>`). @default the data router's */
  readonly routes?: RouteObject[] | undefined;
  /** Laid over the properties of each view. */
  readonly properties?: object | undefined;
}

/**
 * Says which route React Router shows, so that each `page_view` has it; where `autocapture.pageViews` is off, it records
 * them. Draws nothing. Put it into the route that is around all others.
 * @example
 * const Root = () => (
 *   <>
 *     <PXPageViews />
 *     <Outlet />
 *   </>
 * );
 */
export function PXPageViews({ routes, properties }: PXPageViewsProps): null {
  const location = useLocation();
  const { pathname, search } = location;
  // Null where there is no data router. It alone knows routes that came late.
  const state = useContext(DataRouterStateContext);
  const matches = state?.matches ?? (routes && matchRoutes(routes, location));
  useRoute({
    pathname,
    search,
    route: matches?.length ? patternOf(matches) : undefined,
    properties,
    // Filters rewrite the query in place at every key.
    isSame: useNavigationType() === 'REPLACE',
  });
  return null;
}

/** The paths of `/`, `users` and `:id` as one. */
function patternOf(matches: readonly Match[]): string | undefined {
  // Where nothing is found, the data router shows the error in the outermost route, which is not at that address.
  if (matches[matches.length - 1]?.pathname === '') return undefined;
  const whole = matches.reduce(
    // What begins with a slash is said as a whole.
    (before, { route: { path = '' } }) => (path.startsWith('/') ? path : `${before}/${path}`),
    '',
  );
  return `/${whole.split('/').filter(Boolean).join('/')}`;
}

interface Match {
  readonly pathname: string;
  readonly route: { readonly path?: string };
}
