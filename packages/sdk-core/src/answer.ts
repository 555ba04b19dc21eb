import type { BatchResult, ErrorAnswer, EventResult } from '@px-platform/protocol';
import type { TransportResponse } from './platform.js';

/** What the collector said, or what somebody between said. */
export interface Answer {
  readonly status: number;
  /**
   * What becomes of each event, by key: those not named are delivered. Null unless the answer is
   * certainly the collector's; then every event is kept.
   */
  readonly verdicts: ReadonlyMap<string, Verdict> | null;
  /** The collector's words about the whole request; empty where there are none. */
  readonly message: string;
  /** No other request before so many milliseconds. */
  readonly waitAtLeastMs: number;
  readonly skewMs: number | undefined;
  /** The collector asks for events within so many milliseconds. */
  readonly flushWithinMs: number | undefined;
}

export type Verdict = Pick<EventResult, 'status' | 'code' | 'message'>;

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
  const result = status >= 200 && status < 300 && isBatchResult(body) ? body : null;
  const error = isErrorAnswer(body) ? body : null;
  let verdicts: Answer['verdicts'] = null;
  if (result) {
    verdicts = new Map(
      result.results.map((verdict) => [verdict.event_id ?? keys[verdict.index] ?? '', verdict]),
    );
  } else if ((status === 400 && error) || (status === 413 && keys.length === 1)) {
    const verdict: Verdict = { status: 'drop', code: 'body_too_large', ...error };
    verdicts = new Map(keys.map((key) => [key, verdict]));
  }
  return {
    status,
    verdicts,
    message: error?.message ?? '',
    waitAtLeastMs: retryAfterMs(response.header('retry-after'), now),
    skewMs: integer(result?.skew_ms),
    flushWithinMs: integer(result?.flush_within_ms),
  };
}

/** Seconds or an HTTP date; 0 where there is none. */
export function retryAfterMs(header: string | null, now: number): number {
  if (!header) return 0;
  const waitMs = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, waitMs), LONGEST_RETRY_AFTER_MS) : 0;
}

const integer = (value: unknown) => (Number.isSafeInteger(value) ? (value as number) : undefined);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isBatchResult(body: unknown): body is BatchResult {
  const { accepted, results } = Object(body) as Partial<BatchResult>;
  return (
    typeof accepted === 'number' &&
    Array.isArray(results) &&
    results.every((result: unknown) => typeof result === 'object' && result !== null)
  );
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  const { code, message } = Object(body) as Partial<ErrorAnswer>;
  return typeof code === 'string' && typeof message === 'string';
}
