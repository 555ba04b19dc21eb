import type { BatchResult, ErrorAnswer } from '@px-platform/protocol';
import type { TransportResponse } from './platform.js';

/**
 * What an answer means for the events of its request.
 * `settled`: some or all are done with. `split`: send fewer at once. `refused`: the key or project
 * is wrong, keep everything. `failed`: keep everything, try later.
 */
export type Answer =
  | {
      readonly kind: 'settled';
      readonly delivered: readonly string[];
      readonly dropped: readonly Refusal[];
      readonly kept: readonly string[];
      readonly skewMs?: number;
      /** The collector asks for events within so many milliseconds. */
      readonly flushWithinMs?: number;
    }
  | { readonly kind: 'split' }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'failed'; readonly status: number; readonly waitAtLeastMs: number };

/** Events that will never be stored, for one reason. */
export interface Refusal {
  readonly code: string;
  /** The collector's words about the first of them. */
  readonly message: string;
  readonly keys: readonly string[];
}

/** A mistaken header must not silence a client for days. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** Reads the collector's answer. Only a body that is certainly the collector's removes an event. */
export function readAnswer({
  keys,
  response,
  now,
}: {
  readonly keys: readonly string[];
  readonly response: TransportResponse;
  readonly now: number;
}): Answer {
  const { status } = response;
  const body = parse(response.body);
  if (status >= 200 && status < 300 && isBatchResult(body)) return settle(keys, body);
  if (status === 400 && isErrorAnswer(body)) {
    const refusal = { code: body.code, message: body.message, keys };
    return { kind: 'settled', delivered: [], dropped: [refusal], kept: [] };
  }
  if (status === 413) return { kind: 'split' };
  if (status === 401 || status === 403) {
    return {
      kind: 'refused',
      status,
      message: isErrorAnswer(body) ? body.message : `HTTP ${status}`,
    };
  }
  return {
    kind: 'failed',
    status,
    waitAtLeastMs: retryAfterMs(response.header('retry-after'), now),
  };
}

function settle(keys: readonly string[], body: BatchResult): Answer {
  const verdicts = new Map(
    body.results.map((result) => [result.event_id ?? keys[result.index], result]),
  );
  const delivered: string[] = [];
  const dropped = new Map<string, Refusal>();
  const kept: string[] = [];
  for (const key of keys) {
    const verdict = verdicts.get(key);
    if (verdict?.status === 'drop') {
      const { code = 'unknown', message = '' } = verdict;
      const same = dropped.get(code);
      dropped.set(code, { code, message, ...same, keys: [...(same?.keys ?? []), key] });
    } else if (verdict?.status === 'retry') kept.push(key);
    else delivered.push(key);
  }
  const { skew_ms: skewMs, flush_within_ms: flushWithinMs } = body;
  return {
    kind: 'settled',
    delivered,
    dropped: [...dropped.values()],
    kept,
    ...(Number.isSafeInteger(skewMs) ? { skewMs } : {}),
    ...(Number.isSafeInteger(flushWithinMs) ? { flushWithinMs: flushWithinMs as number } : {}),
  };
}

/** Seconds or an HTTP date; 0 where there is none. */
export function retryAfterMs(header: string | null, now: number): number {
  if (!header) return 0;
  const waitMs = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, waitMs), LONGEST_RETRY_AFTER_MS) : 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isBatchResult(body: unknown): body is BatchResult {
  if (typeof body !== 'object' || body === null) return false;
  const { accepted, results } = body as Partial<BatchResult>;
  return (
    typeof accepted === 'number' &&
    Array.isArray(results) &&
    results.every((result: unknown) => typeof result === 'object' && result !== null)
  );
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  if (typeof body !== 'object' || body === null) return false;
  const { code, message } = body as Partial<ErrorAnswer>;
  return typeof code === 'string' && typeof message === 'string';
}
