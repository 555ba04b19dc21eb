import { createServer } from 'node:http';

/**
 * One loopback server for the pages, under the name `localhost`, and for the collectors, under `127.0.0.1`: to the
 * browser another site, as a vendor's collector is. `pages` holds each library's files by name.
 */
export async function startServer({ pages, slots }) {
  const server = createServer((request, response) => {
    if (slots.serve(request, response)) return;
    const { pathname } = new URL(request.url, 'http://localhost');
    const [, kind, id, file] = pathname.split('/');
    const code = kind === 'file' ? pages.get(id)?.get(file) : pageOf(id);
    if (code === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': kind === 'file' ? 'text/javascript' : 'text/html',
      ...(kind === 'isolated' && ISOLATED),
    });
    response.end(code);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const origin = `http://localhost:${port}`;
  return {
    emptyUrl: `${origin}/plain/`,
    isolatedEmptyUrl: `${origin}/isolated/`,
    /** The address of a library's page; `isIsolated` for exact times. */
    pageUrl({ sdk, batching, slot, isAutomatic = false, isIsolated = false }) {
      const query = new URLSearchParams({ base: `http://127.0.0.1:${port}${slot.path}` });
      if (isAutomatic) query.set('automatic', '1');
      if (batching) query.set('batching', '1');
      return `${origin}/${isIsolated ? 'isolated' : 'plain'}/${sdk}?${query}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Such a page has a clock of 5 µs; others' is of 100 µs. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** The page of a library; without an id, of none. */
const pageOf = (id) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Checkout</title>
${id ? `<script type="module" src="/file/${id}/entry.js"></script>` : ''}
</head><body><h1>Checkout</h1><p>Some text.</p><button>Buy</button></body></html>`;
