import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const IGNORED = new Set(['node_modules', 'dist', 'build', '.git', '.turbo', '.px', '.results']);

/** Files that are committed or would be, relative to `root`, with `/`. Outside git: all but what is generated. */
export function listFiles(root) {
  if (!existsSync(join(root, '.git'))) return walk(root, '');
  const output = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  // A file deleted but not yet committed is still listed.
  return [...new Set(output.split('\0'))].filter(
    (file) => file !== '' && existsSync(join(root, file)),
  );
}

function walk(root, dir) {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = dir === '' ? entry.name : `${dir}/${entry.name}`;
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}
