import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';
import { run } from '../lib/run.mjs';

/**
 * The names each code entry gives: `values` by importing the unpacked package (and requiring it,
 * where it says it can be), `types` from its declarations. Importing must do nothing: print nothing,
 * keep nothing open, name no browser global.
 */
export async function checkEntries({ manifest, packed }) {
  const entries = {};
  const findings = [];
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    // Data (`./schemas/*.json`, `./package.json`) has no names.
    if (typeof target === 'string') continue;
    const finding = (text) => findings.push(`${entry}: ${text}`);
    const esm = target.import ?? target;
    const values = await namesOf('import', join(packed.dir, esm.default), finding);
    if (values === null) continue;

    if (target.require !== undefined) {
      const required = await namesOf('require', join(packed.dir, target.require.default), finding);
      if (required !== null && required.join() !== values.join()) {
        finding(`require gives [${required.join(', ')}] but import gives [${values.join(', ')}]`);
      }
    }
    const declared = declaredNames(join(packed.dir, esm.types), finding);
    const untyped = values.filter((name) => !declared.includes(name));
    if (untyped.length > 0) finding(`${untyped.join(', ')} has no type declaration`);
    entries[entry] = { values, types: declared.filter((name) => !values.includes(name)) };
  }
  return { entries, findings };
}

const LOADERS = {
  import: (file) =>
    `const names = Object.keys(await import(${JSON.stringify(pathToFileURL(file).href)}));`,
  require: (file) =>
    `import { createRequire } from 'node:module';
     const names = Object.keys(createRequire(import.meta.url)(${JSON.stringify(file)}));`,
};

async function namesOf(how, file, finding) {
  if (!existsSync(file)) {
    finding(`${how} leads to ${file.split('/package/').pop()}, which is not in the tarball`);
    return null;
  }
  const marker = 'px-names:';
  const script = `${LOADERS[how](file)} console.log(${JSON.stringify(marker)} + JSON.stringify(names));`;
  // The process is left to end by itself: a timer or socket opened by importing keeps it, and is found.
  const { code, output, timedOut } = await run(
    process.execPath,
    ['--input-type=module', '-e', script],
    {
      capture: true,
      timeoutMs: 20_000,
      env: { NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    },
  );
  if (timedOut)
    finding(`${how} leaves something open: the process did not end by itself within 20 s`);
  else if (code !== 0) finding(`${how} fails:\n${output.trim()}`);
  const lines = output.trim().split('\n');
  const said = lines.find((line) => line.startsWith(marker));
  if (said === undefined || timedOut || code !== 0) return null;
  if (lines.length > 1)
    finding(`${how} prints: ${lines.filter((line) => line !== said).join(' ')}`);
  return JSON.parse(said.slice(marker.length))
    .filter((name) => name !== '__esModule' && name !== 'module.exports')
    .sort();
}

/** Every name an entry's declarations export. `export *` is refused: the list could change unseen. */
function declaredNames(file, finding) {
  if (!existsSync(file)) {
    finding(`types lead to ${file.split('/package/').pop()}, which is not in the tarball`);
    return [];
  }
  const { module } = parseSync(file, readFileSync(file, 'utf8'));
  const exported = module.staticExports.flatMap((statement) => statement.entries);
  if (exported.some(({ importName }) => importName.kind === 'AllButDefault')) {
    finding('uses `export *`: list the names one by one');
  }
  const names = exported.map(({ exportName }) =>
    exportName.kind === 'Default' ? 'default' : exportName.name,
  );
  return [...new Set(names.filter((name) => name !== null))].sort();
}
