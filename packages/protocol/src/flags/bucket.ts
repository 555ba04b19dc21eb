import type { BucketRange } from './document.js';

/**
 * Where a unit falls, 0 up to but not including 1; null for a version that is not known.
 *
 * FNV-1a over UTF-16 code units, as JavaScript's strings have them, not over UTF-8: implementations in other languages
 * must do the same (docs/adr/0026). Version 1 is biased between experiments whose seeds end alike; it is read, never written.
 */
export const bucketOf = (seed: string, unit: string, version: number): number | null => {
  if (version === 2) return (fnv1a(String(fnv1a(seed + unit))) % 10_000) / 10_000;
  if (version === 1) return (fnv1a(unit + seed) % 1000) / 1000;
  return null;
};

/** FNV-1a, 32 bits, over UTF-16 code units. */
export const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

export const isInRange = (bucket: number, range: BucketRange): boolean =>
  bucket >= range[0] && bucket < range[1];

/** The ranges that variations get by their weights, each narrowed to the part that is covered. */
export const rangesOf = (
  count: number,
  coverage = 1,
  weights: readonly number[] = [],
): BucketRange[] => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const isUsable = weights.length === count && sum >= 0.99 && sum <= 1.01;
  const covered = Math.min(Math.max(coverage, 0), 1);
  let from = 0;
  return Array.from({ length: count }, (_, index) => {
    const weight = isUsable ? (weights[index] ?? 0) : 1 / count;
    const range = [from, from + covered * weight] as const;
    from += weight;
    return range;
  });
};
