import { PATHS } from '@px-platform/protocol';
import { readAnswer, type Answer } from './answer.js';
import { writeBatchBody } from './batch-body.js';
import type { ClockSkew } from './clock-skew.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import type { Platform, QueueEntry, TransportRequest, TransportResponse } from './platform.js';

/** Makes one request of events of one session, and reads the answer. */
export interface Sender {
  send(entries: readonly QueueEntry[]): Promise<Answer>;
  /** One that outlives the page. Null, and nothing sent, where there is no room for it. */
  part(entries: readonly QueueEntry[]): Promise<Answer> | null;
}

const REQUEST_TIMEOUT_MS = 15_000;

/** Creates the sender. */
export function createSender({
  platform,
  options,
  skew,
  log,
}: {
  readonly platform: Pick<Platform, 'clock' | 'transport' | 'sdk'>;
  readonly options: ClientOptions;
  readonly skew: ClockSkew;
  readonly log: Logger;
}): Sender {
  const { clock, sdk, transport } = platform;
  const { apiKey, compression, endpoint, projectId } = options;
  const url = `${endpoint}${PATHS.batch}?key=${encodeURIComponent(apiKey)}`;

  const sessionOf = (entries: readonly QueueEntry[]) => entries[0]?.session ?? '';
  const toRequest = (entries: readonly QueueEntry[]): TransportRequest => ({
    url,
    body: writeBatchBody({
      entries,
      sentAt: clock.now(),
      skewMs: skew.of(sessionOf(entries)),
      sdk,
      projectId,
    }),
    compress: compression === 'gzip',
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
  const read = async (
    entries: readonly QueueEntry[],
    answering: Promise<TransportResponse>,
  ): Promise<Answer> => {
    const response = await answering;
    const answer = readAnswer({ keys: entries.map(({ key }) => key), response, now: clock.now() });
    if (answer.kind === 'settled' && answer.skewMs !== undefined) {
      skew.learn(sessionOf(entries), answer.skewMs);
    }
    log.debug(`sent ${entries.length} events: ${answer.kind} (HTTP ${response.status})`);
    return answer;
  };

  return {
    send: (entries) => read(entries, transport.send(toRequest(entries))),
    part(entries) {
      const answering = transport.part(toRequest(entries));
      return answering && read(entries, answering);
    },
  };
}
