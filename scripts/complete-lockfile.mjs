// After `npm install` against a registry that does not carry every platform's binaries:
//   node scripts/complete-lockfile.mjs
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { completeLockfile, missingOptional } from './lib/lockfile.mjs';
import { readJson } from './lib/workspaces.mjs';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const before = readJson(file);
const after = completeLockfile(before);
writeFileSync(file, `${JSON.stringify(after, null, 2)}\n`);
const left = missingOptional(after);
for (const { name, version, wantedBy } of left) {
  console.error(
    `${name}@${version}, wanted by ${wantedBy}, is still missing: add it where it can be had`,
  );
}
const added = Object.keys(after.packages).length - Object.keys(before.packages).length;
console.log(`${added} optional packages added, ${left.length} still missing`);
process.exitCode = left.length === 0 ? 0 : 1;
