import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';
import { listWorkspaces, readJson } from './workspaces.mjs';

/** Written by other tools than the build; what the build writes is read off turbo.json. */
const IGNORED = new Set(['node_modules', '.turbo', '.results', '.px', '.cache', 'coverage']);
const ROOT_INPUTS = [
  'package-lock.json',
  'tsconfig.base.json',
  'turbo.json',
  'scripts/build-sdk.mjs',
];

/** Where what is published lies; examples are built where one of these ships them, or by whoever wants to see them. */
const PACKAGES = 'packages/';

/**
 * Builds the packages, and what they are made of, unless nothing changed since the last good build. The question "did
 * anything change" is answered from file times and sizes alone (some 30 ms), because starting turbo
 * to hear "no" costs more than the rest of a second start. Resolves to whether it built.
 */
export async function ensureBuilt(root, { log }) {
  const built = neededBy(PACKAGES, listWorkspaces(root)).filter(
    ({ manifest }) => manifest.scripts?.build !== undefined,
  );
  const stampFile = join(root, 'node_modules', '.cache', 'px', 'build-stamp.json');
  // Taken before building: an edit made meanwhile must count as newer than this build.
  const fingerprint = fingerprintOf(root, built);
  if (isFresh(stampFile, fingerprint, root, built)) return false;

  log('Building…');
  const turbo = join(root, 'node_modules', '.bin', 'turbo');
  const filters = built.map(({ manifest }) => `--filter=${manifest.name}`);
  const { code, output } = await run(
    turbo,
    ['run', 'build', '--output-logs=errors-only', ...filters],
    { cwd: root, capture: true },
  );
  if (code !== 0) throw new Error(`The build failed.\n\n${output.trimEnd()}`);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, `${JSON.stringify({ fingerprint })}\n`);
  return true;
}

/** The workspaces in a folder, and those that they depend on. */
function neededBy(folder, workspaces) {
  const needed = new Set(workspaces.filter(({ dir }) => dir.startsWith(folder)));
  for (const { manifest } of needed) {
    const names = { ...manifest.dependencies, ...manifest.devDependencies };
    // A set that grows is walked to its end.
    for (const each of workspaces) if (each.manifest.name in names) needed.add(each);
  }
  return [...needed];
}

function isFresh(stampFile, fingerprint, root, built) {
  if (!existsSync(stampFile)) return false;
  if (built.some(({ path }) => !hasOutput(join(path, 'dist')))) return false;
  return JSON.parse(readFileSync(stampFile, 'utf8')).fingerprint === fingerprint;
}

function hasOutput(dir) {
  return existsSync(dir) && readdirSync(dir).length > 0;
}

/** One hash over path, time and size of all that a build reads. */
function fingerprintOf(root, workspaces) {
  const hash = createHash('sha256').update(process.version);
  const add = (file) => {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  };
  for (const name of ROOT_INPUTS) {
    if (existsSync(join(root, name))) add(join(root, name));
  }
  const outputs = readJson(join(root, 'turbo.json')).tasks.build.outputs.map(
    (glob) => glob.split('/')[0],
  );
  for (const { path } of workspaces) walk(path, add, new Set([...IGNORED, ...outputs]));
  return hash.digest('hex');
}

/** `skipped` holds here, not deeper: a `src/assets` is a source. */
function walk(dir, onFile, skipped = IGNORED) {
  const entries = readdirSync(dir, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) walk(path, onFile);
    } else if (entry.isFile() && isInput(entry.name)) {
      onFile(path);
    }
  }
}

/** Tests, manuals, LICENSE copies and snapshots of names change no output. */
function isInput(name) {
  return !/\.test\.tsx?$|\.md$|\.tgz$|^LICENSE$|^exports\.snapshot\.json$/.test(name);
}
