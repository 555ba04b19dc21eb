import type { RequestHandler } from 'express';
import type { LiveEvent } from '@px-platform/protocol';
import { liveStream, type Streams } from '@px-platform/store';
import { scopeOf } from './grant.js';

/** Proxies close what is silent for a minute or less. */
const HEARTBEAT_MS = 15_000;

/** A reader this far behind is let go; its EventSource comes back and resumes from its last id. */
const BEHIND_BYTES = 4 * 1024 * 1024;

/** `GET /v1/live?project=…`: server-sent events, first those remembered, then each as it is stored. */
export function liveRoute({
  streams,
}: {
  readonly streams: Pick<Streams, 'subscribe'>;
}): RequestHandler {
  return async (request, response) => {
    const { project_id: projectId } = scopeOf(request, response);
    const lastId = Number(request.headers['last-event-id'] ?? request.query.after);
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
    response.write('retry: 1000\n\n');
    const dispose = await streams.subscribe<LiveEvent>(
      liveStream(projectId),
      { after: Number.isFinite(lastId) ? lastId : undefined },
      ({ id, value }) => {
        if (response.writableLength > BEHIND_BYTES) response.destroy();
        else response.write(`id: ${id}\nevent: live\ndata: ${JSON.stringify(value)}\n\n`);
      },
    );
    const heartbeat = setInterval(() => response.write(': here\n\n'), HEARTBEAT_MS);
    response.on('close', () => {
      clearInterval(heartbeat);
      void dispose();
    });
  };
}
