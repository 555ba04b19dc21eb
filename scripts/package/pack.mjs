import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { run } from '../lib/run.mjs';

/** Runs `npm pack` and unpacks the result: `{ tarball, dir, files, bytes }`, paths as in the package. */
export async function pack(dir, workDir) {
  mkdirSync(workDir, { recursive: true });
  const { code, output } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', workDir],
    { cwd: dir, capture: true, timeoutMs: 60_000 },
  );
  const name = readdirSync(workDir).find((file) => file.endsWith('.tgz'));
  if (code !== 0 || name === undefined) throw new Error(`npm pack failed in ${dir}:\n${output}`);

  const tarball = join(workDir, name);
  const unpack = await run('tar', ['-xzf', tarball, '-C', workDir], { capture: true });
  if (unpack.code !== 0) throw new Error(`cannot unpack ${tarball}:\n${unpack.output}`);
  const unpacked = join(workDir, 'package');
  return { tarball, dir: unpacked, files: walk(unpacked, unpacked), bytes: statSync(tarball).size };
}

function walk(base, dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? walk(base, path) : [relative(base, path).split(sep).join('/')];
  });
}
