import type { Request, RequestHandler } from 'express';
import type { BatchResult, EventResult } from '@px-platform/protocol';
import { LogUnavailableError, type EventLog, type ServerLog } from '@px-platform/store';
import { acceptBatch, type AcceptedBatch } from './accept.js';
import { readKey, type Authenticate } from './authenticate.js';
import { batchSkew } from './clock.js';
import { decodeBatch } from './decode-batch.js';
import { RequestError } from './errors.js';
import type { Judge } from './judge.js';
import type { Limit } from './limit.js';
import type { CollectorMetrics } from './metrics.js';
import { readBody } from './read-body.js';
import type { CheckBatch } from './schema-check.js';
import { traceFacts } from './trace-request.js';

export interface BatchRouteDeps {
  readonly authenticate: Authenticate;
  readonly limit: Limit;
  readonly judge: Judge;
  readonly checkPlan: CheckBatch;
  readonly eventLog: Pick<EventLog, 'append' | 'isReady'>;
  /** The request came with a secret key: from a server of a tenant's. */
  readonly onServerKey: (request: Request) => void;
  readonly clock: () => number;
  readonly metrics: CollectorMetrics;
  readonly log: ServerLog;
  readonly flushWithinMs?: number | undefined;
}

const HINTS = /^(sec-ch-ua|accept-language$)/;

/** `POST /v1/batch`: authenticate, decode, judge, append; the answer leaves only after the log has it. */
export function batchRoute(deps: BatchRouteDeps): RequestHandler {
  const { authenticate, limit, judge, checkPlan, eventLog, onServerKey } = deps;
  const { clock, metrics, log, flushWithinMs } = deps;

  return async (request, response) => {
    const receivedAt = clock();
    // Cut by hand: `new URL` throws on some of what strangers send.
    const query = new URLSearchParams(request.originalUrl.split('?', 2)[1] ?? '');
    const grant = await authenticate(request, readKey(request, query));
    if (grant.kind === 'secret') onServerKey(request);
    const encoding = request.headers['content-encoding'] ?? query.get('compression') ?? 'identity';
    const body = await readBody(request, encoding.toLowerCase());
    const batch = decodeBatch(body);
    metrics.observeBatch(body.length, batch.events.length);
    traceFacts({ 'px.project_id': grant.project_id, 'px.events': batch.events.length });
    if (batch.project_id !== undefined && batch.project_id !== grant.project_id) {
      throw new RequestError(
        'project_mismatch',
        `the batch says project ${JSON.stringify(batch.project_id.slice(0, 60))}, but its key belongs to ${JSON.stringify(grant.project_id)}. Use that project's own key.`,
      );
    }

    const skewMs = batchSkew(batch, receivedAt);
    const judged = acceptBatch(
      batch,
      {
        grant,
        receivedAt,
        skewMs,
        bodyBytes: body.length,
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent']?.slice(0, 1_000) ?? null,
        hints: readHints(request.headers),
      },
      judge,
    );
    const planned = await checkPlan(judged, grant);
    // What is sure to come again must not use up the quota.
    if (!eventLog.isReady()) throw new LogUnavailableError('the log takes no events now');
    const { granted, headers, giveBack } = await limit(grant, planned.records.length);
    const accepted = grantPart(planned, granted);
    response.set(headers);
    if (accepted.records.length > 0) {
      const startedAt = performance.now();
      try {
        await eventLog.append('events_raw', accepted.records);
      } catch (error) {
        await giveBack();
        throw error;
      }
      metrics.observeAppend((performance.now() - startedAt) / 1_000);
    }
    const results = await buryDead(accepted.dead, accepted.results, eventLog, log);

    metrics.countEvents('accepted', '', accepted.records.length);
    for (const { status, code } of results) {
      metrics.countEvents(status === 'retry' ? 'retry' : 'dropped', code ?? '', 1);
    }
    const answer: BatchResult = {
      accepted: accepted.records.length,
      received_at: receivedAt,
      skew_ms: skewMs,
      ...(flushWithinMs === undefined ? {} : { flush_within_ms: flushWithinMs }),
      results,
    };
    response.status(200).json(answer);
  };
}

/** The first of a batch's events pass, in their order; its sender is asked for the others later. */
function grantPart(judged: AcceptedBatch, granted: number): AcceptedBatch {
  const late = judged.records.slice(granted);
  if (late.length === 0) return judged;
  const lateIds = new Set(late.map(({ value }) => value.event.event_id));
  const results = late.map(({ value: { event } }, place): EventResult => ({
    event_id: event.event_id,
    index: judged.indexes[granted + place] ?? 0,
    status: 'retry',
    code: 'rate_limited',
    message: 'the quota is used up. Send the event again later.',
  }));
  return {
    ...judged,
    records: judged.records.slice(0, granted),
    // Of a departure from the plan it is told when the event is stored.
    dead: judged.dead.filter(
      ({ value }) => value.stage !== 'schema_warning' || !lateIds.has(value.event_id ?? ''),
    ),
    results: [...judged.results, ...results],
  };
}

/** A dropped event is forgotten by its sender, so its dead letter must be safe before it is told. */
async function buryDead(
  dead: AcceptedBatch['dead'],
  results: readonly EventResult[],
  eventLog: Pick<EventLog, 'append'>,
  log: ServerLog,
): Promise<readonly EventResult[]> {
  if (dead.length === 0) return results;
  try {
    await eventLog.append('events_dead', dead);
    return results;
  } catch (error) {
    if (!(error instanceof LogUnavailableError)) throw error;
    log.warn(
      { err: error, events: dead.length },
      'dead letters could not be kept; asking for a retry',
    );
    return results.map((result): EventResult => {
      if (result.status === 'retry') return result;
      const { event_id, index } = result;
      return {
        event_id,
        index,
        status: 'retry',
        code: 'log_unavailable',
        message:
          'the event cannot be stored and its dead letter could not be kept. Send it again later.',
      };
    });
  }
}

function readHints(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const hints: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && HINTS.test(name)) hints[name] = value.slice(0, 300);
  }
  return hints;
}
