// Holds what a browser downloads to the ceilings of size-limits.json, on the built packages:
//   npm run check:size
import { fileURLToPath } from 'node:url';
import { readJson } from './lib/workspaces.mjs';
import { checkSizes } from './size/check.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { table, findings, notes } = await checkSizes({
  root,
  limits: readJson(`${root}/size-limits.json`),
});
console.log(table);
for (const note of notes) console.log(`check:size: ${note}`);
for (const finding of findings) console.error(`check:size: ${finding}`);
console.log(`check:size: ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
