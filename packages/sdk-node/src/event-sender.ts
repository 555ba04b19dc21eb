import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PATHS, type Batch, type SdkInfo } from '@px-platform/protocol';
import { readAnswer, type Answer } from '@px-platform/sdk-core';
import type { Waiting } from './event-queue.js';
import { ask } from './http.js';
import { clock } from './node-platform.js';
import type { ClientSettings } from './client-options.js';

/** Makes one request of events, and reads the answer. */
export interface EventSender {
  /** Never rejects: no answer is an answer with status 0. */
  send(entries: readonly Waiting[]): Promise<Answer>;
  /** Closes the connections, and what is under way on them. */
  close(): void;
}

/** Below it a header outweighs what is saved. */
const GZIP_BYTES = 1_024;
const zip = promisify(gzip);

/** Creates the sender, with connections of its own that are kept. */
export function createEventSender({
  apiKey,
  endpoint,
  projectId,
  compression,
  maxRequests,
  timeoutMs,
  sdk,
}: Pick<
  ClientSettings,
  'apiKey' | 'endpoint' | 'projectId' | 'compression' | 'maxRequests' | 'timeoutMs'
> & { readonly sdk: SdkInfo }): EventSender {
  const kept = { keepAlive: true, maxSockets: maxRequests };
  const agent = endpoint.startsWith('https:') ? new SecureAgent(kept) : new PlainAgent(kept);
  const url = endpoint + PATHS.batch;
  const authorization = `Bearer ${apiKey}`;

  return {
    async send(entries) {
      const keys = entries.map(({ key }) => key);
      const envelope: Omit<Batch, 'events'> = {
        sent_at: clock.now(),
        sdk,
        ...(projectId && { project_id: projectId }),
      };
      // Events are already JSON: they are joined, not parsed and written again.
      const events = entries.map(({ json }) => json).join();
      const json = `${JSON.stringify(envelope).slice(0, -1)},"events":[${events}]}`;
      const isZipped = compression === 'gzip' && json.length >= GZIP_BYTES;
      const response = await ask(
        {
          url,
          headers: { authorization, ...(isZipped && { 'content-encoding': 'gzip' }) },
          body: isZipped ? await zip(json) : json,
          isAwaited: false,
          agent,
        },
        timeoutMs,
      );
      return readAnswer({ keys, response, now: clock.now() });
    },
    close: () => agent.destroy(),
  };
}
