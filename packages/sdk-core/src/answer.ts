import type { BatchResult, ErrorAnswer } from '@px-platform/protocol';
import type { DropReason } from './errors.js';
import { parseJson } from './parse-json.js';
import type { TransportResponse } from './platform.js';

/** What the collector said, or what somebody between said. */
export interface Answer {
  readonly status: number;
  /**
   * Events that are done with, by key: null where stored, or why they never will be. The others are
   * kept; all of them, unless the answer is certainly the collector's.
   */
  readonly outcome: ReadonlyMap<string, DropReason | null>;
  /** The collector's words, if it had any. */
  readonly message: string | undefined;
  /** No other request before so many milliseconds. */
  readonly waitAtLeastMs: number;
  readonly skewMs: number | undefined;
  /** The collector asks for events within so many milliseconds. */
  readonly flushWithinMs: number | undefined;
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
  const body = parseJson(response.body);
  const result = status < 300 && isBatchResult(body) ? body : null;
  const error = isErrorAnswer(body) ? body : null;
  const outcome = new Map<string, DropReason | null>();
  let message = error?.message;
  if (result) {
    for (const key of keys) outcome.set(key, null);
    for (const verdict of result.results) {
      const key = verdict.event_id ?? keys[verdict.index] ?? '';
      if (verdict.status === 'retry') outcome.delete(key);
      if (verdict.status === 'drop' && outcome.has(key)) {
        outcome.set(key, verdict.code ?? 'unknown');
        message ??= verdict.message;
      }
    }
  } else if ((status === 400 && error) || (status === 413 && keys.length === 1)) {
    for (const key of keys) outcome.set(key, error?.code ?? 'body_too_large');
  }
  return {
    status,
    outcome,
    message,
    waitAtLeastMs: retryAfterMs(response.header('retry-after'), now),
    skewMs: integer(result?.skew_ms),
    flushWithinMs: integer(result?.flush_within_ms),
  };
}

/** Seconds or an HTTP date; 0 where there is none. */
export function retryAfterMs(header: string | null, now: number): number {
  const seconds = Number(header);
  const waitMs = Number.isNaN(seconds) ? Date.parse(header ?? '') - now : seconds * 1_000;
  return Math.min(Math.max(0, waitMs || 0), LONGEST_RETRY_AFTER_MS);
}

const integer = (value: unknown) => (Number.isSafeInteger(value) ? (value as number) : undefined);

function isBatchResult(body: unknown): body is BatchResult {
  const { accepted, results } = Object(body) as Partial<BatchResult>;
  return typeof accepted === 'number' && Array.isArray(results) && results.every(Boolean);
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  const { code, message } = Object(body) as Partial<ErrorAnswer>;
  return typeof code === 'string' && typeof message === 'string';
}
