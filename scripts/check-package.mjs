// Holds one published package to what it ships. Runs in the package's folder:
//   npm run check:package [-- --update]
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkPackage } from './package/check.mjs';

const { findings, counts } = await checkPackage({
  dir: realpathSync(process.cwd()),
  root: fileURLToPath(new URL('..', import.meta.url)),
  update: process.argv.includes('--update'),
});
for (const finding of findings) console.error(`check:package: ${finding}`);
const said = Object.entries(counts).map(([noun, count]) => `${count} ${noun}`);
console.log(`check:package: ${said.join(', ')}; ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
