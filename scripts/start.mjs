// `npm start`: from a fresh clone to a running `px dev`, doing only what is missing.
// Everything after `--` goes to px dev: `npm start -- --port 5000`.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nodeVersionProblem } from './lib/node-version.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const log = (line) => console.error(`px: ${line}`);

const problem = nodeVersionProblem(process.versions.node);
if (problem !== null) {
  console.error(problem);
  process.exit(1);
}

try {
  // Imported late, so that an old Node reads the message above and not a syntax error.
  const { ensureInstalled } = await import('./lib/install.mjs');
  const { ensureBuilt } = await import('./lib/build.mjs');
  await ensureInstalled(root, { log });
  await ensureBuilt(root, { log });
} catch (error) {
  // After a Ctrl-C there is nothing to explain.
  if (!process.exitCode) console.error(`px: ${error.message}`);
  process.exit(process.exitCode || 1);
}
// A Ctrl-C during the set-up ends here, not in a half-made start.
if (process.exitCode) process.exit();

// In this very process: signals, terminal, exit code and drain are the command's own, with no parent in between.
const bin = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));
process.argv = [process.execPath, bin, 'dev', ...process.argv.slice(2)];
await import(pathToFileURL(bin).href);
