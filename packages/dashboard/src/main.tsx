import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApiClient } from './api/api-client.js';
import { App } from './app.js';
import './styles/index.css';

const api = createApiClient({ fetch: (input, init) => fetch(input, init) });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App
        api={api}
        openStream={(projectId) =>
          new EventSource(`v1/live?${new URLSearchParams({ project: projectId })}`)
        }
      />
    </StrictMode>,
  );
}
