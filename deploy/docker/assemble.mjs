// Puts together what an image runs: px-platform, the packages it depends on as they are published, and the locked versions of
// everything else, without what only building and the embedded engines need. The repository must be built.
//
//   node deploy/docker/assemble.mjs FOLDER
import { spawnSync } from 'node:child_process';
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = process.argv[2];
if (!out) throw new Error('Where to? node deploy/docker/assemble.mjs FOLDER');

const manifests = await findManifests();
const ours = await closure('px-platform');

await mkdir(out, { recursive: true });
await cp(join(root, 'package-lock.json'), join(out, 'package-lock.json'));
const folders = [...ours].map((name) => dirname(manifests.get(name)));
await writeFile(join(out, 'package.json'), JSON.stringify({ private: true, workspaces: folders }));
for (const folder of folders)
  await cp(join(root, folder, 'package.json'), join(out, folder, 'package.json'));
// Not `npm ci`: it wants every workspace that the lock file names. What is installed is locked all the same.
npm(out, 'install', '--omit=dev', '--omit=optional', '--omit=peer', '--ignore-scripts');

for (const name of ours) await putPublished(name);
await symlink('../px-platform/dist/bin.js', join(out, 'node_modules/.bin/px')).catch((error) => {
  if (error.code !== 'EEXIST') throw error;
});
for (const left of ['packages', 'package.json', 'package-lock.json'])
  await rm(join(out, left), { recursive: true });

/** The package as `npm publish` would send it, with the dependencies that are its own in this repository. */
async function putPublished(name) {
  const folder = dirname(manifests.get(name));
  const place = join(out, 'node_modules', name);
  const packed = await mkdtemp(join(tmpdir(), 'px-pack-'));
  npm(
    root,
    'pack',
    '--silent',
    '--ignore-scripts',
    `--workspace=${name}`,
    `--pack-destination=${packed}`,
  );
  const [tarball] = await readdir(packed);
  await rm(place, { force: true });
  await mkdir(place);
  run(root, 'tar', '-xzf', join(packed, tarball), '-C', place, '--strip-components=1');
  const own = join(out, folder, 'node_modules');
  await rename(own, join(place, 'node_modules')).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(packed, { recursive: true });
}

async function closure(name, found = new Set()) {
  if (found.has(name) || !manifests.has(name)) return found;
  found.add(name);
  const { dependencies = {} } = JSON.parse(await readFile(join(root, manifests.get(name)), 'utf8'));
  for (const each of Object.keys(dependencies)) await closure(each, found);
  return found;
}

async function findManifests() {
  const { workspaces } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const found = new Map();
  for (const pattern of workspaces) {
    const folders = pattern.endsWith('/*')
      ? (await readdir(join(root, dirname(pattern)))).map((each) => join(dirname(pattern), each))
      : [pattern];
    for (const folder of folders) {
      const path = join(folder, 'package.json');
      const text = await readFile(join(root, path), 'utf8').catch(() => null);
      if (text !== null) found.set(JSON.parse(text).name, path);
    }
  }
  return found;
}

function npm(cwd, ...args) {
  run(cwd, 'npm', ...args, '--no-audit', '--no-fund', '--loglevel=error');
}

function run(cwd, program, ...args) {
  const { status } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}
