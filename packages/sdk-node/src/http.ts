import {
  request as requestPlain,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { request as requestSecure } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ConfigResponse, TransportResponse } from '@px-platform/sdk-core';

/** A request to the collector. */
export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** With one it is a POST. */
  readonly body?: string | Buffer | undefined;
  /** Whether somebody waits for it: nothing else keeps the process alive. */
  readonly isAwaited: boolean;
  /** Keeps connections. @default Node's own */
  readonly agent?: Agent | undefined;
}

/** What came back. Status 0: no answer. */
export type Answered = ConfigResponse & TransportResponse;

const NO_ANSWER: Answered = { status: 0, etag: null, body: '', header: () => null };
/** A document has 4 Mi characters at most, of up to three bytes. */
const MOST_BYTES = 16 * 1_024 * 1_024;
const unzip = promisify(gunzip);

/**
 * Opens a request. `node:http` and not `fetch`: a socket of `fetch` cannot be told that the process may end without it.
 * Throws where the address is none.
 */
export function open({ url, headers, body, isAwaited, agent }: Asked): ClientRequest {
  const address = new URL(url);
  const send = address.protocol === 'https:' ? requestSecure : requestPlain;
  const request = send(address, {
    method: body === undefined ? 'GET' : 'POST',
    ...(agent && { agent }),
    headers: {
      ...headers,
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }),
    },
  });
  if (!isAwaited) request.on('socket', (socket) => socket.unref());
  request.end(body);
  return request;
}

/** Asks, and reads the whole answer. Never rejects: no answer is an answer with status 0. */
export function ask(asked: Asked, timeoutMs: number): Promise<Answered> {
  return new Promise((resolve) => {
    let request: ClientRequest | undefined;
    const timer = setTimeout(() => settle(NO_ANSWER), timeoutMs);
    if (!asked.isAwaited) timer.unref();
    let isSettled = false;
    const settle = (answer: Answered) => {
      isSettled = true;
      clearTimeout(timer);
      resolve(answer);
      if (answer === NO_ANSWER) request?.destroy();
    };
    const fail = () => settle(NO_ANSWER);
    const attempt = (isAgain: boolean) => {
      let isAnswered = false;
      const opened = open({ ...asked, headers: { ...asked.headers, 'accept-encoding': 'gzip' } });
      request = opened;
      opened.on('response', (response) => {
        isAnswered = true;
        void read(response).then(settle, fail);
      });
      opened.on('error', () => {
        // A kept connection that the other side was just closing: no news of how it fares.
        if (isAgain || isAnswered || isSettled || !opened.reusedSocket) return fail();
        attempt(true);
      });
      // Such as after `101 Switching Protocols`, which nobody asked for: there is neither answer nor error.
      opened.on('close', () => {
        if (!isAnswered && request === opened) fail();
      });
    };
    try {
      attempt(false);
    } catch {
      fail();
    }
  });
}

async function read(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  const sent = Buffer.concat(chunks);
  const isZipped = response.headers['content-encoding'] === 'gzip' && sent.length > 0;
  const body = isZipped ? await unzip(sent, { maxOutputLength: MOST_BYTES }) : sent;
  return {
    status: response.statusCode ?? 0,
    etag: response.headers.etag ?? null,
    header: (name) => [response.headers[name] ?? null].flat()[0] ?? null,
    body: body.toString('utf8'),
  };
}
