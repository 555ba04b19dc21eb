import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../config.js';

/** The lines of a file, of a `.gz`, or of standard input (`-`), as they come. Throws `UsageError` where it cannot be read. */
export async function* readLines(
  file: string,
  stdin: Readable = process.stdin,
): AsyncGenerator<string> {
  const source = file === '-' ? stdin : createReadStream(file);
  const input = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  // readline ends quietly at an error of its input.
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [source, input])
      stream.once('error', ({ message }: Error) =>
        reject(new UsageError(`${file} cannot be read: ${message}`)),
      );
  });
  failed.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    yield next.value;
  }
}
