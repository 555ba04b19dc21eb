/// <reference types="node" />
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Batch, PxEvent } from '@px-platform/protocol';
import { createStubFlags, type StubFlags } from './stub-flags.js';

export interface ReceivedBatch {
  readonly url: URL;
  readonly contentType: string | undefined;
  readonly isGzipped: boolean;
  readonly status: number;
  readonly batch: Batch;
}

export interface StubAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StubCollector {
  readonly origin: string;
  /** The same server under a name that is another origin to the browser. */
  readonly otherOrigin: string;
  readonly received: ReceivedBatch[];
  readonly preflights: string[];
  /** Paths of all requests, in order. */
  readonly requests: string[];
  /** How long the collector thinks before it answers. */
  delayMs: number;
  /** HTML by path. */
  readonly pages: Map<string, string>;
  /** What stands at other paths, by path: scripts and the like. */
  readonly scripts: Map<string, string>;
  /** What is said at other paths, by path. */
  readonly answers: Map<string, StubAnswer & { readonly afterMs?: number }>;
  /** Flags, once some are published. */
  readonly flags: StubFlags;
  /** Headers of every page, such as its Content-Security-Policy. */
  pageHeaders: Readonly<Record<string, string>>;
  /** Null: the collector's plain yes. */
  answer: ((batch: Batch) => StubAnswer) | null;
  /** Events of the batches answered 200, in order of arrival. */
  stored(): PxEvent[];
  close(): Promise<void>;
}

/** A web server with pages, the SDK and a collector behind `/px`, that remembers what came. */
export async function startStubCollector({
  sdk,
}: {
  readonly sdk: string;
}): Promise<StubCollector> {
  const received: ReceivedBatch[] = [];
  const preflights: string[] = [];
  const requests: string[] = [];
  const flags = createStubFlags();
  const pages = new Map<string, string>();
  const answers: StubCollector['answers'] = new Map();
  const scripts = new Map([['/sdk.js', sdk]]);

  const takeBatch = async (request: IncomingMessage, url: URL, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const isGzipped = url.searchParams.get('compression') === 'gzip';
    const batch = JSON.parse((isGzipped ? gunzipSync(raw) : raw).toString()) as Batch;
    const answer = collector.answer?.(batch) ?? {
      status: 200,
      body: { accepted: batch.events.length, received_at: Date.now(), skew_ms: 0, results: [] },
    };
    const contentType = request.headers['content-type'];
    if (collector.delayMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, collector.delayMs));
    }
    received.push({ url, contentType, isGzipped, status: answer.status, batch });
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Retry-After',
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body ?? {}));
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(url.pathname);
    if (request.method === 'OPTIONS') {
      preflights.push(url.pathname);
      response.writeHead(204).end();
    } else if (flags.handle(request, url, response)) {
      // Theirs.
    } else if (url.pathname === '/px/v1/batch') {
      takeBatch(request, url, response).catch((cause: unknown) => {
        // A page that is gone in mid-request; the events are still the page's.
        response.destroy(cause instanceof Error ? cause : undefined);
      });
    } else if (url.pathname === '/slow') {
      const answer = () => response.writeHead(200).end('{}');
      setTimeout(answer, Number(url.searchParams.get('ms')));
    } else if (answers.has(url.pathname)) {
      const { status, body, afterMs = 0 } = answers.get(url.pathname)!;
      setTimeout(() => response.writeHead(status).end(JSON.stringify(body ?? {})), afterMs);
    } else if (scripts.has(url.pathname)) {
      response.writeHead(200, {
        'content-type': 'text/javascript',
        'access-control-allow-origin': '*',
      });
      response.end(scripts.get(url.pathname));
    } else {
      const page = pages.get(url.pathname) ?? '<!doctype html><title>empty</title>';
      response.writeHead(200, { 'content-type': 'text/html', ...collector.pageHeaders }).end(page);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const collector: StubCollector = {
    origin: `http://localhost:${port}`,
    otherOrigin: `http://127.0.0.1:${port}`,
    received,
    preflights,
    requests,
    flags,
    delayMs: 0,
    pages,
    answers,
    scripts,
    pageHeaders: {},
    answer: null,
    stored: () =>
      received.filter(({ status }) => status === 200).flatMap(({ batch }) => batch.events),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}
