import type { BucketRange } from '@px-platform/protocol/flags';

/** How an experiment deals: which part of all units is in it, and what share of those each variant has. */
export interface Shares {
  /** 0 to 1. */
  readonly coverage: number;
  /** By variant; together 1. */
  readonly weights: readonly number[];
}

/** The hash deals into 10,000 buckets. */
const round = (part: number) => Math.round(part * 10_000) / 10_000;

/**
 * The buckets of each variant. A variant begins where it would with everybody in: with more coverage each grows into
 * its own room, and nobody changes sides.
 */
export function rangesOf({ coverage, weights }: Shares): readonly BucketRange[] {
  let from = 0;
  return weights.map((weight) => {
    const start = from;
    from += weight;
    return [round(start), round(start + weight * coverage)];
  });
}

/** Null where the ranges were dealt in some other way. */
export function sharesOf(ranges: readonly BucketRange[]): Shares | null {
  const starts = ranges.map(([from]) => from);
  const weights = starts.map((from, index) => round((starts[index + 1] ?? 1) - from));
  const widest = weights.findIndex((weight) => weight === Math.max(...weights));
  const [from = 0, to = 0] = ranges[widest] ?? [];
  const weight = weights[widest] ?? 0;
  if (starts[0] !== 0 || weight <= 0) return null;
  const shares = { coverage: Math.round(((to - from) / weight) * 1_000) / 1_000, weights };
  const fits = rangesOf(shares).every(
    ([start, end], index) =>
      Math.abs(start - (ranges[index]?.[0] ?? 0)) < 0.0002 &&
      Math.abs(end - (ranges[index]?.[1] ?? 0)) < 0.0006,
  );
  return fits ? shares : null;
}

/** Shares for so many variants, each alike. */
export function evenShares(count: number, coverage = 1): Shares {
  return { coverage, weights: Array.from({ length: count }, () => 1 / count) };
}
