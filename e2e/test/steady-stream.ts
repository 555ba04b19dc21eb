import { v7 as uuidv7 } from 'uuid';
import type { BatchResult } from '@px-platform/protocol';

/** Senders that behave as SDKs do: a batch is sent until it is answered, to whichever collector answers. */
export interface SteadyStream {
  /** Ids that were answered with ok. */
  readonly answered: ReadonlySet<string>;
  /** People whose events were answered. */
  readonly people: ReadonlySet<string>;
  /** Requests that had to be made again. */
  retries(): number;
  /** Resolves once everything that was tracked is answered. */
  end(): Promise<void>;
}

const BATCH_EVENTS = 25;
const SENDERS = 4;
/** A person's visit: so many batches. */
const BATCHES_A_VISIT = 5;
/** Five hundred events a second, all together. */
const EVERY_MS = (1_000 * BATCH_EVENTS * SENDERS) / 500;

/** Starts the stream. */
export function startStream(urls: readonly string[], writeKey: string): SteadyStream {
  const answered = new Set<string>();
  const people = new Set<string>();
  let retries = 0;
  let isEnding = false;
  let requests = 0;

  const post = async (body: string): Promise<BatchResult> => {
    for (;;) {
      const url = urls[requests++ % urls.length] ?? '';
      try {
        const response = await fetch(`${url}/v1/batch`, {
          method: 'POST',
          headers: { 'x-api-key': writeKey },
          body,
          signal: AbortSignal.timeout(10_000),
        });
        if (response.status === 200) return (await response.json()) as BatchResult;
        if (response.status < 500)
          throw new StreamError(`${response.status}: ${await response.text()}`);
      } catch (error) {
        if (error instanceof StreamError) throw error;
      }
      retries += 1;
      await sleep(100 + Math.random() * 200);
    }
  };

  const send = async () => {
    for (let batch = 0, visitor = ''; !isEnding; batch += 1) {
      const startedAt = performance.now();
      if (batch % BATCHES_A_VISIT === 0) visitor = uuidv7();
      const { body, ids } = makeBatch(visitor, batch % BATCHES_A_VISIT);
      const { accepted, results } = await post(body);
      if (accepted !== ids.length) throw new StreamError(JSON.stringify(results));
      for (const id of ids) answered.add(id);
      people.add(visitor);
      await sleep(Math.max(0, EVERY_MS - (performance.now() - startedAt)));
    }
  };
  const sending = Promise.all(Array.from({ length: SENDERS }, send));
  // Looked at by `end`; until then it must not end the process.
  sending.catch(() => {});

  return {
    answered,
    people,
    retries: () => retries,
    async end() {
      isEnding = true;
      await sending;
    },
  };
}

class StreamError extends Error {}

function makeBatch(visitor: string, place: number) {
  const now = Date.now();
  const events = Array.from({ length: BATCH_EVENTS }, (_, index) => ({
    event_id: uuidv7(),
    event: 'streamed',
    anonymous_id: visitor,
    session_id: visitor,
    seq: place * BATCH_EVENTS + index,
    timestamp: now,
    properties: { place, index },
  }));
  return {
    body: JSON.stringify({ sent_at: now, events }),
    ids: events.map(({ event_id }) => event_id),
  };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
