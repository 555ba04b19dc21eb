import {
  attemptOf,
  LIMITS,
  SCHEMA_VERSION,
  type AcceptedEvent,
  type DeadEvent,
  type EventResult,
  type JsonValue,
} from '@px-platform/protocol';
import type { KeyGrant, LogRecord } from '@px-platform/store';
import type { OpenBatch } from './decode-batch.js';
import type { Judge } from './judge.js';
import { placeEvent } from './server-context.js';

/** Facts of the request that its events share. */
export interface Arrival {
  readonly grant: KeyGrant;
  readonly receivedAt: number;
  readonly skewMs: number;
  readonly bodyBytes: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly hints: Readonly<Record<string, string>>;
}

/** A judged batch: what goes to the log, what goes to the dead letters, what the sender is told. */
export interface AcceptedBatch {
  readonly records: readonly LogRecord<'events_raw'>[];
  /** Of each record, its event's place in the batch. */
  readonly indexes: readonly number[];
  readonly dead: readonly LogRecord<'events_dead'>[];
  readonly results: readonly EventResult[];
}

/** Judges every event of a batch by itself and sorts the outcome. */
export function acceptBatch(batch: OpenBatch, arrival: Arrival, judge: Judge): AcceptedBatch {
  const { grant, receivedAt, skewMs } = arrival;
  const records: LogRecord<'events_raw'>[] = [];
  const indexes: number[] = [];
  const dead: LogRecord<'events_dead'>[] = [];
  const results: EventResult[] = [];
  const isServer = grant.kind === 'secret';
  const context = { receivedAt, skewMs, mayBeLarge: arrival.bodyBytes > LIMITS.eventBytes };

  batch.events.forEach((candidate, index) => {
    const judgement = judge(candidate, context);
    if (judgement.verdict === 'drop') {
      const { eventId, code, message } = judgement;
      results.push({ event_id: eventId, index, status: 'drop', code, message });
      dead.push({
        key: `${grant.tenant_id}:${grant.project_id}`,
        value: deadEvent(candidate, judgement, arrival),
      });
      return;
    }
    const { clientTimestamp, timestamp, clock } = judgement;
    const { event, ip, userAgent } = placeEvent(judgement.event, isServer, arrival);
    const value: AcceptedEvent = {
      schema_version: SCHEMA_VERSION,
      tenant_id: grant.tenant_id,
      project_id: grant.project_id,
      event,
      client_timestamp: clientTimestamp,
      timestamp,
      clock,
      received_at: receivedAt,
      ip,
      user_agent: userAgent,
      hints: arrival.hints,
      sdk: batch.sdk ?? null,
    };
    const distinctId = event.user_id ?? event.anonymous_id ?? '';
    indexes.push(index);
    records.push({ key: `${grant.tenant_id}:${grant.project_id}:${distinctId}`, value });
  });
  return { records, indexes, dead, results };
}

function deadEvent(
  candidate: unknown,
  {
    eventId,
    eventName,
    code,
    message,
  }: { eventId: string | null; eventName: string } & Pick<DeadEvent, 'code' | 'message'>,
  { grant, receivedAt }: Arrival,
): DeadEvent {
  return {
    tenant_id: grant.tenant_id,
    project_id: grant.project_id,
    event_id: eventId,
    event_name: eventName,
    stage: 'collector',
    code,
    message,
    body: asText(candidate as JsonValue),
    attempts: grant.kind === 'secret' ? attemptOf(candidate) : 1,
    at: receivedAt,
  };
}

/** JSON text of whatever came, cut to size. Input nested too deep for the serialiser is only named. */
function asText(candidate: JsonValue): string {
  try {
    return JSON.stringify(candidate).slice(0, LIMITS.eventBytes);
  } catch {
    return '"(nested too deep to show)"';
  }
}
