/** A stretch of time that is counted in. */
export interface Window {
  /** When what is counted happened, epoch milliseconds. */
  readonly at: number;
  readonly windowMs: number;
}

/**
 * Numbers that all processes of an installation share for a while. Nothing that must survive is kept here only, and each
 * call rejects where it cannot be carried out now.
 */
export interface Counters {
  /**
   * Adds a whole number to what is counted under a key, and resolves with all that was counted in the window that ends
   * with `at`. The window moves by a sixth of its length at a time.
   */
  add(key: string, by: number, window: Window): Promise<number>;
  /** Keeps numbers by their names, in place of those kept before, for `expireMs`. */
  put(values: ReadonlyMap<string, number>, expireMs: number): Promise<void>;
  /** The numbers kept under these names; null for what was never kept, or has expired. */
  read(names: readonly string[]): Promise<readonly (number | null)[]>;
  /** Whether it is the caller's turn: it is one caller's in each `everyMs`, so that several processes share a chore. */
  takeTurn(chore: string, everyMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** A window has so many parts, of which the last is under way. */
export const WINDOW_PARTS = 6;

/** The parts that make up a window, the last of them first. */
export function partsOf({ at, windowMs }: Window): readonly [number, ...number[]] {
  const last = Math.floor(at / (windowMs / WINDOW_PARTS));
  return [last, last - 1, last - 2, last - 3, last - 4, last - 5];
}
