import { attemptOf, LIMITS, type DeadEvent } from '@px-platform/protocol';
import type { LogRecord, ServerLog } from '@px-platform/store';
import type { Bury } from './bury.js';
import type { ProcessorMetrics } from './metrics.js';
import type { createRecordReader } from './read-record.js';

type Raw = LogRecord<'events_raw'>;

export interface ReadBatchDeps {
  readonly readRecord: ReturnType<typeof createRecordReader>;
  readonly bury: Bury;
  readonly metrics: Pick<ProcessorMetrics, 'countEvents'>;
  readonly clock: () => number;
  readonly log: ServerLog;
}

/**
 * Brings the records of a batch up to today's schema version. What cannot be, of a version newer than this processor
 * above all, becomes a dead letter: a guess at its meaning would be stored for good (ADR 0017).
 */
export function createReadBatch(deps: ReadBatchDeps) {
  const { readRecord, bury, metrics, clock, log } = deps;

  return async (batch: readonly Raw[]): Promise<readonly Raw[]> => {
    const read: Raw[] = [];
    const dead: DeadEvent[] = [];
    for (const record of batch) {
      const result = readRecord(record.value);
      if (!('accepted' in result)) dead.push(toDead(record, result.fault, clock()));
      else if (result.accepted === record.value) read.push(record);
      else read.push({ ...record, value: result.accepted });
    }
    if (dead.length === 0) return read;

    const [first] = await bury(dead);
    metrics.countEvents('dead', dead.length);
    log.warn(
      { events: dead.length, first: first?.message },
      'records that cannot be read were set aside',
    );
    return read;
  };
}

type Loose = { readonly [key: string]: unknown };

/** Nothing of the record can be relied on. */
function toDead({ value: record, at: place }: Raw, fault: string, at: number): DeadEvent {
  const { tenant_id, project_id, event } = record as unknown as Loose;
  const { event_id, event: name } = (event ?? {}) as Loose;
  return {
    tenant_id: text(tenant_id),
    project_id: text(project_id),
    event_id: text(event_id) || null,
    event_name: text(name).slice(0, LIMITS.nameLength),
    stage: 'processor',
    code: 'unknown_schema_version',
    message: fault.slice(0, 500) + (place === undefined ? '' : ` It stands at ${place}.`),
    // What the client sent can be judged anew; where there is no such thing, all there is.
    body: JSON.stringify(event ?? record).slice(0, LIMITS.eventBytes),
    attempts: attemptOf(event),
    at,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
