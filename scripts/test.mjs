// `npm test`: everything this repository claims, from a fresh clone, in one command.
// Ends with one line: `N passed, N failed, N skipped`.
import { fileURLToPath } from 'node:url';
import { nodeVersionProblem } from './lib/node-version.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const isCi = process.env.CI === 'true' || process.env.CI === '1';
const log = (line) => console.log(`px test: ${line}`);

const problem = nodeVersionProblem(process.versions.node);
if (problem !== null) {
  console.error(problem);
  process.exit(1);
}

const { ensureInstalled } = await import('./lib/install.mjs');
const { ensureBrowsers } = await import('./lib/browsers.mjs');
const { ensureServices } = await import('./lib/services.mjs');
const { addUpResults, clearResults } = await import('./lib/results.mjs');
const { run } = await import('./lib/run.mjs');
const { runStages } = await import('./lib/stages.mjs');

const TEST_STAGES = ['tools', 'test', 'e2e'];
const MINUTE_MS = 60_000;
const startedAt = performance.now();
const env = {};

try {
  await ensureInstalled(root, { log });
  Object.assign(env, await ensureBrowsers({ log, isCi }));
  await ensureServices({ log, isCi });
} catch (error) {
  console.error(`px test: ${error.message}`);
  process.exit(1);
}

clearResults(root);

/** A command as a stage; with no deadline a hung test would take the whole run with it. */
const command = (program, args, minutes) => async () => {
  const { code, timedOut } = await run(program, args, {
    cwd: root,
    env,
    timeoutMs: minutes * MINUTE_MS,
  });
  if (timedOut) log(`${program} ${args.join(' ')} was stopped after ${minutes} minutes`);
  return code === 0;
};
const bin = (name) => `${root}/node_modules/.bin/${name}`;
const turbo = (task, minutes, ...options) =>
  command(bin('turbo'), ['run', task, '--continue', '--output-logs=new-only', ...options], minutes);
const script = (name, minutes) => command(process.execPath, [`${root}/scripts/${name}`], minutes);

const failed = await runStages(
  [
    { name: 'build', work: turbo('build', 6) },
    { name: 'format', work: command(bin('prettier'), ['--check', '--log-level=warn', '.'], 2) },
    { name: 'lint', work: command(bin('oxlint'), ['--deny-warnings'], 2) },
    { name: 'typecheck', work: turbo('typecheck', 5) },
    { name: 'check:boundaries', work: script('check-boundaries.mjs', 1) },
    {
      name: 'tools',
      work: command(bin('vitest'), ['run', '--root', 'scripts'], 3),
    },
    // One package at a time: each of them already uses every core through vitest, and engines and
    // browsers that starve one another fail for reasons that are nobody's fault.
    {
      name: 'test',
      needs: ['build'],
      work: turbo('test', 30, '--concurrency=1', '--filter=!./e2e'),
    },
    { name: 'check:package', needs: ['build'], work: turbo('check:package', 5) },
    { name: 'check:size', needs: ['build'], work: script('check-size.mjs', 2) },
    {
      name: 'e2e',
      needs: ['build'],
      work: command('npm', ['run', 'test', '--workspace', 'e2e'], 20),
    },
  ],
  { log, isStopped: () => Boolean(process.exitCode) },
);

if (process.exitCode) process.exit();

const { passed, failed: failedTests, skipped, problems, retried } = addUpResults(root);
for (const each of retried) log(`passed only at the second try: ${each}`);
for (const each of problems) log(each);
// A check that failed counts as one, and so does a test stage that failed without a failed test: the
// last line must never say "0 failed" of a run that was not good.
const failedChecks = failed.filter((name) => !TEST_STAGES.includes(name)).length;
const allFailed = failedTests + failedChecks || failed.length;
if (failed.length > 0) log(`failed: ${failed.join(', ')}`);
log(`${((performance.now() - startedAt) / MINUTE_MS).toFixed(1)} minutes in all`);
console.log(`${passed} passed, ${allFailed} failed, ${skipped} skipped`);
process.exitCode = allFailed === 0 ? 0 : 1;
