'use client';
// With its ending: Next.js has no `exports`, and Node finds the file by its whole name alone.
import { useParams, usePathname, useSearchParams } from 'next/navigation.js';
import { Suspense, type ReactNode } from 'react';
import { routePattern } from './route-pattern.js';
import { useRoute } from './use-route.js';

export interface PXPageViewsProps {
  /** Laid over the properties of each view. */
  readonly properties?: object | undefined;
}

/**
 * Says which route of the app router is shown, so that each `page_view` has it; where `autocapture.pageViews` is off, it
 * records them. Draws nothing. Put it into the root layout, within the provider.
 * @example
 * <PXProvider options={options}>
 *   <PXPageViews />
 *   {children}
 * </PXProvider>
 */
export const PXPageViews = (props: PXPageViewsProps): ReactNode => (
  <>
    <Path {...props} />
    {/* Who reads the query of a page that is written ahead is drawn in the browser alone, and later than the rest. */}
    <Suspense fallback={null}>
      <Query {...props} />
    </Suspense>
  </>
);

function Path({ properties }: PXPageViewsProps): null {
  const pathname = usePathname();
  useRoute({ pathname, search: '', route: routePattern(pathname, useParams()), properties });
  return null;
}

/** Tells of what `Path` cannot see: another query of the same path. */
function Query({ properties }: PXPageViewsProps): null {
  const pathname = usePathname();
  const search = useSearchParams().toString();
  const route = routePattern(pathname, useParams());
  useRoute({ pathname, search, route, properties, isPathTold: true });
  return null;
}
