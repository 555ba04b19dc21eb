import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces, readJson } from './workspaces.mjs';

/** Places whose tests are counted: every workspace with a `test` script, and the tools' own. */
export function listSuites(root) {
  const workspaces = listWorkspaces(root).filter(
    ({ manifest }) => manifest.scripts?.test !== undefined,
  );
  return [...workspaces.map(({ dir }) => dir), 'scripts'];
}

/** Forgets earlier results, so that a suite which did not run cannot lend its old numbers. */
export function clearResults(root) {
  for (const dir of listSuites(root))
    rmSync(join(root, dir, '.results'), { recursive: true, force: true });
}

/**
 * Adds up what each suite wrote to `.results/*.json` (vitest's JSON reporter). A suite without
 * results, or whose file could not even be loaded, counts as a failure. `problems` names each
 * failure, tests with the first line of their error: who reads only the end of a long log needs it.
 * `retried` names the tests that passed at a second try, likewise: some of a real browser on a busy
 * machine, or a fault that comes and goes.
 */
export function addUpResults(root) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const problems = [];
  const retried = [];
  for (const dir of listSuites(root)) {
    const reports = readReports(join(root, dir, '.results'));
    if (reports.length === 0) {
      total.failed += 1;
      problems.push(`${dir} has tests but left no results`);
    }
    for (const report of reports) {
      total.passed += report.numPassedTests;
      total.failed += report.numFailedTests;
      problems.push(...erringTests(report, root, isFailed));
      retried.push(...erringTests(report, root, ({ status }) => status === 'passed'));
      total.skipped += report.numPendingTests + report.numTodoTests;
      // A file that throws while loading has no tests to fail; vitest marks the file alone.
      const unloaded = report.testResults.filter(
        ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed),
      );
      total.failed += unloaded.length;
      for (const { name } of unloaded)
        problems.push(`${within(root, name)} failed outside its tests`);
      if (report.numTotalTests === 0 && unloaded.length === 0) {
        total.failed += 1;
        problems.push(`${dir} ran no test`);
      } else if (!report.success && report.numFailedTests === 0 && unloaded.length === 0) {
        total.failed += 1;
        problems.push(`${dir} failed though no test did (an unhandled error?)`);
      }
    }
  }
  return { ...total, problems, retried };
}

function isFailed({ status }) {
  return status === 'failed';
}

/** Those of one kind that met an error, be it at their first try alone. */
function erringTests({ testResults }, root, isOfKind) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter((each) => isOfKind(each) && (each.failureMessages?.length > 0 || isFailed(each)))
      .map(({ fullName, failureMessages = [] }) => {
        const [firstLine] = failureMessages.join('').split('\n');
        return `${within(root, name)}: ${fullName}: ${firstLine}`;
      }),
  );
}

function within(root, path) {
  return path.replace(`${root}/`, '');
}

function readReports(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readJson(join(dir, file)));
}
