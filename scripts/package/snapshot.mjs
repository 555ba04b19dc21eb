import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../lib/workspaces.mjs';

const FILE = 'exports.snapshot.json';

/**
 * Compares the names a package gives with those committed beside it, so that no name comes or goes
 * without being seen in review. With `update` the file is rewritten instead.
 */
export function compareSnapshot({ dir, entries, update }) {
  const file = join(dir, FILE);
  if (update) {
    writeFileSync(file, `${JSON.stringify(entries, null, 2)}\n`);
    return [];
  }
  const hint =
    'if this is meant, run `npm run check:package -- --update` in the package and commit it';
  if (!existsSync(file)) return [`${FILE} is missing: ${hint}`];
  const before = flatten(readJson(file));
  const after = flatten(entries);
  const changes = [
    ...[...before].filter((name) => !after.has(name)).map((name) => `- ${name}`),
    ...[...after].filter((name) => !before.has(name)).map((name) => `+ ${name}`),
  ];
  if (changes.length === 0) return [];
  return [`the exported names changed; ${hint}, with a changeset:\n  ${changes.join('\n  ')}`];
}

function flatten(entries) {
  return new Set(
    Object.entries(entries).flatMap(([entry, { values, types }]) => [
      entry,
      ...values.map((name) => `${entry} ${name}`),
      ...types.map((name) => `${entry} type ${name}`),
    ]),
  );
}
