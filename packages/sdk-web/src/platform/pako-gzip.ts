import { gzip } from 'pako';
import type { GzipNow } from './gzip.js';

/** Gzip in script. A file of its own, for most pages never need it: see `load-gzip.ts`. */
export const gzipNow: GzipNow = (text) => gzip(text, { level: 1 });
