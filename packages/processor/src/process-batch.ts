import {
  attemptOf,
  deadBody,
  type AcceptedEvent,
  type DeadEvent,
  type EnrichedEvent,
} from '@px-platform/protocol';
import type { ServerLog } from '@px-platform/store';
import type { Aggregates } from './aggregate/start-aggregates.js';
import type { Bury } from './bury.js';
import type { CriticalFeed } from './critical/critical-feed.js';
import { enrich } from './enrich.js';
import type { LiveFeed } from './live-feed.js';
import { maskAccepted, maskFound } from './mask/mask-event.js';
import type { FindMaskers } from './mask/masking.js';
import type { ProcessorMetrics } from './metrics.js';
import { anonymousNamedBy, personKey, type People } from './people.js';
import { eventKey, type RecentIds } from './recent-ids.js';
import type { ProcessedEvent, Refusal, Sink } from './sinks/sink.js';
import type { Step } from './steps/step.js';

/** What one batch passes through. */
export interface ProcessBatchDeps {
  readonly steps: readonly Step[];
  readonly findMaskers: FindMaskers;
  readonly sinks: readonly Sink[];
  readonly people: People;
  readonly recentIds: RecentIds;
  readonly bury: Bury;
  readonly liveFeed: LiveFeed;
  readonly critical: Pick<CriticalFeed, 'stored' | 'again'>;
  readonly aggregates: Pick<Aggregates, 'touch'>;
  readonly metrics: ProcessorMetrics;
  readonly clock: () => number;
  readonly log: ServerLog;
}

/**
 * Takes accepted events all the way: once each → steps → masked → numbers → sinks → dead letters → live page.
 * Resolving means that every event is stored or set aside; rejecting means "bring them again".
 */
export function createProcessBatch(deps: ProcessBatchDeps) {
  const { steps, findMaskers, sinks, people, recentIds, bury } = deps;
  const { liveFeed, critical, aggregates, metrics, clock, log } = deps;

  return async (batch: readonly AcceptedEvent[]): Promise<void> => {
    const startedAt = performance.now();
    const { fresh, unfinished, duplicates } = splitDuplicates(batch, recentIds);
    const maskerOf = await findMaskers(batch);
    const { written, refused } = await writeAll(await enrichAll(fresh, maskerOf), sinks);
    const finished = await enrichAll(unfinished, maskerOf);
    // Their rows, too: whoever was killed in the middle of an insert may have left the tables that are fed from it behind.
    // A row that is there is folded with this one.
    await writeAll(finished, sinks);

    if (refused.length > 0) {
      const dead = await bury(refused.map((refusal) => toDead(refusal, clock())));
      // Not the engine's words: they may quote the event.
      log.warn(
        { events: dead.length, project: dead[0]?.project_id, event_id: dead[0]?.event_id },
        'events the store refuses were set aside',
      );
    }
    for (const { project_id, event } of [...fresh, ...unfinished])
      recentIds.add(project_id, event.event_id);
    liveFeed.stored(written);
    liveFeed.duplicates(duplicates.map((event) => maskAccepted(event, maskerOf(event))));
    critical.stored(written.map(({ event }) => event));
    critical.again(finished.map(({ event }) => event));
    // Duplicates, too: whoever stored them may have been killed before anything else was done.
    aggregates.touch(batch);

    for (const { event } of written) metrics.observeAge((clock() - event.received_at) / 1_000);
    metrics.countEvents('stored', written.length);
    metrics.countEvents('duplicate', duplicates.length);
    metrics.countEvents('dead', refused.length);
    metrics.observeBatch((performance.now() - startedAt) / 1_000, batch.length);
  };

  async function enrichAll(
    events: readonly AcceptedEvent[],
    maskerOf: Awaited<ReturnType<FindMaskers>>,
  ): Promise<readonly ProcessedEvent[]> {
    if (events.length === 0) return [];
    const enriched = events.map((accepted) => {
      const found = {
        accepted,
        ...enrich(accepted, steps),
        anonymous: anonymousNamedBy(accepted),
      };
      // From here on nobody sees what the event said of somebody.
      return maskFound(found, maskerOf(accepted), steps);
    });
    const numbers = await people.number(enriched);

    return enriched.map(({ accepted, enrichment, reports, anonymous }) => {
      metrics.observeSteps(reports);
      const numberOf = (userId: string) => numbers.get(personKey(accepted.project_id, userId)) ?? 0;
      const event: EnrichedEvent = {
        ...accepted,
        enrichment,
        person: numberOf(enrichment.user_id),
      };
      return {
        event,
        reports,
        anonymous: anonymous && {
          user_id: anonymous.user_id,
          person: numberOf(anonymous.user_id),
        },
      };
    });
  }

  async function writeAll(events: readonly ProcessedEvent[], sinks: readonly Sink[]) {
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

/** Duplicates are those of which a row is stored. Of these some are unfinished: see `RecentIds.find`. */
function splitDuplicates(batch: readonly AcceptedEvent[], recentIds: RecentIds) {
  const fresh = new Map<string, AcceptedEvent>();
  const unfinished = new Map<string, AcceptedEvent>();
  const duplicates: AcceptedEvent[] = [];
  for (const accepted of batch) {
    const { project_id, event } = accepted;
    const key = eventKey(project_id, event.event_id);
    const found = recentIds.find(project_id, event.event_id);
    if (found === 'unknown' && !fresh.has(key)) {
      fresh.set(key, accepted);
    } else {
      duplicates.push(accepted);
      if (found === 'stored') unfinished.set(key, accepted);
    }
  }
  return { fresh: [...fresh.values()], unfinished: [...unfinished.values()], duplicates };
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
