import { importBeside } from './beside.js';
import type { GzipNow } from './gzip.js';

/** What stands for `load-gzip.ts` in the script tag's build. */
export const loadGzip = async (): Promise<GzipNow> =>
  ((await importBeside('px-gzip.js')) as { readonly gzipNow: GzipNow }).gzipNow;
