import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PXProvider } from '@px-platform/sdk-react';
import { RouterProvider } from 'react-router';
import { pxOptions } from './px.js';
import { router } from './routes.js';
import './style.css';

const root = document.querySelector('#root');
if (!root) throw new Error('expected #root on the page');

createRoot(root).render(
  <StrictMode>
    <PXProvider options={pxOptions}>
      <RouterProvider router={router} />
    </PXProvider>
  </StrictMode>,
);
