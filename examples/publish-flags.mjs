// Publishes the flags of an example to `px dev`, and starts its experiments:
//   node examples/publish-flags.mjs react-app
import { readFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = (path) => new URL(path, import.meta.url);

/** Answers the keys that were published. What is there already gets a new version; an experiment that runs is left alone. */
export async function publishFlags({ example, url, secretKey, project = 'shop' }) {
  const file = folder(`${example}/flags.json`);
  const { flags, experiments } = JSON.parse(await readFile(file, 'utf8'));
  const ask = async (method, path, body) => {
    const response = await fetch(`${url}/v1/${path}?project=${project}`, {
      method,
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    if (response.status === 404 && method === 'GET') return null;
    throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);
  };
  const isRunning = async (key) =>
    (await ask('GET', `experiments/${key}`))?.definition?.status === 'running';

  const toStart = [];
  for (const definition of experiments) {
    const { key } = definition;
    if (await isRunning(key)) continue;
    await ask('PUT', `experiments/${key}`, { definition });
    toStart.push(key);
  }
  for (const definition of flags) await ask('PUT', `flags/${definition.key}`, { definition });
  for (const key of toStart) await ask('POST', `experiments/${key}/start`, {});
  return flags.map(({ key }) => key);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const example = argv[2];
  if (!example) throw new Error('expected an example: node examples/publish-flags.mjs react-app');
  const { secret_key: secretKey } = JSON.parse(await readFile(folder('../.px/dev.json'), 'utf8'));
  const keys = await publishFlags({ example, url: 'http://localhost:4400', secretKey });
  console.log(`published: ${keys.join(', ')}`);
}
