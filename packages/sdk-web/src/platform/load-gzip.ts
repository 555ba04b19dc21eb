import type { GzipNow } from './gzip.js';

/** Fetches gzip in script: a chunk of this package, which the application's bundler keeps apart. */
export const loadGzip = async (): Promise<GzipNow> => (await import('./pako-gzip.js')).gzipNow;
