import { defineConfig } from 'vitest/config';

/** The benches are tools, and tested like the other tools. */
export default defineConfig({
  test: {
    include: ['**/*.test.mjs'],
    reporters: ['default', ['json', { outputFile: '.results/vitest.json' }]],
    passWithNoTests: false,
    testTimeout: 60_000,
  },
});
