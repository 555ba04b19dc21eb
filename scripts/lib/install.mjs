import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * Whether node_modules holds what package-lock.json asks for. Compares versions, not file times:
 * a fresh checkout or a `touch` must not cost a download. npm keeps the installed tree in
 * `node_modules/.package-lock.json`. Optional packages (other platforms' binaries, chdb) may be absent.
 */
export function isInstalled(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(installedFile);
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return entry.link === true || found.version === entry.version;
  });
}

/** Runs `npm ci` when node_modules does not match the lockfile. Resolves to whether it did. */
export async function ensureInstalled(root, { log }) {
  if (isInstalled(root)) return false;
  log(
    'Installing packages. The first time this fetches chdb, the embedded ClickHouse: about 170 MB.',
  );
  const { code } = await run(npmCommand(), ['ci', '--no-audit', '--no-fund'], { cwd: root });
  if (code !== 0) throw new Error(`npm ci failed with exit code ${code}; its output is above.`);
  return true;
}

/** Windows needs the .cmd shim by name. */
function npmCommand() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
