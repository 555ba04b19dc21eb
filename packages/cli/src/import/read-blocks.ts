import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

/** A line longer than this is no event: its text is left out. Characters. */
export const LONGEST_LINE = 1_048_576;

/** Lines that were read together; null stands for one that is too long to be taken. */
export type Block = readonly (string | null)[];

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

export interface ReadBlocksOptions {
  /** Told what was taken of the stream itself. @default nobody */
  readonly onBytes?: (bytes: number) => void;
  /** @default whether the stream begins as gzip does */
  readonly isGzip?: boolean;
  /** Characters of a line that is taken. @default LONGEST_LINE */
  readonly longestLine?: number;
}

/**
 * Reads lines in blocks, out of gzip where that is what the stream holds. Rejects where it ends in the middle of
 * that, after everything before it was given.
 */
export async function* readBlocks(
  stream: Readable,
  { onBytes = () => {}, isGzip, longestLine = LONGEST_LINE }: ReadBlocksOptions = {},
): AsyncGenerator<Block> {
  /** Half a line is kept as a whole one; what is longer than any event, as nothing. */
  const taken = (line: string | null) => (line === null || line.length > longestLine ? null : line);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  let isFirst = true;
  for await (const chunk of plainBytes(stream, { onBytes, isGzip })) {
    const pieces = (rest + decoder.write(chunk)).split('\n');
    rest = pieces.pop() ?? '';
    const lines: (string | null)[] = pieces.map(trimEnd);
    if (isFirst && lines.length > 0) lines[0] = withoutMark(lines[0] ?? null);
    if (isTooLong && lines.length > 0) lines[0] = null;
    if (lines.length > 0) isFirst = isTooLong = false;
    if (rest.length > longestLine) {
      rest = '';
      isTooLong = true;
    }
    if (lines.length > 0) yield lines.map(taken);
  }
  rest += decoder.end();
  if (isTooLong) yield [null];
  else if (rest !== '') yield [taken(isFirst ? withoutMark(rest) : trimEnd(rest))];
}

function trimEnd(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** Some editors begin a file with a byte order mark. */
function withoutMark(line: string | null): string | null {
  return line === null ? null : trimEnd(line).replace(/^\uFEFF/, '');
}

async function* plainBytes(
  stream: Readable,
  {
    onBytes,
    isGzip,
  }: { readonly onBytes: (bytes: number) => void; readonly isGzip: boolean | undefined },
): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer, void>;
  let head = Buffer.alloc(0);
  let isDone = false;
  while (head.length < GZIP_MAGIC.length && !isDone) {
    const next = await chunks.next();
    isDone = next.done === true;
    if (!next.done) head = Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    for (let chunk: Buffer | undefined = head; chunk;) {
      onBytes(chunk.length);
      yield chunk;
      const next = await chunks.next();
      chunk = next.done ? undefined : next.value;
    }
  }
  if (!(isGzip ?? head.subarray(0, 2).equals(GZIP_MAGIC))) yield* all();
  else yield* inflated(all());
}

/** By hand: a pipeline would drop what was inflated before the fault that ends it. */
async function* inflated(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let isStopped = false;
  const writing = (async () => {
    for await (const chunk of chunks) {
      if (isStopped) return;
      if (!gunzip.write(chunk)) {
        await new Promise<void>((resolve) => {
          const go = () => {
            for (const name of ['drain', 'error', 'close']) gunzip.off(name, go);
            resolve();
          };
          for (const name of ['drain', 'error', 'close']) gunzip.on(name, go);
        });
      }
    }
    gunzip.end();
  })();
  writing.catch((error: unknown) => gunzip.destroy(error as Error));
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    await writing;
  } finally {
    isStopped = true;
    gunzip.destroy();
  }
}
