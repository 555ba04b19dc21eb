/** What a request carries: text, or text gzipped. */
export type Body = string | Uint8Array<ArrayBuffer>;
/** Gzips before it returns. */
export type GzipNow = (text: string) => Uint8Array<ArrayBuffer>;

/** Makes bodies smaller where it pays and this browser can; leaves them as they are where not. */
export interface Gzip {
  /** Through the browser's own streams, off the page's thread; without them through the loaded part. */
  pack(text: string): Promise<Body>;
  /** Before it returns, for a page that leaves: once the loaded part is there. */
  packNow(text: string): Body;
}

/** Smaller ones do not repay the work. */
const FROM_CHARACTERS = 1_024;
/** A page with more to send at once may leave with more than a parting request can carry as it is. */
const LOAD_FROM_CHARACTERS = 60_000;

/** Creates the gzip. `load` fetches the part that needs no streams. */
export function createGzip({ load }: { readonly load: () => Promise<GzipNow> }): Gzip {
  let hasStreams = typeof CompressionStream !== 'undefined';
  let gzipNow: GzipNow | null = null;
  let loading: Promise<void> | null = null;

  const loadOnce = () =>
    (loading ??= load().then(
      (loaded) => void (gzipNow = loaded),
      // At the level that browsers show to who looks for it.
      // oxlint-disable-next-line no-console
      (cause) => console.debug('px: no gzip; bodies go as they are.', cause),
    ));
  const packNow = (text: string): Body =>
    gzipNow && text.length >= FROM_CHARACTERS ? gzipNow(text) : text;

  return {
    packNow,
    async pack(text) {
      if (text.length < FROM_CHARACTERS) return text;
      if (text.length > LOAD_FROM_CHARACTERS) void loadOnce();
      if (hasStreams) {
        try {
          const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
          const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
          // Some privacy tools replace streams.
          if (bytes[0] === 0x1f && bytes[1] === 0x8b) return bytes;
        } catch {
          // They do not work here, and will not.
        }
        hasStreams = false;
      }
      await loadOnce();
      return packNow(text);
    },
  };
}
