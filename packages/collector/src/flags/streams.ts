import type { Request, Response } from 'express';
import type { Disposer } from '@px-platform/store';
import { RequestError } from '../errors.js';
import type { FlagMetrics } from './flag-metrics.js';

export interface FlagStreamsOptions {
  /** Open at once in this process; more are answered with 503. @default 10_000 */
  readonly most?: number;
  /** Of these, by one key. @default half of them */
  readonly mostPerKey?: number;
  /** Proxies close what is silent for a minute or less. @default 15_000 */
  readonly heartbeatMs?: number;
}

/** One reader's. */
export interface FlagStream {
  readonly key: string;
  readonly route: string;
  /** Called once it is open, with what sends an event; what it gives is called once it is over. */
  readonly onOpen: (send: (event: string, data: string) => void) => Disposer;
}

/** Server-sent events to many readers who mostly wait. */
export interface FlagStreams {
  /** Begins an answer that stays open. Throws where too many are. */
  open(request: Request, response: Response, stream: FlagStream): void;
  /** Ends them all, and opens no more: their readers come back to another process. */
  close(): void;
}

/** A reader this far behind is let go: it comes back, and is told what counts by then. */
const BEHIND_BYTES = 1024 * 1024;
/** Those who were cut off together come back one by one. */
const LEAST_RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 4_000;

export function createFlagStreams(
  { most = 10_000, mostPerKey = Math.ceil(most / 2), heartbeatMs = 15_000 }: FlagStreamsOptions,
  metrics: Pick<FlagMetrics, 'beginStream' | 'countDropped'>,
): FlagStreams {
  const open = new Set<Response>();
  const byKey = new Map<string, number>();
  let isClosed = false;

  const write = (response: Response, text: string) => {
    if (response.writableLength > BEHIND_BYTES) {
      metrics.countDropped('slow');
      response.destroy();
    } else response.write(text);
  };
  const heartbeat = setInterval(() => {
    for (const response of open) write(response, ': here\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  return {
    open(request, response, { key, route, onOpen }) {
      const ofKey = byKey.get(key) ?? 0;
      if (isClosed || open.size >= most || ofKey >= mostPerKey) {
        metrics.countDropped('full');
        const seconds = 10 + Math.floor(Math.random() * 20);
        throw new RequestError(
          'unavailable',
          isClosed
            ? 'this collector is stopping. Open the stream again.'
            : `too many streams are open. Ask for the flags every ${seconds} s or so, and try again later.`,
          { headers: { 'retry-after': isClosed ? '1' : String(seconds) } },
        );
      }
      // Its reader left while the key was looked up: nothing would ever say so again.
      if (response.destroyed) return;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      // Express answers HEAD through here too, and a HEAD without an end hangs its sender.
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      open.add(response);
      byKey.set(key, ofKey + 1);
      const countOver = metrics.beginStream(route);
      response.on('close', () => {
        open.delete(response);
        const left = (byKey.get(key) ?? 1) - 1;
        if (left > 0) byKey.set(key, left);
        else byKey.delete(key);
        countOver();
        void dispose();
      });
      const retryMs = LEAST_RETRY_MS + Math.floor(Math.random() * RETRY_SPREAD_MS);
      response.write(`retry: ${retryMs}\n\n`);
      const dispose = onOpen((event, data) =>
        write(response, `event: ${event}\ndata: ${data}\n\n`),
      );
    },
    close() {
      isClosed = true;
      clearInterval(heartbeat);
      for (const response of open) response.end();
    },
  };
}
