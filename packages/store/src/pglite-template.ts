import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

/**
 * The file of the empty database that `npm run build` makes, for the PGlite that is installed:
 * a directory made by another version might not open.
 */
export function pgliteTemplateFile(): string {
  // PGlite does not export its package.json; its entry point is one folder below it.
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: unknown = JSON.parse(
    readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'),
  );
  const { version } = manifest as { readonly version: string };
  return fileURLToPath(new URL(`../dist/pglite-${version}.tar.gz`, import.meta.url));
}

/** Makes the file unless it is there: an empty database, initialised once so that nobody waits again. */
export async function writePgliteTemplate(file: string = pgliteTemplateFile()): Promise<void> {
  if (existsSync(file)) return;
  const database = await PGlite.create();
  const dump = await database.dumpDataDir('gzip');
  await database.close();
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, Buffer.from(await dump.arrayBuffer()));
  await rename(draft, file);
}
