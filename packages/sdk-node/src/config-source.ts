import type { ClientRequest } from 'node:http';
import type { ConfigResponse, ConfigSource } from '@px-platform/sdk-core';
import { createEventReader } from './event-reader.js';
import { ask, open } from './http.js';

/** Where a server's flags come from. */
export interface ServerConfigSource extends ConfigSource {
  /** Has the collector decide, for somebody who waits for it. */
  evaluate(url: string, body: string): Promise<ConfigResponse>;
}

/** The collector says something every 15 s. */
const QUIET_MS = 45_000;

/** Creates it. The key goes into a header, for addresses end up in logs. */
export function createConfigSource({
  apiKey,
  timeoutMs,
}: {
  readonly apiKey: string;
  readonly timeoutMs: number;
}): ServerConfigSource {
  const authorization = `Bearer ${apiKey}`;
  return {
    fetch: ({ url, etag }) =>
      ask(
        {
          url: withoutQuery(url),
          headers: { authorization, ...(etag !== null && { 'if-none-match': etag }) },
          isAwaited: false,
        },
        timeoutMs,
      ),
    evaluate: (url, body) =>
      ask({ url, headers: { authorization }, body, isAwaited: true }, timeoutMs),
    stream({ url, onRevision, onEnd }) {
      let request: ClientRequest | undefined;
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const stop = () => {
        isOver = true;
        clearTimeout(timer);
        request?.destroy();
      };
      const end = () => {
        if (isOver) return;
        stop();
        onEnd();
      };
      const wait = (ms: number) => {
        clearTimeout(timer);
        timer = setTimeout(end, ms).unref();
      };
      const reader = createEventReader(({ event, data }) => {
        const revision = event === 'config' && !isOver ? revisionOf(data) : undefined;
        if (revision !== undefined) onRevision(revision);
      });
      try {
        request = open({
          url: withoutQuery(url),
          headers: { authorization, accept: 'text/event-stream' },
          isAwaited: false,
        });
        wait(timeoutMs);
        request.on('error', end);
        request.on('close', end);
        request.on('response', (response) => {
          const type = String(response.headers['content-type']);
          if (response.statusCode !== 200 || !type.startsWith('text/event-stream')) return end();
          wait(QUIET_MS);
          response.setEncoding('utf8');
          response.on('error', end);
          response.on('end', end);
          response.on('data', (text: string) => {
            if (isOver) return;
            wait(QUIET_MS);
            if (!reader.feed(text)) end();
          });
        });
      } catch {
        // Not before this has returned: there is nothing to stop yet.
        queueMicrotask(end);
      }
      return stop;
    },
    isVisible: () => true,
  };
}

const withoutQuery = (url: string) => url.split('?', 1)[0] ?? url;

function revisionOf(data: string): number | undefined {
  try {
    const { revision } = Object(JSON.parse(data)) as { readonly revision?: unknown };
    return typeof revision === 'number' ? revision : undefined;
  } catch {
    return undefined;
  }
}
