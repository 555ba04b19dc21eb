// Publishes the flags of an example, and starts its experiments, at the `px dev` of this repository or another platform:
//   node examples/publish-flags.mjs react-app
//   node examples/publish-flags.mjs react-app https://px.example.com pxs_…
import { readFile } from 'node:fs/promises';
import { argv } from 'node:process';

const PROJECT = 'shop';
const [, , example, url = 'http://localhost:4400', key] = argv;
if (!example) throw new Error('expected an example: node examples/publish-flags.mjs react-app');

const read = async (path) => JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'));
const { flags, experiments } = await read(`${example}/flags.json`);
const secretKey = key ?? (await read('../.px/dev.json')).secret_key;

/** Null where there is none. */
async function ask(method, path, body) {
  const response = await fetch(`${url}/v1/${path}?project=${PROJECT}`, {
    method,
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.status === 404 && method === 'GET') return null;
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);
  return JSON.parse(text);
}

const toStart = [];
for (const definition of experiments) {
  const known = await ask('GET', `experiments/${definition.key}`);
  // What runs is left alone.
  if (known && known.definition.status !== 'draft') continue;
  await ask('PUT', `experiments/${definition.key}`, { definition });
  toStart.push(definition.key);
}
for (const definition of flags) await ask('PUT', `flags/${definition.key}`, { definition });
for (const started of toStart) await ask('POST', `experiments/${started}/start`, {});
console.log(`published: ${flags.map(({ key }) => key).join(', ')}`);
