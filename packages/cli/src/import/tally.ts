/** What became of a source's lines and events so far. */
export interface Tally {
  /** Lines read, those without an event included. */
  lines: number;
  /** Events that are stored. */
  accepted: number;
  /** Events that will never be, by the collector's code. */
  dropped: Record<string, number>;
  /** Lines that are no events, and are as they should be, by reason. */
  passed: Record<string, number>;
  /** Lines that cannot be read, by reason. */
  bad: Record<string, number>;
}

export const emptyTally = (): Tally => ({
  lines: 0,
  accepted: 0,
  dropped: {},
  passed: {},
  bad: {},
});

export function count(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

/** `2,310 (not a page 2,000, not a GET 310)` */
export function told(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, times]) => `${reason} ${shown(times)}`);
  return shown(sum(counts)) + (parts.length > 0 ? ` (${parts.join(', ')})` : '');
}

export function shown(value: number): string {
  return Math.round(value).toLocaleString('en');
}
