/// <reference types="node" />
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FlagDocument } from '@px-platform/protocol/flags';
import { verdictOf } from '@px-platform/sdk-core/testing';

/** The collector's routes of flags, as far as a page can tell. */
export interface StubFlags {
  /** Puts a document up and tells who listens. */
  publish(document: FlagDocument): void;
  /** What was asked with which ETag, and how it was answered: `GET 200`, `GET "production-1" 304`. */
  readonly answered: string[];
  /** How many pages listen. */
  openStreams(): number;
  /** Whether requests are never answered. */
  isHung: boolean;
  /** Whether there are values only. */
  isSecret: boolean;
  /** Whether it was its to answer. */
  handle(request: IncomingMessage, url: URL, response: ServerResponse): boolean;
}

const CORS = { 'access-control-allow-origin': '*' };

/** Creates them; without a document they are not there. */
export function createStubFlags(): StubFlags {
  const answered: string[] = [];
  const streams = new Set<ServerResponse>();
  let document: FlagDocument | null = null;
  const tell = (stream: ServerResponse) =>
    stream.write(`event: config\ndata: {"revision":${document?.px?.revision}}\n\n`);

  const evaluate = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { attributes } = JSON.parse(body) as { attributes: { id: string } };
    answered.push(`POST ${request.headers['content-type']}`);
    response.writeHead(200, CORS).end(
      JSON.stringify({
        revision: document?.px?.revision,
        flags: {
          who: verdictOf(attributes.id),
        },
      }),
    );
  };

  const flags: StubFlags = {
    answered,
    isHung: false,
    isSecret: false,
    openStreams: () => streams.size,
    publish(next) {
      document = next;
      for (const stream of streams) tell(stream);
    },
    handle(request, url, response) {
      if (!document || !/^\/px\/v1\/(config|flags)/.test(url.pathname)) return false;
      if (flags.isHung) return true;
      if (url.pathname.endsWith('/evaluate')) {
        void evaluate(request, response);
        return true;
      }
      if (url.pathname.endsWith('/stream')) {
        streams.add(response);
        response.on('close', () => streams.delete(response));
        response.writeHead(200, { ...CORS, 'content-type': 'text/event-stream' });
        tell(response);
        return true;
      }
      const etag = `"production-${document.px?.revision}"`;
      const known = request.headers['if-none-match'];
      const headers = { ...CORS, etag, 'cache-control': 'no-cache' };
      const status = flags.isSecret ? 403 : known === etag ? 304 : 200;
      answered.push(['GET', known, status].filter(Boolean).join(' '));
      if (status === 304) response.writeHead(304, headers).end();
      else
        response
          .writeHead(status, { ...headers, 'content-type': 'application/json' })
          .end(JSON.stringify(flags.isSecret ? { code: 'values_only', message: '' } : document));
      return true;
    },
  };
  return flags;
}
