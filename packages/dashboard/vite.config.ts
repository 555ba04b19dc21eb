import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the API may serve the page at `/` or below any path.
  base: './',
  plugins: [react()],
  build: {
    // light-dark() and :has() as written: these are the first browsers that know both.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // One chunk needs no preloading, and an inlined asset would need `data:` in the server's CSP.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
});
