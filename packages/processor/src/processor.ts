import { Registry } from 'prom-client';
import type {
  Disposer,
  EventLog,
  EventStore,
  ProfileStore,
  ServerLog,
  SessionTables,
  Streams,
} from '@px-platform/store';
import { createLiveFeed } from './live-feed.js';
import { createMetrics } from './metrics.js';
import { createPeople } from './people.js';
import { createProcessBatch } from './process-batch.js';
import { warmRecentIds } from './recent-ids.js';
import { createSinks } from './sinks/index.js';
import { steps as allSteps } from './steps/index.js';
import type { Step } from './steps/step.js';

/** What the processor needs from outside. */
export interface ProcessorDeps {
  readonly eventLog: Pick<EventLog, 'append' | 'consume' | 'lag'>;
  readonly eventStore: Pick<
    EventStore,
    'insertEvents' | 'insertLinks' | 'insertDead' | 'recentIds'
  > &
    SessionTables;
  readonly profiles: Pick<ProfileStore, 'see' | 'applyTraits'>;
  readonly streams: Pick<Streams, 'publish'>;
  readonly log: ServerLog;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
  /** @default a registry of its own */
  readonly registry?: Registry;
  /** @default every step there is */
  readonly steps?: readonly Step[];
}

/** Starts reading the log. The disposer finishes the batch under way, then stops. */
export async function startProcessor({
  eventLog,
  eventStore,
  profiles,
  streams,
  log,
  clock = Date.now,
  registry = new Registry(),
  steps = allSteps,
}: ProcessorDeps): Promise<Disposer> {
  const liveFeed = createLiveFeed(streams, { clock, log });
  const processBatch = createProcessBatch({
    steps,
    sinks: createSinks({ eventStore, profiles, eventLog, log, clock }),
    people: createPeople(profiles),
    recentIds: await warmRecentIds(eventStore),
    eventStore,
    liveFeed,
    metrics: createMetrics(registry, (topic) => eventLog.lag(topic)),
    clock,
    log,
  });

  const stopDead = await eventLog.consume('events_dead', async (records) => {
    const dead = records.map(({ value }) => value);
    await eventStore.insertDead(dead);
    liveFeed.dead(dead);
  });
  const stopRaw = await eventLog.consume('events_raw', (records) =>
    processBatch(records.map(({ value }) => value)),
  );
  return async () => {
    await stopRaw();
    await stopDead();
  };
}
