import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  LIMITS,
  PATHS,
  type Batch,
  type BatchResult,
  type ErrorAnswer,
  type EventResult,
  type SdkInfo,
} from '@px-platform/protocol';
import { UsageError } from '../config.js';

/** What a collector answered of some events, once it has answered of each. */
export interface Delivery {
  readonly accepted: number;
  readonly dropped: readonly Dropped[];
}

export interface Dropped {
  /** Place among the events given. */
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** Events come as JSON texts: they are measured before, and sent more than once at times. */
export type Deliver = (events: readonly string[]) => Promise<Delivery>;

export interface DeliverOptions {
  /** The collector's address. */
  readonly url: string;
  readonly key: string;
  readonly sdk: SdkInfo;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds; rejects when it is told to stop. */
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly clock: () => number;
  /** Ends requests under way. */
  readonly signal: AbortSignal;
  /** Told of each wait. */
  readonly onWait: (reason: string, ms: number) => void;
  /** How long a collector may be away, or at fault, milliseconds. Quotas are waited for however long. */
  readonly patienceMs: number;
}

const REQUEST_MS = 60_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_RETRY_AFTER_MS = 600_000;

const squeeze = promisify(gzip);

type Answer =
  | {
      readonly kind: 'answered';
      readonly results: readonly EventResult[];
      readonly afterMs: number | null;
    }
  | {
      readonly kind: 'later';
      readonly reason: string;
      readonly afterMs: number | null;
      readonly isQuota: boolean;
    }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Creates what delivers events to a collector: as often as need be, until it has said of each that it is stored or
 * never will be. Rejects with a {@link UsageError} where sending again would not help.
 */
export function createDeliver(options: DeliverOptions): Deliver {
  const { url, sleep, clock, onWait, patienceMs } = options;

  return deliver;

  async function deliver(events: readonly string[]): Promise<Delivery> {
    let waiting = events.map((event, index) => ({ event, index }));
    const dropped: Dropped[] = [];
    let wait = FIRST_WAIT_MS;
    let lastProgress = clock();

    while (waiting.length > 0) {
      const answer = await post(
        options,
        waiting.map(({ event }) => event),
      );
      if (answer.kind === 'refused') throw new UsageError(`${url} refuses: ${answer.reason}`);
      if (answer.kind === 'too_large') {
        dropped.push(...(await inHalves(waiting)));
        break;
      }
      let reason: string;
      let isQuota: boolean;
      if (answer.kind === 'later') {
        ({ reason, isQuota } = answer);
      } else {
        const before = waiting;
        const again = new Set<number>();
        for (const { index, status, code = 'unknown', message = '' } of answer.results) {
          if (status === 'retry') again.add(index);
          const sent = before[index];
          if (status === 'drop' && sent) dropped.push({ index: sent.index, code, message });
        }
        waiting = before.filter((_, place) => again.has(place));
        if (waiting.length === 0) break;
        if (waiting.length < before.length) {
          lastProgress = clock();
          wait = FIRST_WAIT_MS;
        }
        const first = answer.results.find(({ status }) => status === 'retry');
        reason = first?.message ?? 'it asks for events again';
        isQuota = first?.code === 'rate_limited';
      }
      if (!isQuota && clock() - lastProgress > patienceMs) {
        throw new UsageError(
          `${url} has taken nothing for ${Math.round(patienceMs / 1_000)} s: ${reason}. The same command goes on from here.`,
        );
      }
      const ms = Math.min(answer.afterMs ?? wait, LONGEST_RETRY_AFTER_MS);
      onWait(reason, ms);
      await sleep(ms);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
    return { accepted: events.length - dropped.length, dropped };
  }

  async function inHalves(
    parts: readonly { readonly event: string; readonly index: number }[],
  ): Promise<Dropped[]> {
    const [only] = parts;
    if (parts.length === 1 && only) {
      const message = `the event alone is more than a request may be (${LIMITS.wireBytes} bytes).`;
      return [{ index: only.index, code: 'event_too_large', message }];
    }
    const middle = Math.ceil(parts.length / 2);
    const dropped: Dropped[] = [];
    for (const half of [parts.slice(0, middle), parts.slice(middle)]) {
      const answer = await deliver(half.map(({ event }) => event));
      for (const each of answer.dropped)
        dropped.push({ ...each, index: half[each.index]?.index ?? each.index });
    }
    return dropped;
  }
}

async function post(
  { url, key, sdk, fetch, signal, clock }: DeliverOptions,
  events: readonly string[],
): Promise<Answer> {
  // What is said here is right as it is: without a correction of nought, the collector would hold the time at which
  // this leaves against its own clock, and move years of history by the difference.
  const envelope = { skew_ms: 0, sdk } satisfies Omit<Batch, 'events'>;
  const body = `${JSON.stringify(envelope).slice(0, -1)},"events":[${events.join(',')}]}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url + PATHS.batch, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'user-agent': `${sdk.name}/${sdk.version}`,
      },
      body: new Uint8Array(await squeeze(body, { level: 1 })),
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const { cause, message } = error as Error;
    const reason = `${url} does not answer: ${cause instanceof Error ? cause.message || cause.name : message}`;
    return { kind: 'later', reason, afterMs: null, isQuota: false };
  }
  const { status } = response;
  const afterMs = retryAfterMs(response.headers.get('retry-after'), clock());
  const answer = parsed(text) as Partial<BatchResult & ErrorAnswer>;
  if (status === 200 && Array.isArray(answer.results)) {
    return { kind: 'answered', results: answer.results, afterMs };
  }
  const reason = `${status} ${answer.code ?? ''} ${answer.message ?? response.statusText}`;
  if (status === 413) return { kind: 'too_large' };
  // A 200 of another kind is somebody else's: a proxy's page, a wrong address.
  if (status === 429 || status === 408 || status >= 500)
    return { kind: 'later', reason, afterMs, isQuota: status === 429 };
  return { kind: 'refused', reason: status === 200 ? 'it is no collector' : reason };
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

/** Seconds, or a date. */
function retryAfterMs(value: string | null, now: number): number | null {
  if (value === null) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? null : Math.max(ms, 0);
}
