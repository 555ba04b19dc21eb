import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from './config.js';

/** A server that answers. */
export interface Listening {
  readonly port: number;
  /** Lets requests under way finish, then closes every connection. */
  close(): Promise<void>;
}

/** Node's own limits suit a web site; a collector is written to by strangers. */
const TIMEOUTS = { headersTimeout: 5_000, requestTimeout: 15_000, keepAliveTimeout: 65_000 };

/** How long requests under way may take once the server closes. */
const DRAIN_MS = 3_000;

/** Listens, or says plainly that the port is taken and what to do. */
export async function listen(
  handler: RequestListener,
  { host, port, option }: { readonly host: string; readonly port: number; readonly option: string },
): Promise<Listening> {
  const server = createServer({ ...TIMEOUTS, connectionsCheckingInterval: 1_000 }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port, option)));
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function explain(error: NodeJS.ErrnoException, port: number, option: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new UsageError(
      `Port ${port} is taken by another program. Choose another: npm start -- ${option} ${port + 100}`,
    );
  }
  if (error.code === 'EACCES') {
    return new UsageError(`Port ${port} may not be used by this account. Choose one above 1023: npm start -- ${option} 4400`);
  }
  return error;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
