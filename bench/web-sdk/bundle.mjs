import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const here = dirname(fileURLToPath(import.meta.url));
const ENTRY = 'entry.js';

/**
 * Bundles `code`, which may import any package and the files of pages/, as Vite does for production: the same
 * bundler and minifier for every library. Returns files by name, and which of them the entry brings at once.
 */
export async function bundle(code) {
  const build = await rolldown({
    input: ENTRY,
    cwd: here,
    platform: 'browser',
    logLevel: 'silent',
    transform: { target: 'es2020', define: { 'process.env.NODE_ENV': '"production"' } },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? `${here}/${ENTRY}` : null),
        load: (id) => (id === `${here}/${ENTRY}` ? code : null),
      },
    ],
  });
  const { output } = await build.generate({
    format: 'es',
    minify: true,
    entryFileNames: ENTRY,
    chunkFileNames: '[name]-[hash].js',
  });
  await build.close();
  const chunks = output.filter(({ type }) => type === 'chunk');
  return {
    files: new Map(chunks.map(({ fileName, code }) => [fileName, code])),
    atOnce: reachedAtOnce(chunks),
  };
}

/** Sizes of a bundle: what the page downloads at once, and what it may download later. */
export function sizesOf({ files, atOnce }) {
  const sizes = { minBytes: 0, gzipBytes: 0, lazyGzipBytes: 0 };
  for (const [name, code] of files) {
    const gzipBytes = gzipSync(code, { level: 9 }).length;
    if (!atOnce.has(name)) sizes.lazyGzipBytes += gzipBytes;
    else {
      sizes.minBytes += Buffer.byteLength(code);
      sizes.gzipBytes += gzipBytes;
    }
  }
  return sizes;
}

function reachedAtOnce(chunks) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const reached = new Set();
  const visit = (name) => {
    if (reached.has(name) || !byName.has(name)) return;
    reached.add(name);
    byName.get(name).imports.forEach(visit);
  };
  visit(ENTRY);
  return reached;
}
