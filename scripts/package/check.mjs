import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../lib/workspaces.mjs';
import { checkContents } from './contents.mjs';
import { checkEntries } from './entries.mjs';
import { lintTarball } from './lint-tarball.mjs';
import { pack } from './pack.mjs';
import { compareSnapshot } from './snapshot.mjs';

/**
 * Packs the package as npm would and judges the tarball, not the folder: what it holds, what
 * publint and attw say of it, and which names a user gets from each of its entries.
 * Resolves to `{ findings, counts }`; with `update` the snapshot of names is rewritten.
 */
export async function checkPackage({ dir, root, update = false }) {
  const manifest = readJson(join(dir, 'package.json'));
  // Below the package's own node_modules, so that the unpacked copy finds the same dependencies.
  const workDir = join(dir, 'node_modules', '.cache', 'px-pack');
  rmSync(workDir, { recursive: true, force: true });
  try {
    const packed = await pack(dir, workDir);
    const findings = [
      ...checkContents({ manifest, packed, root }),
      ...(await lintTarball({ dir, manifest, packed, root })),
    ];
    const { entries, findings: entryFindings } = await checkEntries({ manifest, packed });
    findings.push(...entryFindings);
    // Names read from a broken entry would be the wrong ones to compare or keep.
    if (entryFindings.length === 0) findings.push(...compareSnapshot({ dir, entries, update }));
    const names = Object.values(entries).flatMap(({ values, types }) => [...values, ...types]);
    return {
      findings,
      counts: {
        files: packed.files.length,
        'kB packed': Math.ceil(packed.bytes / 1000),
        entries: Object.keys(entries).length,
        names: names.length,
      },
    };
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}
