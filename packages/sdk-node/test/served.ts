import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeRequestHeaders, type PxEvent } from '@px-platform/protocol';
import { createClient, type ClientOptions, type NodeClient } from '../src/index.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

export const SESSION = '0190163d-8694-739b-aea5-966c26f8ad91';
export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** The headers of a page where `ana` is. */
export const ANA = {
  ...writeRequestHeaders({ anonymousId: 'device', userId: 'ana', sessionId: SESSION }),
  traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  referer: 'https://shop.example/cart',
};
/** What an event of hers has. */
export const OF_ANA = {
  user_id: 'ana',
  anonymous_id: 'device',
  session_id: SESSION,
  context: { trace_id: TRACE, page: { url: 'https://shop.example/cart' } },
};

/** A client, and a server of whatever framework that uses it. */
export interface Served {
  readonly px: NodeClient;
  readonly collector: StubCollector;
  /** Serves it; the address. */
  listen(listener: RequestListener): Promise<string>;
  /** What was told by now. */
  events(): Promise<readonly PxEvent[]>;
  close(): Promise<void>;
}

/** Opens it. */
export async function openServed(options: Partial<ClientOptions> = {}): Promise<Served> {
  const collector = await startStubCollector();
  const px = createClient({
    apiKey: 'px_k',
    endpoint: collector.url,
    flags: false,
    log: { error() {}, warn() {} },
    ...options,
  });
  const closing: (() => Promise<unknown>)[] = [];
  return {
    px,
    collector,
    async listen(listener) {
      const server = createServer(listener);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closing.push(() => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async events() {
      await px.flush();
      return collector.events();
    },
    async close() {
      for (const close of closing) await close();
      await px.shutdown({ timeoutMs: 0 });
      await collector.close();
    },
  };
}
