import {
  attemptOf,
  deadBody,
  type AcceptedEvent,
  type DeadEvent,
  type EnrichedEvent,
} from '@px-platform/protocol';
import type { EventStore, ServerLog } from '@px-platform/store';
import { enrich } from './enrich.js';
import type { LiveFeed } from './live-feed.js';
import type { ProcessorMetrics } from './metrics.js';
import { anonymousNamedBy, personKey, type People } from './people.js';
import { eventKey, type RecentIds } from './recent-ids.js';
import type { ProcessedEvent, Refusal, Sink } from './sinks/sink.js';
import type { Step } from './steps/step.js';

/** What one batch passes through. */
export interface ProcessBatchDeps {
  readonly steps: readonly Step[];
  readonly sinks: readonly Sink[];
  readonly people: People;
  readonly recentIds: RecentIds;
  readonly eventStore: Pick<EventStore, 'insertDead'>;
  readonly liveFeed: LiveFeed;
  readonly metrics: ProcessorMetrics;
  readonly clock: () => number;
  readonly log: ServerLog;
}

/**
 * Takes accepted events all the way: once each → steps → numbers → sinks → dead letters → live page.
 * Resolving means that every event is stored or set aside; rejecting means "bring them again".
 */
export function createProcessBatch(deps: ProcessBatchDeps) {
  const { steps, sinks, people, recentIds, eventStore, liveFeed, metrics, clock, log } = deps;

  return async (batch: readonly AcceptedEvent[]): Promise<void> => {
    const startedAt = performance.now();
    const { fresh, duplicates } = splitDuplicates(batch, recentIds);
    const processed = await enrichAll(fresh);
    const { written, refused } = await writeAll(processed);

    if (refused.length > 0) {
      const dead = refused.map((refusal) => toDead(refusal, clock()));
      await eventStore.insertDead(dead);
      liveFeed.dead(dead);
      log.warn(
        { events: dead.length, first: dead[0]?.message },
        'events the store refuses were set aside',
      );
    }
    for (const { project_id, event } of fresh) recentIds.add(project_id, event.event_id);
    liveFeed.stored(written);
    liveFeed.duplicates(duplicates);

    for (const { event } of written) metrics.observeAge((clock() - event.received_at) / 1_000);
    metrics.countEvents('stored', written.length);
    metrics.countEvents('duplicate', duplicates.length);
    metrics.countEvents('dead', refused.length);
    metrics.observeBatch((performance.now() - startedAt) / 1_000, batch.length);
  };

  async function enrichAll(events: readonly AcceptedEvent[]): Promise<readonly ProcessedEvent[]> {
    const enriched = events.map((accepted) => ({ accepted, ...enrich(accepted, steps) }));
    const numbers = await people.number(enriched);

    return enriched.map(({ accepted, enrichment, reports }) => {
      metrics.observeSteps(reports);
      const numberOf = (userId: string) => numbers.get(personKey(accepted.project_id, userId)) ?? 0;
      const anonymous = anonymousNamedBy(accepted);
      const event: EnrichedEvent = {
        ...accepted,
        enrichment,
        person: numberOf(enrichment.user_id),
      };
      return {
        event,
        reports,
        anonymous: anonymous ? { user_id: anonymous, person: numberOf(anonymous) } : null,
      };
    });
  }

  async function writeAll(events: readonly ProcessedEvent[]) {
    let written = events;
    const refused: Refusal[] = [];
    for (const sink of sinks) {
      if (written.length === 0) break;
      const refusals = await sink.write(written);
      if (refusals.length === 0) continue;
      refused.push(...refusals);
      const gone = new Set(refusals.map(({ processed }) => processed));
      written = written.filter((event) => !gone.has(event));
    }
    return { written, refused };
  }
}

function splitDuplicates(batch: readonly AcceptedEvent[], recentIds: RecentIds) {
  const fresh = new Map<string, AcceptedEvent>();
  const duplicates: AcceptedEvent[] = [];
  for (const accepted of batch) {
    const { project_id, event } = accepted;
    const key = eventKey(project_id, event.event_id);
    if (fresh.has(key) || recentIds.has(project_id, event.event_id)) duplicates.push(accepted);
    else fresh.set(key, accepted);
  }
  return { fresh: [...fresh.values()], duplicates };
}

function toDead({ processed, message }: Refusal, at: number): DeadEvent {
  const { tenant_id, project_id, event } = processed.event;
  return {
    tenant_id,
    project_id,
    event_id: event.event_id,
    event_name: event.event,
    stage: 'processor',
    code: 'not_storable',
    message: `the event store refuses this event: ${message.slice(0, 500)}`,
    body: deadBody(processed.event),
    attempts: attemptOf(event),
    at,
  };
}
