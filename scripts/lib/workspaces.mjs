import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every workspace of the repository: `{ dir, path, manifest }`, `dir` being relative to the root. */
export function listWorkspaces(root) {
  const { workspaces } = readJson(join(root, 'package.json'));
  return workspaces
    .flatMap((pattern) =>
      pattern.endsWith('/*') ? childrenOf(root, pattern.slice(0, -2)) : [pattern],
    )
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .map((dir) => ({
      dir,
      path: join(root, dir),
      manifest: readJson(join(root, dir, 'package.json')),
    }));
}

/** Parses a JSON file; a file that is not JSON is named in the error. */
export function readJson(file) {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${cause.message}`, { cause });
  }
}

function childrenOf(root, dir) {
  const path = join(root, dir);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${dir}/${entry.name}`)
    .sort();
}
