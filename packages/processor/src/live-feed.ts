import type {
  AcceptedEvent,
  DeadEvent,
  JsonValue,
  LiveEvent,
  StepReport,
} from '@px-platform/protocol';
import { gather, liveStream, type ServerLog, type Streams } from '@px-platform/store';
import type { ProcessorMetrics } from './metrics.js';
import type { ProcessedEvent } from './sinks/sink.js';

/** Tells the live page what became of events. Nobody waits for it, and its failures cost nothing. */
export interface LiveFeed {
  stored(events: readonly ProcessedEvent[]): void;
  duplicates(events: readonly AcceptedEvent[]): void;
  dead(events: readonly DeadEvent[]): void;
}

/**
 * Of a batch so many events of a project are told of, the newest. The stream remembers no more than these, and nobody can look
 * at more; each costs as much as its row does.
 */
const MOST_AT_ONCE = 500;

export function createLiveFeed(
  streams: Pick<Streams, 'publish'>,
  {
    clock,
    metrics,
    log,
  }: {
    readonly clock: () => number;
    readonly metrics: Pick<ProcessorMetrics, 'countUnpublished'>;
    readonly log: ServerLog;
  },
): LiveFeed {
  const newest = <T>(events: readonly T[], projectOf: (event: T) => string): readonly T[] => {
    if (events.length <= MOST_AT_ONCE) return events;
    const shown = [...gather(events, projectOf).values()].flatMap((all) =>
      all.slice(-MOST_AT_ONCE),
    );
    metrics.countUnpublished('live', events.length - shown.length);
    return shown;
  };

  const publish = (event: LiveEvent) => {
    streams.publish(liveStream(event.project_id), event).then(
      (outcome) => {
        if (outcome === 'lost') metrics.countUnpublished('live', 1);
      },
      (error: unknown) => {
        log.warn({ err: error }, 'the live feed missed an event');
      },
    );
  };

  return {
    stored(events) {
      const storedAt = clock();
      for (const { event, reports } of newest(events, ({ event }) => event.project_id)) {
        publish({ ...fromAccepted(event, reports), kind: 'stored', stored_at: storedAt });
      }
    },
    duplicates(events) {
      for (const event of newest(events, ({ project_id }) => project_id))
        publish({ ...fromAccepted(event, []), kind: 'duplicate', stored_at: null, reason: null });
    },
    dead(events) {
      // What was stored all the same comes as a stored event that says so.
      for (const event of events) if (event.stage !== 'schema_warning') publish(fromDead(event));
    },
  };
}

function fromAccepted(
  accepted: AcceptedEvent,
  steps: readonly StepReport[],
): Omit<LiveEvent, 'kind' | 'stored_at'> {
  const { event } = accepted;
  return {
    project_id: accepted.project_id,
    event_id: event.event_id,
    event: event.event,
    session_id: event.session_id ?? null,
    distinct_id: event.user_id ?? event.anonymous_id ?? null,
    timestamp: accepted.timestamp,
    received_at: accepted.received_at,
    arrived: event as unknown as JsonValue,
    arrival: {
      ip: accepted.ip,
      user_agent: accepted.user_agent,
      sdk: accepted.sdk,
      clock: accepted.clock,
      client_timestamp: accepted.client_timestamp,
    },
    steps,
    reason: accepted.violation ?? null,
  };
}

/** How much of a refused event the live page is sent: enough to recognise it. */
const SHOWN_CHARACTERS = 4_096;

function fromDead(dead: DeadEvent): LiveEvent {
  return {
    kind: dead.stage === 'processor' ? 'dead' : 'rejected',
    project_id: dead.project_id,
    event_id: dead.event_id,
    event: dead.event_name,
    session_id: null,
    distinct_id: null,
    timestamp: dead.at,
    received_at: dead.at,
    stored_at: null,
    arrived: parseShort(dead.body),
    arrival: { ip: null, user_agent: null, sdk: null, clock: null, client_timestamp: null },
    steps: [],
    reason: { code: dead.code, message: dead.message },
  };
}

function parseShort(body: string): JsonValue {
  if (body.length > SHOWN_CHARACTERS) return `${body.slice(0, SHOWN_CHARACTERS)}…`;
  try {
    return JSON.parse(body) as JsonValue;
  } catch {
    return body;
  }
}
