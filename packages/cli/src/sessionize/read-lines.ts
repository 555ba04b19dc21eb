import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { UsageError } from '../config.js';
import { readBlocks } from '../import/read-blocks.js';

/** The lines of a file, of a `.gz`, or of standard input (`-`), as they come. Throws `UsageError` where it cannot be read. */
export async function* readLines(
  file: string,
  stdin: Readable = process.stdin,
): AsyncGenerator<string> {
  const source = file === '-' ? stdin : createReadStream(file);
  const options = { isGzip: file.endsWith('.gz'), longestLine: Infinity };
  try {
    for await (const block of readBlocks(source, options))
      for (const line of block) yield line ?? '';
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
