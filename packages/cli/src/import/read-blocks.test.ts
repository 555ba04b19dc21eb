import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE, readBlocks } from './read-blocks.js';

async function linesIn(...chunks: readonly Uint8Array[]) {
  const lines: (string | null)[] = [];
  let bytes = 0;
  const options = { onBytes: (more: number) => void (bytes += more) };
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  let fault: Error | null = null;
  try {
    for await (const block of readBlocks(stream, options)) lines.push(...block);
  } catch (error) {
    fault = error as Error;
  }
  return { lines, bytes, fault };
}
const text = (value: string) => Buffer.from(value);
/** One byte at a time: every place where a chunk may end. */
const crumbs = (bytes: Buffer) => [...bytes].map((byte) => Buffer.from([byte]));

describe('given lines of text', () => {
  it.each([
    ['', []],
    ['one', ['one']],
    ['one\ntwo\n', ['one', 'two']],
    ['one\r\ntwo\r\n\r\n', ['one', 'two', '']],
    ['\uFEFFone\n\uFEFFtwo', ['one', '\uFEFFtwo']],
    ['東京\n🛒', ['東京', '🛒']],
  ])('reads %j in whatever pieces it comes', async (content, lines) => {
    expect(await linesIn(text(content))).toMatchObject({ lines, bytes: text(content).length });
    expect((await linesIn(...crumbs(text(content)))).lines).toEqual(lines);
  });

  it('gives nothing of a line that no event could be, and goes on with the next', async () => {
    const long = 'x'.repeat(LONGEST_LINE + 1);
    const half = text(long.slice(0, LONGEST_LINE / 2));
    expect((await linesIn(text(`a\n${long}\nb\n`))).lines).toEqual(['a', null, 'b']);
    expect((await linesIn(text('a\n'), half, half, half, half, text('\nb'))).lines).toEqual([
      'a',
      null,
      'b',
    ]);
    expect((await linesIn(half, half, half)).lines).toEqual([null]);
  });
});

describe('given gzip', () => {
  const packed = gzipSync('one\ntwo\nthree');
  it('reads what is in it, whatever the file is called, of several parts too', async () => {
    expect((await linesIn(packed)).lines).toEqual(['one', 'two', 'three']);
    expect(await linesIn(...crumbs(packed))).toMatchObject({
      lines: ['one', 'two', 'three'],
      bytes: packed.length,
    });
    expect((await linesIn(Buffer.concat([gzipSync('one\n'), packed]))).lines).toHaveLength(4);
  });

  it('gives what stands before the place where it breaks off, and says that it does', async () => {
    const long = gzipSync(Array.from({ length: 50_000 }, (_, line) => `line ${line}`).join('\n'));
    const { lines, fault } = await linesIn(long.subarray(0, long.length - 2_000));
    expect(fault?.message).toMatch(/unexpected end/);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines[1_000]).toBe('line 1000');
  });
});
