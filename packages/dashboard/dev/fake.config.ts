import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { createFakeApi } from './fake-api.js';
import { createSampleEvents } from './sample-events.js';

const EVENTS_A_SECOND = 3;

/** `npm run dev:fake`: the page with hot reload, fed with made-up events, no server needed. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [
    react(),
    {
      name: 'px-fake-api',
      configureServer(server) {
        const sample = createSampleEvents();
        const api = createFakeApi();
        for (let age = 40; age > 0; age -= 1) api.push(sample.next(Date.now() - age * 900));
        const timer = setInterval(() => api.push(sample.next(Date.now())), 1000 / EVENTS_A_SECOND);
        server.httpServer?.once('close', () => clearInterval(timer));
        server.middlewares.use((request, response, next) => {
          if (!api.handle(request, response)) next();
        });
      },
    },
  ],
});
