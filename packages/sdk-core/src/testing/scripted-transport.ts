import type { Batch, BatchResult } from '@px-platform/protocol';
import type { Transport, TransportRequest, TransportResponse } from '../platform.js';

/** What the script answers to a request: now, later, or never. */
export type Script = (
  request: TransportRequest,
  batch: Batch,
) => TransportResponse | Promise<TransportResponse>;

/** A collector of one line: records every request and answers as told. */
export interface ScriptedTransport extends Transport {
  readonly requests: TransportRequest[];
  /** Those of `requests` that were made to outlive the page. */
  readonly partings: TransportRequest[];
  /** Those that were left with the browser, and not taken back. */
  readonly left: TransportRequest[];
  /** Whether the browser's allowance has room for requests that outlive the page. @default 60,000 characters under way */
  hasRoom: (request: TransportRequest) => boolean;
  /** Whether the browser takes requests to make once the page is gone. @default no */
  canLeave: boolean;
  /** Every batch sent, whether or not it was answered well. */
  batches(): Batch[];
  /** Answers from here on. */
  answer(script: Script): void;
}

/** An answer with a JSON body. */
export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): TransportResponse {
  return {
    status,
    header: (name) => headers[name.toLowerCase()] ?? null,
    body: JSON.stringify(body),
  };
}

/** The collector's plain yes. */
export function acceptAll(_request: TransportRequest, batch: Batch): TransportResponse {
  const body: BatchResult = {
    accepted: batch.events.length,
    received_at: batch.sent_at ?? 0,
    skew_ms: 0,
    results: [],
  };
  return jsonResponse(200, body);
}

/** Creates a transport that accepts everything until told otherwise. */
export function createScriptedTransport(): ScriptedTransport {
  const requests: TransportRequest[] = [];
  const partings: TransportRequest[] = [];
  const left: TransportRequest[] = [];
  let allowance = 60_000;
  let script: Script = acceptAll;
  const transport: ScriptedTransport = {
    requests,
    partings,
    left,
    hasRoom: ({ body }) => body.length <= allowance,
    canLeave: false,
    batches: () => requests.map(({ body }) => JSON.parse(body) as Batch),
    answer(next) {
      script = next;
    },
    async send(request) {
      requests.push(request);
      return script(request, JSON.parse(request.body) as Batch);
    },
    part(request) {
      if (!transport.hasRoom(request)) return null;
      partings.push(request);
      const { length } = request.body;
      allowance -= length;
      return transport.send(request).finally(() => (allowance += length));
    },
    later(request) {
      if (!transport.canLeave) return null;
      left.push(request);
      return () => void left.splice(left.indexOf(request), 1);
    },
  };
  return transport;
}
