import { setTimeout as sleepFor } from 'node:timers/promises';
import {
  attemptOf,
  deadBody,
  isUuid,
  LIMITS,
  type AcceptedEvent,
  type DeadEvent,
} from '@px-platform/protocol';
import { EventStoreError, type LogRecord, type ServerLog } from '@px-platform/store';

export interface IsolatePoisonDeps {
  readonly processBatch: (batch: readonly AcceptedEvent[]) => Promise<void>;
  /** Must be safe before it resolves: the records are passed over then. */
  readonly bury: (dead: readonly DeadEvent[]) => Promise<unknown>;
  readonly clock: () => number;
  readonly log: ServerLog;
  /** @default the real thing */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

interface Suspect {
  readonly record: LogRecord<'events_raw'>;
  readonly error: unknown;
}

/** A record is tried so often by itself before it is taken for the fault. */
const TRIES_ALONE = 3;
const BETWEEN_TRIES_MS = 200;
/** Where nothing at all has been processed yet, the fault may be ours: so many calls are waited through first… */
const CALLS_IN_DOUBT = 10;
/** …and more records than this are never set aside without one that passed. */
const MOST_IN_DOUBT = 10;

/**
 * Keeps one record from holding up all behind it. What is no event, and an event on which processing fails for what
 * it is, becomes a dead letter with its place in the log; the others are processed. A fault that is
 * nobody's data (a store away, a full disk) rejects as before, and the records come again (ADR 0005).
 */
export function isolatePoison({
  processBatch,
  bury,
  clock,
  log,
  sleep = sleepFor,
}: IsolatePoisonDeps) {
  let hasWorked = false;
  let callsInDoubt = 0;

  return async (records: readonly LogRecord<'events_raw'>[]): Promise<void> => {
    const sound: LogRecord<'events_raw'>[] = [];
    const broken: Suspect[] = [];
    for (const record of records) {
      if (isAcceptedEvent(record.value)) sound.push(record);
      else broken.push({ record, error: new TypeError('it is no event as collectors write them') });
    }
    const suspects = await trySplitting(sound);
    const guilty = await tryAlone(suspects);

    if (guilty.length > 0 && !hasWorked) {
      callsInDoubt += 1;
      if (callsInDoubt < CALLS_IN_DOUBT || guilty.length > MOST_IN_DOUBT) throw guilty[0]?.error;
    }
    callsInDoubt = 0;
    const all = [...broken, ...guilty];
    if (all.length === 0) return;
    await bury(all.map((suspect) => toDead(suspect, clock())));
    log.error(
      { events: all.length, at: all.map(({ record }) => record.at ?? 'unknown').slice(0, 10) },
      'events that cannot be processed were set aside as dead letters',
    );
  };

  async function attempt(records: readonly LogRecord<'events_raw'>[]): Promise<unknown> {
    try {
      await processBatch(records.map(({ value }) => value));
      hasWorked = true;
      return null;
    } catch (error) {
      if (!isDataFault(error)) throw error;
      return error;
    }
  }

  /** Halves what fails until each fault stands alone; what passes is processed. */
  async function trySplitting(records: readonly LogRecord<'events_raw'>[]): Promise<Suspect[]> {
    if (records.length === 0) return [];
    const error = await attempt(records);
    if (error === null) return [];
    const [only] = records;
    if (records.length === 1 && only) return [{ record: only, error }];
    const middle = Math.ceil(records.length / 2);
    const first = await trySplitting(records.slice(0, middle));
    return [...first, ...(await trySplitting(records.slice(middle)))];
  }

  async function tryAlone(suspects: readonly Suspect[]): Promise<readonly Suspect[]> {
    let left = suspects;
    for (let tries = 1; tries < TRIES_ALONE && left.length > 0; tries += 1) {
      await sleep(BETWEEN_TRIES_MS);
      const failed: Suspect[] = [];
      for (const { record } of left) {
        const error = await attempt([record]);
        if (error !== null) failed.push({ record, error });
      }
      left = failed;
    }
    return left;
  }
}

/** Whether a record is what the steps and sinks take for granted. */
function isAcceptedEvent(value: unknown): value is AcceptedEvent {
  const record = Object(value) as { readonly [K in keyof AcceptedEvent]?: unknown };
  const event = Object(record.event) as { readonly event?: unknown; readonly event_id?: unknown };
  return (
    typeof record.tenant_id === 'string' &&
    typeof record.project_id === 'string' &&
    typeof event.event === 'string' &&
    isUuid(event.event_id) &&
    [record.timestamp, record.client_timestamp, record.received_at].every(Number.isFinite)
  );
}

/**
 * Whether an error can only come of what the records hold. Anything that might pass by itself is not: setting
 * events aside for a store that is away would lose them to whoever asks in the meantime.
 */
function isDataFault(error: unknown): boolean {
  if (error instanceof EventStoreError) return error.kind === 'refused';
  const { code, cause } = Object(error) as { readonly code?: unknown; readonly cause?: unknown };
  // Postgres: data that do not fit (22), or that a constraint forbids (23).
  if (typeof code === 'string') return /^2[23][0-9A-Z]{3}$/.test(code);
  if (cause !== undefined) return isDataFault(cause);
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof SyntaxError ||
    error instanceof URIError
  );
}

function toDead({ record: { key, value, at: place }, error }: Suspect, at: number): DeadEvent {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = place === undefined ? '' : `; it stands at ${place}`;
  const [tenant_id = '', project_id = ''] = key.split(':');
  const isEvent = isAcceptedEvent(value);
  return {
    tenant_id: isEvent ? value.tenant_id : tenant_id,
    project_id: isEvent ? value.project_id : project_id,
    event_id: isEvent ? value.event.event_id : null,
    event_name: isEvent ? value.event.event : '',
    stage: 'processor',
    code: 'not_storable',
    message: `the event cannot be processed: ${reason.slice(0, 500)}${where}`,
    body: isEvent ? deadBody(value) : JSON.stringify(value).slice(0, LIMITS.eventBytes),
    attempts: isEvent ? attemptOf(value.event) : 1,
    at,
  };
}
