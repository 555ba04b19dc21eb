import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run } from '../lib/run.mjs';

/** What publint (strict) and Are The Types Wrong say about the tarball. */
export async function lintTarball({ dir, manifest, packed, root }) {
  const { messages, pkg } = await publint({
    pkgDir: packed.dir,
    strict: true,
    level: 'suggestion',
    // What is unpacked there is the tarball already.
    pack: false,
  });
  const findings = messages.map(
    (message) => `publint: ${formatMessage(message, pkg, { color: false })}`,
  );

  // A package for servers is ESM by decision; one for everybody must also answer `require`.
  const profile = isDual(manifest) ? 'node16' : 'esm-only';
  const attw = await run(
    join(root, 'node_modules', '.bin', 'attw'),
    // Asking the registry for @types of our own name would only make the check need a network.
    [
      packed.tarball,
      '--profile',
      profile,
      '--format',
      'ascii',
      '--no-color',
      '--no-emoji',
      '--no-definitely-typed',
    ],
    { cwd: dir, capture: true, timeoutMs: 120_000 },
  );
  if (attw.code !== 0) findings.push(`attw (${profile}):\n${attw.output.trim()}`);
  return findings;
}

/** Whether any entry has a `require` side. */
export function isDual({ exports = {} }) {
  return Object.values(exports).some((entry) => typeof entry === 'object' && 'require' in entry);
}
