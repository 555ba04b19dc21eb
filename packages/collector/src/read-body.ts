import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { LIMITS } from '@px-platform/protocol';
import { RequestError } from './errors.js';

const inflaters = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

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
    return await inflaters[name as keyof typeof inflaters](wire, {
      maxOutputLength: LIMITS.bodyBytes,
    });
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
    { headers: { connection: 'close' } },
  );
}

function collect(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > LIMITS.wireBytes) {
    request.resume();
    return Promise.reject(tooLarge('sent'));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMITS.wireBytes) {
        chunks.length = 0;
        request.removeAllListeners('data');
        request.resume();
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
