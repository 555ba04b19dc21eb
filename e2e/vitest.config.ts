import { defineConfig } from 'vitest/config';

// Unlike the packages' tests these run on what was built, as a user would: no source condition here.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: '.results/vitest.json' }]],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Each file runs a platform and a browser; two cores carry one of each.
    fileParallelism: false,
    // What was starved is tried once more, and `npm test` names what it took a second try for.
    retry: 1,
  },
});
