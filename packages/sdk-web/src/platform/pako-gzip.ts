import { gzip } from 'pako';
import type { GzipNow } from './gzip.js';

/*! Holds pako (MIT AND Zlib), https://github.com/nodeca/pako */

/**
 * Gzip in script. A file of its own, for most pages never need it: see `gzip.ts`. Level 1 takes 7 ms for
 * 220 kB of events, a third of level 6, and leaves a fifth more.
 */
export const gzipNow: GzipNow = (text) => gzip(text, { level: 1 });
