import type { GzipNow } from './gzip.js';

/** Known only while the script runs for the first time. */
const script = globalThis.document?.currentScript as HTMLScriptElement | null;

/**
 * What stands for `load-gzip.ts` in the script tag's build: fetches `px-gzip.js` of the same release
 * from where the script itself came.
 */
export const loadGzip = async (): Promise<GzipNow> => {
  const { href } = new URL('px-gzip.js', script?.src);
  return ((await import(/* @vite-ignore */ href)) as { readonly gzipNow: GzipNow }).gzipNow;
};
