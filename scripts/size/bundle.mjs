import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';

const ENTRY = 'px-size-entry.js';

/**
 * What a page that holds `code` downloads: bundled for browsers from the built packages, minified,
 * gzipped at level 9. `gzipBytes` is what comes at once; `lazyGzipBytes` what may come later.
 * A `file` (the script tag's) is measured as it is. With `effects`, packages' own word
 * (`sideEffects: false`) is not taken: what is left of a bare import is what importing really does. Packages in
 * `without` are on the page anyway, and are not counted.
 */
export async function bundle(root, { code, file, effects = false, without = [] }) {
  if (file !== undefined) return measure([readFileSync(join(root, file), 'utf8')], []);

  const isWithout = (id) => without.some((name) => id === name || id.startsWith(`${name}/`));
  const build = await rollup({
    input: ENTRY,
    external: isWithout,
    plugins: [
      virtualEntry(root, code),
      ...(effects ? [doubtful()] : []),
      nodeResolve({ browser: true }),
    ],
    onLog(level, log) {
      // An import left out of the bundle would be bytes not counted.
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.generate({
      format: 'es',
      plugins: [terser({ module: true, ecma: 2020 })],
    });
    const chunks = output.filter(({ type }) => type === 'chunk');
    const first = staticallyReached(chunks);
    return measure(
      chunks.filter((chunk) => first.has(chunk.fileName)).map((chunk) => chunk.code),
      chunks.filter((chunk) => !first.has(chunk.fileName)).map((chunk) => chunk.code),
    );
  } finally {
    await build.close();
  }
}

function measure(now, later) {
  const text = now.join('\n');
  return {
    text,
    minBytes: Buffer.byteLength(text),
    gzipBytes: sum(now.map(gzipped)),
    lazyGzipBytes: sum(later.map(gzipped)),
  };
}

function staticallyReached(chunks) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const reached = new Set();
  const visit = (name) => {
    const chunk = byName.get(name);
    if (chunk === undefined || reached.has(name)) return;
    reached.add(name);
    for (const next of chunk.imports) visit(next);
  };
  for (const chunk of chunks.filter(({ isEntry }) => isEntry)) visit(chunk.fileName);
  return reached;
}

function gzipped(text) {
  return gzipSync(text, { level: 9 }).length;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The customer's line, as if it stood in a file at the root. */
function virtualEntry(root, code) {
  const id = join(root, ENTRY);
  return {
    name: 'px-size-entry',
    resolveId: (source) => (source === ENTRY ? id : null),
    load: (loaded) => (loaded === id ? code : null),
  };
}

/** Has every module looked at for side effects, whatever its package.json says. */
function doubtful() {
  return {
    name: 'px-size-doubtful',
    async resolveId(source, importer, options) {
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved && { ...resolved, moduleSideEffects: true };
    },
  };
}
