import { PATHS, type BatchResult, type ErrorAnswer, type EventResult } from '@px-platform/protocol';

/** What became of a batch at the collector: a verdict for each event that is not simply stored; or for none of them. */
export type DoorAnswer =
  | {
      readonly kind: 'answered';
      readonly results: readonly EventResult[];
      readonly retryAfterS: number | null;
    }
  | {
      readonly kind: 'later' | 'refused';
      readonly code: string;
      readonly message: string;
      readonly retryAfterS: number | null;
    };

/** Hands events to the collector as any sender does, so that plans, quotas and all else hold for them. */
export type ReplayDoor = (events: readonly object[], secretKey: string) => Promise<DoorAnswer>;

export interface ReplayDoorOptions {
  /** The collector's address. */
  readonly url: string;
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** How long the collector may take, milliseconds. @default 15000 */
  readonly timeoutMs?: number;
}

/** The usual door: `POST /v1/batch` of a collector, with the key of whoever asks. */
export function createReplayDoor({
  url,
  fetch = globalThis.fetch,
  timeoutMs = 15_000,
}: ReplayDoorOptions): ReplayDoor {
  const address = url.replace(/\/$/, '') + PATHS.batch;
  return async (events, secretKey) => {
    let response: Response;
    let answer: Partial<BatchResult & ErrorAnswer>;
    try {
      response = await fetch(address, {
        method: 'POST',
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
        // The times are as they were: they must not be held against the clock of today.
        body: JSON.stringify({
          skew_ms: 0,
          sdk: { name: 'px-replay', version: '1' },
          events,
        }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      answer = Object(await response.json()) as typeof answer;
    } catch {
      const message = 'the collector does not answer now.';
      return { kind: 'later', code: 'unavailable', message, retryAfterS: null };
    }
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterS = Number.isFinite(seconds) ? seconds : null;
    if (response.status === 200 && Array.isArray(answer.results))
      return { kind: 'answered', results: answer.results, retryAfterS };
    const { code = 'internal', message = `the collector answers with ${response.status}.` } =
      answer;
    const isLater = [408, 429].includes(response.status) || response.status >= 500;
    return { kind: isLater ? 'later' : 'refused', code, message, retryAfterS };
  };
}
