import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { BatchResult } from '@px-platform/protocol';
import type { PxDev } from './px-dev.js';

/** What is done to a request of the SDK's instead of letting it through. */
export type Misdeed =
  /** Somebody in front of the collector answers. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut before the collector sees anything. */
  | { readonly kind: 'drop' }
  /** The collector stores and answers, and the connection is cut then. */
  | { readonly kind: 'lose-answer' }
  /** Nothing happens, for ever. */
  | { readonly kind: 'hang' };

/** An event as it was on the wire. */
export interface WireEvent {
  readonly event_id: string;
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Of its JSON. */
  readonly characters: number;
}

/** One request of the SDK's that arrived whole. */
export interface WireRequest {
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly events: readonly WireEvent[];
  readonly misdeed: Misdeed | null;
}

/** A site with PX on it, whose way to the collector can be told to misbehave. */
export interface FaultProxy {
  readonly origin: string;
  /** The way to the collector alone, at an address of its own: it can be closed while the site stays up. */
  readonly collectorUrl: string;
  /** HTML by path; any other path is an empty page. */
  readonly pages: Map<string, string>;
  /** In order of arrival. */
  readonly requests: readonly WireRequest[];
  /** Ids that the collector has answered `ok`, which it does once they are stored. */
  stored(event: string): ReadonlySet<string>;
  /** How often each event came to the collector, by id. */
  arrivals(event: string): ReadonlyMap<string, number>;
  /** Decides about each request, before it is counted among `requests`. */
  misbehave(decide: ((events: readonly WireEvent[]) => Misdeed | null) | null): void;
  /** Hears what a page says at `/told?…`. */
  onTold(listener: (told: URLSearchParams) => void): void;
  /** From here on connections are refused, at `collectorUrl` or everywhere, until `accept`. */
  refuse(what: 'collector' | 'everything'): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** The script tag's files by path, as px dev serves them. */
export type SdkScripts = ReadonlyMap<string, string>;

/** Fetches them: once for all sites of a run. */
export async function fetchSdkScripts(px: Pick<PxDev, 'url'>): Promise<SdkScripts> {
  const read = async (path: string) => [path, await (await fetch(px.url + path)).text()] as const;
  return new Map(await Promise.all(['/px.js', '/px-explain.js', '/px-gzip.js'].map(read)));
}

/** How long px dev may take: longer than the SDK's patience, so that it is the SDK that gives up. */
const FORWARD_MS = 30_000;

/** Starts a site on the loopback, in front of a running px dev. */
export async function startFaultProxy({
  px,
  scripts,
}: {
  readonly px: Pick<PxDev, 'url'>;
  readonly scripts: SdkScripts;
}): Promise<FaultProxy> {
  const requests: WireRequest[] = [];
  const pages = new Map<string, string>();
  const stored = new Map<string, Set<string>>();
  const arrivals = new Map<string, Map<string, number>>();
  let decide: (events: readonly WireEvent[]) => Misdeed | null = () => null;
  let hear: (told: URLSearchParams) => void = () => {};

  const passOn = async (request: IncomingMessage, url: URL, body: Buffer) => {
    const type = request.headers['content-type'];
    return fetch(`${px.url}${url.pathname.slice('/px'.length)}${url.search}`, {
      method: 'POST',
      headers: type === undefined ? {} : { 'content-type': type },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(FORWARD_MS),
    });
  };

  const takeBatch = async (request: IncomingMessage, url: URL, response: ServerResponse) => {
    const body = await readBody(request);
    const events = readEvents(body, url);
    const misdeed = decide(events);
    requests.push({ receivedAt: Date.now(), events, misdeed });
    if (misdeed?.kind === 'hang') return;
    if (misdeed?.kind === 'drop') return void response.destroy();
    if (misdeed?.kind === 'answer') {
      response.writeHead(misdeed.status, {
        'content-type': 'text/html',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'Retry-After',
        ...misdeed.headers,
      });
      return void response.end('<h1>Not by the collector</h1>');
    }
    for (const { event, event_id } of events) {
      const counts = entryOf(arrivals, event, () => new Map<string, number>());
      counts.set(event_id, (counts.get(event_id) ?? 0) + 1);
    }
    const answer = await passOn(request, url, body);
    const text = await answer.text();
    if (answer.status === 200) {
      const refused = new Set((JSON.parse(text) as BatchResult).results.map(({ index }) => index));
      for (const [index, { event, event_id }] of events.entries()) {
        if (!refused.has(index)) entryOf(stored, event, () => new Set<string>()).add(event_id);
      }
    }
    if (misdeed) return void response.destroy();
    for (const name of ['content-type', 'retry-after', 'access-control-allow-origin']) {
      const value = answer.headers.get(name);
      if (value !== null) response.setHeader(name, value);
    }
    response.writeHead(answer.status).end(text);
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/px/v1/batch') {
      // A page that is gone in the middle of its request; the events are still the page's.
      takeBatch(request, url, response).catch(() => response.destroy());
    } else if (url.pathname === '/told') {
      hear(url.searchParams);
      response.writeHead(204).end();
    } else if (scripts.has(url.pathname)) {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(scripts.get(url.pathname));
    } else {
      const page = pages.get(url.pathname) ?? '<!doctype html><title>Elsewhere</title>';
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    }
  };

  const site = createServer(answer);
  const road = createServer(answer);
  const sitePort = await listen(site, 0);
  const roadPort = await listen(road, 0);
  const stop = async (server: typeof site) => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };

  return {
    origin: `http://localhost:${sitePort}`,
    collectorUrl: `http://127.0.0.1:${roadPort}/px`,
    pages,
    requests,
    stored: (event) => stored.get(event) ?? new Set(),
    arrivals: (event) => arrivals.get(event) ?? new Map(),
    misbehave(next) {
      decide = next ?? (() => null);
    },
    onTold(listener) {
      hear = listener;
    },
    async refuse(what) {
      await stop(road);
      if (what === 'everything') await stop(site);
    },
    async accept() {
      if (!road.listening) await listen(road, roadPort);
      if (!site.listening) await listen(site, sitePort);
    },
    async close() {
      await Promise.all([stop(site), stop(road)]);
    },
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function readEvents(body: Buffer, url: URL): readonly WireEvent[] {
  const isGzipped = url.searchParams.get('compression') === 'gzip';
  const text = (isGzipped ? gunzipSync(body) : body).toString();
  const { events } = JSON.parse(text) as {
    readonly events: readonly Omit<WireEvent, 'characters'>[];
  };
  return events.map((event) => ({ ...event, characters: JSON.stringify(event).length }));
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  const entry = map.get(key) ?? make();
  map.set(key, entry);
  return entry;
}
