import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addUpResults, clearResults } from './results.mjs';

/** A vitest report as far as it is read. */
const report = (passed, failed = 0, skipped = 0, rest = {}) => ({
  success: failed === 0,
  numTotalTests: passed + failed + skipped,
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  numTodoTests: 0,
  testResults: [],
  ...rest,
});

const GOOD = {
  'package.json': { workspaces: ['packages/*', 'e2e'] },
  'packages/a/package.json': { name: 'a', scripts: { test: 'vitest run' } },
  'packages/a/.results/vitest.json': report(3, 0, 1),
  'packages/untested/package.json': { name: 'untested', scripts: {} },
  'e2e/package.json': { name: 'e2e', scripts: { test: 'vitest run' } },
  'e2e/.results/vitest.json': report(2),
  'scripts/.results/vitest.json': report(5),
};

function withResults(changes, use = addUpResults) {
  const root = mkdtempSync(join(tmpdir(), 'px-results-'));
  try {
    for (const [file, content] of Object.entries({ ...GOOD, ...changes })) {
      if (content === null) continue;
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), JSON.stringify(content));
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('given results of every suite', () => {
  it('adds them up', () => {
    expect(withResults({})).toEqual({
      passed: 10,
      failed: 0,
      skipped: 1,
      problems: [],
      retried: [],
    });
  });
});

describe('given a suite that', () => {
  it('left no results, counts a failure', () => {
    expect(withResults({ 'e2e/.results/vitest.json': null })).toEqual({
      passed: 8,
      failed: 1,
      skipped: 1,
      problems: ['e2e has tests but left no results'],
      retried: [],
    });
  });

  it('ran no test, counts a failure', () => {
    expect(
      withResults({ 'packages/a/.results/vitest.json': report(0, 0, 0, { success: false }) }),
    ).toMatchObject({
      failed: 1,
      problems: ['packages/a ran no test'],
    });
  });

  it('has a file that did not load, counts that file', () => {
    const testResults = [{ name: '/x/a.test.ts', status: 'failed', assertionResults: [] }];
    const broken = report(3, 0, 0, { success: false, testResults });
    expect(withResults({ 'packages/a/.results/vitest.json': broken })).toMatchObject({
      passed: 10,
      failed: 1,
      problems: ['/x/a.test.ts failed outside its tests'],
    });
  });

  it('has a failed test, counts it once and names it', () => {
    const assertion = {
      status: 'failed',
      fullName: 'given a, it does b',
      failureMessages: ['Error: expected 1 to be 2\n    at a.test.ts:3'],
    };
    const testResults = [{ name: '/x/a.test.ts', status: 'failed', assertionResults: [assertion] }];
    const broken = report(2, 1, 0, { testResults });
    expect(withResults({ 'packages/a/.results/vitest.json': broken })).toEqual({
      passed: 9,
      failed: 1,
      skipped: 0,
      problems: ['/x/a.test.ts: given a, it does b: Error: expected 1 to be 2'],
      retried: [],
    });
  });

  it('has a test that passed at its second try, counts it as passed and names it', () => {
    const testResults = [
      {
        name: '/x/a.test.ts',
        status: 'passed',
        assertionResults: [
          { status: 'passed', fullName: 'at once', failureMessages: [] },
          { status: 'passed', fullName: 'in the end', failureMessages: ['Error: late\n  at a'] },
        ],
      },
    ];
    expect(
      withResults({ 'packages/a/.results/vitest.json': report(3, 0, 0, { testResults }) }),
    ).toMatchObject({
      failed: 0,
      problems: [],
      retried: ['/x/a.test.ts: in the end: Error: late'],
    });
  });

  it('failed for an unhandled error, counts that', () => {
    const broken = report(3, 0, 0, { success: false });
    expect(withResults({ 'packages/a/.results/vitest.json': broken })).toMatchObject({
      passed: 10,
      failed: 1,
    });
  });
});

describe('clearing', () => {
  it('leaves no old number to be counted again', () => {
    const left = withResults({}, (root) => {
      clearResults(root);
      return { files: readdirSync(join(root, 'packages/a')), sum: addUpResults(root) };
    });
    expect(left.files).toEqual(['package.json']);
    expect(left.sum).toMatchObject({ passed: 0, failed: 3 });
  });
});
