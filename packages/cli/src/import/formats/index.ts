import { combinedFormat } from './combined.js';
import type { ImportFormat } from './format.js';
import { posthogFormat } from './posthog.js';
import { pxFormat } from './px.js';
import { segmentFormat } from './segment.js';

/** THE list of formats. Where two recognise as many lines of a file, the first of them is meant. */
export const formats: readonly ImportFormat[] = [
  combinedFormat,
  segmentFormat,
  posthogFormat,
  pxFormat,
];
