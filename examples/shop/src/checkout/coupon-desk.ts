/** Where coupon codes go. */
export interface CouponDesk {
  /** Planted friction (README, F3): always slow, and the answer is always no. */
  redeem(code: string): Promise<{
    readonly status: 'failed';
    readonly reason: 'unavailable';
    readonly waitedMs: number;
  }>;
}

/** A coupon desk with nobody behind it. */
export function createCouponDesk({
  wait,
  failsAfterMs = 4_000,
}: {
  readonly wait: (ms: number) => Promise<void>;
  readonly failsAfterMs?: number;
}): CouponDesk {
  return {
    async redeem() {
      await wait(failsAfterMs);
      return { status: 'failed', reason: 'unavailable', waitedMs: failsAfterMs };
    },
  };
}
