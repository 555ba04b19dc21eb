import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from './config.js';

/** A port that is taken, and answers 503 until it is given something to serve. */
export interface Listening {
  readonly port: number;
  serve(handler: RequestListener): void;
  /** Lets requests under way finish, then closes every connection. */
  close(): Promise<void>;
}

/** Node's own limits suit a web site; a collector is written to by strangers. */
const TIMEOUTS = { headersTimeout: 5_000, requestTimeout: 15_000, keepAliveTimeout: 65_000 };

/**
 * Takes a port before the engines are opened, which needs seconds: somebody whose port is in use is told at
 * once, and an SDK that is too early is told to wait.
 */
export async function listen({
  host,
  port,
  option,
  drainMs = 1_000,
}: {
  readonly host: string;
  readonly port: number;
  /** What the port is set with, for whoever must set another. */
  readonly option: string;
  /** How long requests under way may take once the server closes, milliseconds. @default 1000 */
  readonly drainMs?: number;
}): Promise<Listening> {
  let handler: RequestListener = answerStarting;
  const server = createServer(
    { ...TIMEOUTS, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      handler(request, response);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(explain(error, host, port, option)),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve(next) {
      handler = next;
    },
    close: () => closeServer(server, drainMs),
  };
}

const answerStarting: RequestListener = (_request, response) => {
  response.writeHead(503, {
    'content-type': 'application/json',
    'retry-after': '1',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'retry-after',
  });
  response.end('{"code":"unavailable","message":"PX is starting. Try again in a second."}');
};

function explain(error: NodeJS.ErrnoException, host: string, port: number, option: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new UsageError(
      `Port ${port} is taken by another program. Choose another: npm start -- ${option} ${port > 65_000 ? 4_500 : port + 100}`,
    );
  }
  if (error.code === 'EACCES') {
    return new UsageError(
      `Port ${port} may not be used by this account. Choose one above 1023: npm start -- ${option} 4400`,
    );
  }
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.code ?? '')) {
    return new UsageError(
      `--host ${JSON.stringify(host)} is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for every interface.`,
    );
  }
  return error;
}

function closeServer(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
