import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Batch, BatchResult, EventResult, PxEvent } from '@px-platform/protocol';
import type { FlagDocument, Verdict } from '@px-platform/protocol/flags';
import { documentOf, experimentRule } from '@px-platform/sdk-core/testing';

/** A request, and what to answer it with. */
export type Handle = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** The collector's routes of flags and events, over HTTP. */
export interface StubCollector {
  readonly url: string;
  /** `GET /v1/config "production-1"`: what was asked, with which ETag. */
  readonly asked: string[];
  readonly headers: IncomingMessage['headers'][];
  /** The batches it took. */
  readonly batches: Batch[];
  /** The events it took, each once. */
  events(): readonly PxEvent[];
  /** What it says of an event that is not simply ok. */
  judge: (event: PxEvent) => Pick<EventResult, 'status' | 'code'> | null;
  openStreams(): number;
  publish(document: FlagDocument): void;
  /** Ends streams as a server does that is stopped. */
  endStreams(): void;
  /** Answers everything from here on; null: as a collector does. */
  answer(handle: Handle | null): void;
  /** Answers one request as a collector does. */
  readonly serve: Handle;
  /** Whether the key gets values only, and what they are. */
  secret:
    ((attributes: Readonly<Record<string, unknown>>) => Readonly<Record<string, Verdict>>) | null;
  close(): Promise<void>;
}

export async function startStubCollector(
  first: FlagDocument = SHOP,
  port = 0,
): Promise<StubCollector> {
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const streams = new Set<ServerResponse>();
  const batches: Batch[] = [];
  const stored = new Map<string, PxEvent>();
  let document = first;
  let script: Handle | null = null;
  const tell = (stream: ServerResponse) =>
    stream.write(`: hello\n\nevent: config\ndata: {"revision":${document.px?.revision}}\n\n`);

  const byDocument: Handle = (request, response, body) => {
    if (request.url === '/v1/batch') {
      const batch = JSON.parse(body) as Batch;
      batches.push(batch);
      const results = batch.events.flatMap((event, index): EventResult[] => {
        const verdict = stub.judge(event);
        if (verdict === null) stored.set(event.event_id, event);
        return verdict ? [{ event_id: event.event_id, index, ...verdict }] : [];
      });
      const accepted = batch.events.length - results.length;
      const answer: BatchResult = { accepted, received_at: Date.now(), skew_ms: 0, results };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return;
    }
    if (request.url === '/v1/config/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      tell(response);
      return;
    }
    if (request.url === '/v1/flags/evaluate') {
      const { attributes } = JSON.parse(body) as { attributes: Record<string, unknown> };
      const flags = stub.secret?.(attributes) ?? {};
      response.writeHead(200).end(JSON.stringify({ revision: document.px?.revision, flags }));
      return;
    }
    if (stub.secret) {
      response.writeHead(403).end('{"code":"values_only","message":"no rules"}');
      return;
    }
    const etag = `"production-${document.px?.revision}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    response
      .writeHead(200, { etag, 'content-encoding': 'gzip' })
      .end(gzipSync(JSON.stringify(document)));
  };

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const isZipped = request.headers['content-encoding'] === 'gzip';
      const body = (isZipped ? gunzipSync(sent) : sent).toString();
      const said = [request.method, request.url, request.headers['if-none-match']];
      asked.push(said.filter(Boolean).join(' '));
      headers.push(request.headers);
      (script ?? byDocument)(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stub: StubCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    batches,
    events: () => [...stored.values()],
    judge: () => null,
    serve: byDocument,
    secret: null,
    openStreams: () => streams.size,
    publish(next) {
      document = next;
      for (const stream of streams) tell(stream);
    },
    endStreams() {
      for (const stream of streams) stream.end();
    },
    answer(handle) {
      script = handle;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
}

export const SHOP = documentOf({
  plain: { defaultValue: 'hello' },
  beta: {
    defaultValue: false,
    rules: [{ id: 'trial', condition: { segment: 'trial' }, force: true, px: { variant: 'on' } }],
  },
  rollout: {
    defaultValue: 0,
    rules: [{ id: 'some', force: 7, coverage: 1, hashAttribute: 'user_id', hashVersion: 2 }],
  },
  checkout: { defaultValue: 'old', rules: [experimentRule()] },
  gated: {
    defaultValue: 'open',
    rules: [
      { parentConditions: [{ id: 'beta', condition: { value: true }, gate: true }], force: 'in' },
    ],
  },
  loop: {
    defaultValue: 1,
    rules: [{ parentConditions: [{ id: 'loop', condition: { value: 1 } }], force: 2 }],
  },
  list: { defaultValue: { items: [1, null] } },
});
