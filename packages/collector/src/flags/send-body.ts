import type { Request, Response } from 'express';
import type { Body } from './served-document.js';

export interface SentBody {
  readonly body: Body;
  /** What it is known by; the same again is not sent again. */
  readonly etag: string;
}

/** Answers with JSON, compressed where the reader takes that, or with 304 where the reader has it already. */
export function sendBody(request: Request, response: Response, { body, etag }: SentBody): void {
  response.set({
    etag,
    'cache-control': 'no-cache',
    // What is behind an address depends on the key, wherever that was sent.
    vary: 'authorization, x-api-key, accept-encoding',
  });
  if (isKnown(request, etag)) {
    response.status(304).end();
    return;
  }
  const isGzip = body.gzip !== null && request.acceptsEncodings('gzip') === 'gzip';
  const bytes = isGzip ? body.gzip : body.plain;
  response.status(200).set({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(bytes.length),
    ...(isGzip && { 'content-encoding': 'gzip' }),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Whether the reader has what this tag stands for. Weakly: a proxy that compresses on its own marks tags so. */
export function isKnown({ headers }: Request, etag: string): boolean {
  const header = headers['if-none-match'];
  if (header === undefined) return false;
  return header
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .some((each) => each === etag || each === '*');
}
