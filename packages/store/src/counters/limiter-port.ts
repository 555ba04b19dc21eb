/** How much may pass: `points` in each window of `windowMs`, which begins with the first of them. */
export interface Quota {
  readonly points: number;
  readonly windowMs: number;
}

/** What of it could be had. */
export interface Taken {
  /** Of what was asked for, from none to all of it. */
  readonly granted: number;
  readonly remaining: number;
  /** Until the window ends, milliseconds. */
  readonly resetMs: number;
}

/** Counts what passes, by key: for all processes that share it, exactly. */
export interface Limiter {
  /** Rejects where it cannot be counted now. */
  take(key: string, points: number, quota: Quota): Promise<Taken>;
  /** Takes a `take` of the same arguments back: what it was for did not happen. Rejects as `take` does. */
  giveBack(key: string, points: number, quota: Quota): Promise<void>;
  close(): Promise<void>;
}
