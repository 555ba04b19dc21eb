// Puts the pages and the browser script that `px dev` serves beside the program, so that the published
// package needs no other.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
const assets = new URL('../assets/', import.meta.url);

rmSync(assets, { recursive: true, force: true });
for (const [from, to] of [
  ['packages/dashboard/dist', 'dashboard'],
  ['examples/shop/dist', 'shop'],
  ['packages/sdk-web/dist/px.iife.js', 'px.js'],
  ['packages/sdk-web/dist/px-explain.js', 'px-explain.js'],
  ['packages/sdk-web/dist/px-gzip.js', 'px-gzip.js'],
  ['packages/sdk-web/dist/px-requests.js', 'px-requests.js'],
]) {
  const source = fileURLToPath(new URL(from, root));
  if (!existsSync(source)) throw new Error(`${from} is not built`);
  cpSync(source, fileURLToPath(new URL(to, assets)), { recursive: true });
}
