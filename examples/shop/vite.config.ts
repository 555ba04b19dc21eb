import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig(({ command, mode }) => ({
  plugins: [react()],
  resolve: {
    // While developing and testing, the SDK's sources; in a build, the dist that ships.
    conditions:
      command === 'serve' || mode === 'test'
        ? ['@px-platform/source', ...defaultClientConditions]
        : [...defaultClientConditions],
  },
  build: {
    target: 'es2022',
    // public/ holds only the stand-in for /px-config.js. A copy in dist could shadow the real
    // one, which the server makes on the fly.
    copyPublicDir: false,
  },
}));
