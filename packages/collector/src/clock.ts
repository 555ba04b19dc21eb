import { LIMITS, type ClockSource } from '@px-platform/protocol';

/** A time the server can stand by, or the reason there is none. */
export type ClockVerdict =
  | { readonly timestamp: number; readonly clock: ClockSource }
  | { readonly code: 'timestamp_out_of_range'; readonly message: string };

/** The correction for a batch in milliseconds: server minus client. See ADR 0002. */
export function batchSkew(
  batch: { readonly sent_at?: number; readonly skew_ms?: number },
  receivedAt: number,
): number {
  if (batch.skew_ms !== undefined) return batch.skew_ms;
  return batch.sent_at === undefined ? 0 : receivedAt - batch.sent_at;
}

/**
 * Places an event in the server's time. A clock within the tolerance is believed, so that transit time
 * never moves an event; a wrong clock is moved by one figure for its whole batch, so that order holds.
 */
export function fixTime(clientTimestamp: number, skewMs: number, receivedAt: number): ClockVerdict {
  const isWrong = Math.abs(skewMs) > LIMITS.clockToleranceMs;
  const timestamp = isWrong ? clientTimestamp + skewMs : clientTimestamp;
  const aheadMs = timestamp - receivedAt;

  if (aheadMs > LIMITS.maxFutureMs || -aheadMs > LIMITS.maxAgeMs) {
    return {
      code: 'timestamp_out_of_range',
      message:
        `timestamp ${clientTimestamp} is ${isoOrNumber(timestamp)} in the server's time (now ${isoOrNumber(receivedAt)}). ` +
        'Send epoch milliseconds (not seconds) or an ISO 8601 date-time, at most ten years old and at most a day ahead.',
    };
  }
  if (aheadMs > LIMITS.clockToleranceMs) return { timestamp: receivedAt, clock: 'received' };
  return { timestamp, clock: isWrong ? 'corrected' : 'client' };
}

function isoOrNumber(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString();
}
