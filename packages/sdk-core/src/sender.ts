import { PATHS, type Batch } from '@px-platform/protocol';
import { readAnswer, type Answer } from './answer.js';
import type { ClockSkew } from './clock-skew.js';
import type { Disposer } from './disposer.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import type { Platform, QueueEntry, TransportRequest, TransportResponse } from './platform.js';
import { within } from './within.js';

/** Makes one request of events of one session, and reads the answer. */
export interface Sender {
  /** Rejects where the transport does, or never answers. */
  send(entries: readonly QueueEntry[]): Promise<Answer>;
  /** One that outlives the page. Null, and nothing sent, where there is no room for it. */
  part(entries: readonly QueueEntry[]): Promise<Answer> | null;
  /** One that the browser makes once the page is gone, or null; the disposer takes it back. */
  later(entries: readonly QueueEntry[]): Disposer | null;
}

const REQUEST_TIMEOUT_MS = 15_000;
/** A page's own `fetch` may ignore the transport's timeout; the lock on the drain must not be its. */
const GIVE_UP_MS = 20_000;

/** Creates the sender. */
export function createSender({
  platform,
  options,
  skew,
  log,
}: {
  readonly platform: Pick<Platform, 'clock' | 'timers' | 'transport' | 'sdk'>;
  readonly options: ClientOptions;
  readonly skew: ClockSkew;
  readonly log: Logger;
}): Sender {
  const { clock, sdk, timers, transport } = platform;
  const url = `${options.endpoint}${PATHS.batch}?key=${encodeURIComponent(options.apiKey)}`;
  const sessionOf = ([first]: readonly QueueEntry[]) => first?.session ?? '';

  const toRequest = (
    entries: readonly QueueEntry[],
    correction = skew.of(sessionOf(entries)),
  ): TransportRequest => {
    const envelope: Omit<Batch, 'events'> = {
      sent_at: clock.now(),
      ...(correction === undefined ? {} : { skew_ms: correction }),
      sdk,
      project_id: options.projectId,
    };
    // Events are already JSON: they are joined, not parsed and written again.
    const events = entries.map(({ json }) => json).join();
    return {
      url,
      body: `${JSON.stringify(envelope).slice(0, -1)},"events":[${events}]}`,
      compress: options.compression === 'gzip',
      timeoutMs: REQUEST_TIMEOUT_MS,
    };
  };
  const read = async (
    entries: readonly QueueEntry[],
    answering: Promise<TransportResponse>,
  ): Promise<Answer> => {
    const response = await within(timers, GIVE_UP_MS, answering);
    const answer = readAnswer({ keys: entries.map(({ key }) => key), response, now: clock.now() });
    if (answer.skewMs !== undefined) skew.learn(sessionOf(entries), answer.skewMs);
    log.debug('sent', entries.length, answer.status);
    return answer;
  };

  return {
    send: (entries) => read(entries, transport.send(toRequest(entries))),
    part(entries) {
      const answering = transport.part(toRequest(entries));
      return answering && read(entries, answering);
    },
    // When it arrives is no measure of the clock: its correction may not be left to the collector.
    later: (entries) => transport.later(toRequest(entries, skew.guess(sessionOf(entries)))),
  };
}
