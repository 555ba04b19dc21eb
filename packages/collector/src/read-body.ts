import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate,
  inflateSync,
} from 'node:zlib';
import { LIMITS } from '@px-platform/protocol';
import { RequestError } from './errors.js';

const inflaters = {
  gzip: { now: gunzipSync, later: promisify(gunzip) },
  deflate: { now: inflateSync, later: promisify(inflate) },
  br: { now: brotliDecompressSync, later: promisify(brotliDecompress) },
} as const;

/**
 * Bodies up to so many bytes are inflated here: handing one to another thread and back costs more than a usual batch's
 * 50 µs. The worst that fits, a bomb, holds this thread up for some 5 ms until it passes the bound.
 */
const SMALL_BYTES = 32 * 1024;
/** zlib asks for room in pieces: mostly one is enough. */
const USUAL_RATIO = 20;

/** Reads a request's body whole: bounded as sent, and bounded again as inflated. */
export async function readBody(request: IncomingMessage, encoding: string): Promise<Buffer> {
  const wire = await collect(request);
  const isGzip = wire[0] === 0x1f && wire[1] === 0x8b;
  // A proxy that inflates bodies may forget to drop the header, so gzip is believed by its magic bytes.
  const name = encoding === 'gzip' && !isGzip ? 'identity' : encoding;
  if (name === 'identity' || name === '') return withinBodyLimit(wire);
  if (!Object.hasOwn(inflaters, name)) {
    throw new RequestError(
      'unsupported_encoding',
      `Content-Encoding ${JSON.stringify(encoding.slice(0, 40))} is not understood. Use gzip, deflate, br or identity.`,
      { headers: { 'accept-encoding': 'gzip, deflate, br, identity' } },
    );
  }
  try {
    const { now, later } = inflaters[name as keyof typeof inflaters];
    const chunkSize = Math.min(LIMITS.bodyBytes, Math.max(4_096, wire.length * USUAL_RATIO));
    const bound = { maxOutputLength: LIMITS.bodyBytes, chunkSize };
    return wire.length <= SMALL_BYTES ? now(wire, bound) : await later(wire, bound);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge('inflated');
    throw new RequestError(
      'invalid_encoding',
      `the body is not valid ${name} (${(error as Error).message}). Was it cut off, or not compressed at all?`,
    );
  }
}

function withinBodyLimit(body: Buffer): Buffer {
  if (body.length > LIMITS.bodyBytes) throw tooLarge('inflated');
  return body;
}

function tooLarge(stage: 'sent' | 'inflated'): RequestError {
  const limit = stage === 'sent' ? LIMITS.wireBytes : LIMITS.bodyBytes;
  return new RequestError(
    'body_too_large',
    `the body ${stage === 'sent' ? 'as sent' : 'after decompression'} is over ${limit} bytes. Send fewer events in one batch.`,
  );
}

function collect(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > LIMITS.wireBytes) return Promise.reject(tooLarge('sent'));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMITS.wireBytes) {
        chunks.length = 0;
        request.removeAllListeners('data');
        reject(tooLarge('sent'));
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () =>
      reject(
        new RequestError('invalid_encoding', 'the connection closed before the body was complete.'),
      ),
    );
  });
}
