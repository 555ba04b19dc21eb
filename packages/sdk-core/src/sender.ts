import { PATHS } from '@px-platform/protocol';
import { readAnswer, type Answer } from './answer.js';
import { writeBatchBody } from './batch-body.js';
import type { ClockSkew } from './clock-skew.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import type { Platform, QueueEntry } from './platform.js';

/** Makes one request of events of one session, and reads the answer. */
export type Sender = (entries: readonly QueueEntry[], keepalive: boolean) => Promise<Answer>;

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

  return async (entries, keepalive) => {
    const session = entries[0]?.session ?? '';
    const skewMs = skew.of(session);
    const response = await transport.send({
      url,
      body: writeBatchBody({ entries, sentAt: clock.now(), skewMs, sdk, projectId }),
      compress: compression === 'gzip',
      keepalive,
      timeoutMs: REQUEST_TIMEOUT_MS,
    });
    const answer = readAnswer({ keys: entries.map(({ key }) => key), response, now: clock.now() });
    if (answer.kind === 'settled' && answer.skewMs !== undefined) {
      skew.learn(session, answer.skewMs);
    }
    log.debug(`sent ${entries.length} events: ${answer.kind} (HTTP ${response.status})`);
    return answer;
  };
}
