import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What a test looks at in an event as it arrived. */
export interface Received {
  readonly event: string;
  readonly user_id?: string | null;
  readonly anonymous_id?: string | null;
  readonly session_id?: string | null;
  readonly seq?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly context?: { readonly page?: { readonly url?: string; readonly title?: string } };
}

/** The built shop on a port of its own, with a collector that stores nothing and forgets nothing. */
export interface ShopServer {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves a build as `px dev` does: static files, index.html for routes, /px-config.js, /px. */
export async function serveShop(
  dist: string,
  { pxConfig }: { readonly pxConfig: object | null },
): Promise<ShopServer> {
  const received: Received[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    if (pathname === '/px/v1/batch') {
      const { events } = JSON.parse(await readBody(request)) as { events: Received[] };
      received.push(...events);
      const result = { accepted: events.length, received_at: Date.now(), skew_ms: 0, results: [] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    } else if (pathname === '/px-config.js') {
      const script = pxConfig ? `window.PX_CONFIG = ${JSON.stringify(pxConfig)};` : '';
      response.setHeader('content-type', 'text/javascript').end(script);
    } else {
      const file = extname(pathname) === '' ? 'index.html' : normalize(pathname);
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(await readFile(join(dist, file)));
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://localhost:${port}`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The body as text. Unpacked by its first bytes: the SDK says gzip in the address, not a header. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString('utf8');
}
