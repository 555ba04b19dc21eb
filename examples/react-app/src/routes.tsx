import { PXPageViews } from '@px-platform/sdk-react/react-router';
import { createBrowserRouter, Outlet, ScrollRestoration } from 'react-router';
import { Frame } from './components/frame.js';
import { Home } from './pages/home.js';
import { NotFound } from './pages/not-found.js';
import { WalkPage } from './pages/walk.js';

const Root = () => (
  <Frame>
    {/* Each view of a page says of which route it is. */}
    <PXPageViews />
    <ScrollRestoration />
    <Outlet />
  </Frame>
);

export const router = createBrowserRouter([
  {
    path: '/',
    element: <Root />,
    children: [
      { index: true, element: <Home /> },
      { path: 'walks/:id', element: <WalkPage /> },
      { path: '*', element: <NotFound /> },
    ],
  },
]);
