import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** In each event once, whatever else an SDK writes. */
export const MARK = 'px_bench_nth';

/**
 * A server that answers as a vendor's does, at once, and keeps what came: it is read only once the measuring is over. Bytes are the
 * connection's, heads included.
 */
export async function startSink(answer) {
  const requests = [];
  const sockets = new Set();
  let closedBytes = 0;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({
        at: performance.timeOrigin + performance.now(),
        url: request.url,
        isZipped: request.headers['content-encoding'] === 'gzip',
        body: Buffer.concat(chunks),
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer());
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      closedBytes += socket.bytesRead;
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests: () => requests.length,
    bytes: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, closedBytes),
    /** Which events of a name came, and when the last of them did. */
    arrived(name) {
      const numbers = new Set();
      let lastAt = 0;
      for (const { at, ...request } of requests) {
        const text = textOf(request);
        if (!text.includes(name)) continue;
        for (const [, nth] of text.matchAll(new RegExp(`"${MARK}":(\\d+)`, 'g'))) {
          numbers.add(Number(nth));
          lastAt = at;
        }
      }
      return { count: numbers.size, lastAt };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Mixpanel's events are base64, in the address or a form. */
function textOf({ url, isZipped, body }) {
  const text = (isZipped ? gunzipSync(body) : body).toString();
  const form = new URLSearchParams(text.startsWith('data=') ? text : url.split('?')[1]);
  // A plus of base64 reads as a space in a form.
  const data = form.get('data')?.replaceAll(' ', '+');
  return data ? Buffer.from(data, 'base64').toString() : text;
}
