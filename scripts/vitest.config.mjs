import { defineConfig } from 'vitest/config';

/** The tools are tested like the packages, and counted with them. */
export default defineConfig({
  cacheDir: '../node_modules/.cache/vite-scripts',
  test: {
    include: ['**/*.test.mjs'],
    reporters: ['default', ['json', { outputFile: '.results/vitest.json' }]],
    passWithNoTests: false,
    testTimeout: 60_000,
  },
});
