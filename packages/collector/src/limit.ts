import type { KeyGrant, Limiter, ServerLog, Tier } from '@px-platform/store';
import { RequestError } from './errors.js';
import type { CollectorMetrics } from './metrics.js';

/** Events an hour by tier; null: no limit. */
export type Quotas = Readonly<Record<Tier, number | null>>;

export const QUOTAS: Quotas = { free: 1_000, pro: 10_000, enterprise: null };

/** What may come on top within the hour: a launch must not be cut at its last event. */
const BURST_SHARE = 0.1;
const HOUR_MS = 3_600_000;
const HOUR_S = HOUR_MS / 1_000;
/** An SDK that was granted a part waits this long for the rest at least, and no longer than the window. */
const LONGEST_WAIT_S = 300;

/** How many of a batch's events may pass, and what its sender is told of it. */
export interface Allowance {
  readonly granted: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Nothing was stored of it: it does not count. */
  readonly giveBack: () => Promise<void>;
}

export type Limit = (grant: KeyGrant, events: number) => Promise<Allowance>;

/**
 * Creates the check of a tenant's quota: one for a batch, counted in events. Where it cannot be counted, everything
 * passes, and a metric says so. Headers are those of draft-ietf-httpapi-ratelimit-headers-10.
 */
export function createLimit({
  limiter,
  quotas,
  metrics,
  log,
}: {
  readonly limiter: Limiter | null;
  readonly quotas: Quotas;
  readonly metrics: Pick<CollectorMetrics, 'countLimiterError'>;
  readonly log: ServerLog;
}): Limit {
  let isTold = false;
  return async ({ tenant_id, tier, events_per_hour }, events) => {
    const hourly = events_per_hour ?? quotas[tier];
    const uncounted: Allowance = { granted: events, headers: {}, giveBack: async () => {} };
    if (!limiter || hourly === null || events === 0) return uncounted;
    const points = Math.floor(hourly * (1 + BURST_SHARE));
    const claim = [`tenant:${tenant_id}`, events, { points, windowMs: HOUR_MS }] as const;
    const fail = (error: unknown) => {
      metrics.countLimiterError();
      if (!isTold) log.warn({ err: error }, 'quotas cannot be counted; everything passes');
      isTold = true;
    };
    const taken = await limiter.take(...claim).catch(fail);
    if (!taken) return uncounted;
    isTold = false;
    const { granted, remaining, resetMs } = taken;
    const resetS = Math.ceil(resetMs / 1_000);
    const headers = {
      'ratelimit-policy': `"hour";q=${points};w=${HOUR_S}`,
      ratelimit: `"hour";r=${remaining};t=${resetS}`,
      ...(granted < events && { 'retry-after': String(Math.min(resetS, LONGEST_WAIT_S)) }),
    };
    if (granted > 0)
      return { granted, headers, giveBack: () => limiter.giveBack(...claim).catch(fail) };
    throw new RequestError(
      'rate_limited',
      `the quota of ${points} events an hour is used up for another ${resetS} s. Nothing was stored: send the batch again then, or ask for a larger quota.`,
      { headers },
    );
  };
}
