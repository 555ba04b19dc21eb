/** Growing waits between attempts, spread at random so that clients do not return in step. */
export interface Backoff {
  /** The wait before the next attempt, after one more failure. */
  next(): number;
  /** The longest wait at once: for failures that time alone will not mend. */
  longest(): number;
  reset(): void;
}

const BASE_MS = 1_000;
const CAP_MS = 300_000;

/** Creates a backoff of 1 s × 2ⁿ with full jitter, capped at 5 minutes. */
export function createBackoff({ random }: { readonly random: () => number }): Backoff {
  let failures = 0;
  return {
    next() {
      const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** failures);
      failures += 1;
      return Math.round(random() * ceiling);
    },
    // Half to whole: full jitter could ask again at once with a key that is still wrong.
    longest: () => Math.round(CAP_MS * (0.5 + random() / 2)),
    reset() {
      failures = 0;
    },
  };
}
