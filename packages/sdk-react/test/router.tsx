import PX, { type PxOptions } from '@px-platform/sdk-web';
import { StrictMode, useEffect, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import {
  BrowserRouter,
  createBrowserRouter,
  createRoutesFromElements,
  Outlet,
  Route,
  RouterProvider,
  useLocation,
  useNavigate,
  useRoutes,
  type NavigateFunction,
} from 'react-router';
import { PXProvider, useTrack } from '../src/index.js';
import { PXPageViews } from '../src/react-router.js';

/** How a page is put together. */
export interface Making {
  readonly router: 'data' | 'declarative';
  /** Who starts PX: the provider, or the page before React. */
  readonly starts: 'provider' | 'page';
  readonly isCaptured: boolean;
}

const events: { readonly event: string; readonly properties: unknown; readonly url: string }[] = [];
let navigate: NavigateFunction = () => {};

function Page({ name }: { readonly name: string }) {
  const track = useTrack();
  const { pathname } = useLocation();
  // What a component records as it comes is of the new page, and after its view.
  useEffect(() => {
    document.title = name;
    track('opened', { name });
  }, [track, name, pathname]);
  return <h1>{name}</h1>;
}

function Frame({ children }: { readonly children: ReactNode }) {
  const way = useNavigate();
  useEffect(() => {
    navigate = way;
  }, [way]);
  return children;
}
const Root = () => (
  <Frame>
    <PXPageViews properties={{ area: 'shop' }} />
    <Outlet />
  </Frame>
);
const pages = (
  <>
    <Route index element={<Page name="home" />} />
    <Route path="users">
      <Route index element={<Page name="users" />} />
      <Route path=":id" element={<Page name="user" />} />
    </Route>
    <Route path="/files/*" element={<Page name="file" />} />
  </>
);
const routes = createRoutesFromElements(<Route path="/">{pages}</Route>);

/** Without a data router the routes are handed over. */
const Declarative = () => (
  <Frame>
    <PXPageViews routes={routes} properties={{ area: 'shop' }} />
    {useRoutes(routes)}
  </Frame>
);

export function start({ router, starts, isCaptured }: Making) {
  const options: PxOptions = {
    apiKey: 'px_key',
    projectId: 'shop',
    autocapture: isCaptured ? { vitals: false } : false,
    flags: false,
    beforeSend(event) {
      const { properties, context } = event;
      events.push({ event: event.event, properties, url: context?.page?.url ?? '' });
      return event;
    },
  };
  if (starts === 'page') PX.init(options);
  const app =
    router === 'data' ? (
      <RouterProvider
        router={createBrowserRouter(
          createRoutesFromElements(
            <Route path="/" element={<Root />} errorElement={<Root />}>
              {pages}
            </Route>,
          ),
        )}
      />
    ) : (
      <BrowserRouter>
        <Declarative />
      </BrowserRouter>
    );
  createRoot(document.querySelector('#root')!).render(
    <StrictMode>
      <PXProvider {...(starts === 'page' ? { client: PX } : { options })}>{app}</PXProvider>
    </StrictMode>,
  );
}
export const go = (to: string, replace = false) => navigate(to, { replace });
export const flush = () => PX.flush();
export { events };
