/** Gzips text, or gives null where this browser cannot. */
export type Gzip = (text: string) => Promise<Uint8Array<ArrayBuffer> | null>;

/** Creates a gzip that stops trying after the first bad output: some privacy tools replace streams. */
export function createGzip(): Gzip {
  let isWorking = typeof CompressionStream !== 'undefined';
  return async (text) => {
    if (!isWorking) return null;
    try {
      const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
      const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) return bytes;
    } catch {
      // Falls through: the body goes as it is.
    }
    isWorking = false;
    return null;
  };
}
