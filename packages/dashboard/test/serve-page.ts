import { execFile } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FakeApi } from '../dev/fake-api.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(PACKAGE, 'dist');

/** Stricter than the server's own: whatever the page does under this, it does under helmet's. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Builds the page where nobody has, or not since its source changed: an old build proves nothing. */
export async function buildPage(): Promise<void> {
  const built = join(DIST, 'index.html');
  if (existsSync(built) && statSync(built).mtimeMs > newestSourceMs()) return;
  // Tests run with NODE_ENV=test, with which Vite would build React for developers, and leave that to be served.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)('npx', ['vite', 'build'], { cwd: PACKAGE, env });
}

function newestSourceMs(): number {
  const folders = ['src', 'public'].flatMap((folder) =>
    readdirSync(join(PACKAGE, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(PACKAGE, folder, file),
    ),
  );
  const files = [...folders, join(PACKAGE, 'index.html'), join(PACKAGE, 'vite.config.ts')];
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

/** Serves the built page beside a fake API, as the API does beside its own. */
export async function servePage(
  api: FakeApi,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    if (api.handle(request, response)) return;
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const file = join(DIST, normalize(pathname === '/' ? '/index.html' : pathname));
    if (!file.startsWith(DIST) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, server };
}
