import { Registry } from 'prom-client';
import type {
  Catalog,
  Counters,
  Disposer,
  EventLog,
  EventStore,
  PeopleTables,
  PrivacyStore,
  ProfileStore,
  RetentionStore,
  RetentionTables,
  SegmentMembers,
  ServerLog,
  SessionTables,
  Streams,
} from '@px-platform/store';
import { startAggregates } from './aggregate/start-aggregates.js';
import { startCountingHours } from './count-hours.js';
import { createBury } from './bury.js';
import { createCriticalFeed } from './critical/critical-feed.js';
import { criticalRules } from './critical/rules/index.js';
import { createErasedPeople } from './erasure/erased-people.js';
import { startErasing } from './erasure/start-erasing.js';
import type { Geo } from './geo/port.js';
import { isolatePoison } from './isolate-poison.js';
import { createLiveFeed } from './live-feed.js';
import { createMasking, defaultPrivacy } from './mask/masking.js';
import { createMetrics } from './metrics.js';
import { createPeople } from './people.js';
import { createProcessBatch } from './process-batch.js';
import { createReadBatch } from './read-batch.js';
import { createRecordReader } from './read-record.js';
import { warmRecentIds } from './recent-ids.js';
import { startSweeping } from './retention/start-sweeping.js';
import { startSegments } from './segments/start-segments.js';
import { soundLetter } from './sound-letter.js';
import { createSinks } from './sinks/index.js';
import { createSteps } from './steps/index.js';
import type { Step } from './steps/step.js';

/** What the processor needs from outside. */
export interface ProcessorDeps {
  readonly eventLog: Pick<EventLog, 'append' | 'consume' | 'lag'>;
  readonly eventStore: Pick<
    EventStore,
    'insertEvents' | 'insertLinks' | 'insertDead' | 'recentIds' | 'query' | 'countHours'
  > &
    SessionTables &
    PeopleTables &
    RetentionTables;
  readonly profiles: Pick<
    ProfileStore,
    'see' | 'applyTraits' | 'applyGroupTraits' | 'erase' | 'expire'
  >;
  readonly streams: Pick<Streams, 'publish' | 'entries' | 'drop'>;
  readonly counters: Pick<Counters, 'add' | 'put' | 'takeTurn'>;
  /**
   * Where the privacy rules of projects are. @default none: the default rules, with a secret that ends with the process, so that
   * what is hashed before and after a restart is not equal
   */
  readonly catalog?: Pick<Catalog, 'privacyPolicy'>;
  readonly log: ServerLog;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
  /** @default a registry of its own */
  readonly registry?: Registry;
  /** Requests to forget people. @default none: nobody can be forgotten */
  readonly requests?: PrivacyStore;
  /** How long projects keep what they were told. @default none: everything is kept for ever */
  readonly retention?: Pick<RetentionStore, 'claim' | 'swept' | 'putOff'>;
  /** Who belongs to segments that say what people did. @default none: nobody is computed */
  readonly segments?: Pick<
    SegmentMembers,
    'computed' | 'claim' | 'release' | 'replace' | 'note' | 'remove'
  >;
  /** How often it is looked whether segments are others by now, milliseconds. @default 60_000 */
  readonly segmentsEveryMs?: number;
  /** Where addresses are: see `openGeo`. @default none: no place is found */
  readonly geo?: Geo;
  /** @default every step there is */
  readonly steps?: readonly Step[];
  /** Names of events that are conversions; case, spaces and dashes make no difference. @default sign-ups and payments */
  readonly conversions?: readonly string[];
}

/** Starts reading the log. The disposer finishes the batch under way, then stops. */
export async function startProcessor({
  eventLog,
  eventStore,
  profiles,
  streams,
  counters,
  catalog = defaultPrivacy(),
  log,
  requests,
  retention,
  segments,
  segmentsEveryMs,
  clock = Date.now,
  registry = new Registry(),
  geo,
  steps = createSteps({ geo }),
  conversions,
}: ProcessorDeps): Promise<Disposer> {
  const metrics = createMetrics(registry, (topic) => eventLog.lag(topic));
  const liveFeed = createLiveFeed(streams, { clock, metrics, log });
  const findMaskers = createMasking({ catalog, clock, log });
  const bury = createBury({ eventStore, liveFeed, findMaskers });
  const readBatch = createReadBatch({
    readRecord: createRecordReader(),
    bury,
    metrics,
    clock,
    log,
  });
  const critical = createCriticalFeed({
    rules: criticalRules,
    streams,
    counters,
    onLoss: (entries) => metrics.countUnpublished('critical', entries),
    clock,
    log,
  });
  const recentIds = await warmRecentIds(eventStore);
  const aggregates = startAggregates({
    eventStore,
    eventLog,
    counters,
    conversions,
    metrics,
    clock,
    log,
  });
  const stopCounting = startCountingHours({ eventStore, counters, metrics, log });
  const people = createPeople(profiles, { clock });
  const erased = createErasedPeople({
    requests: requests ?? { erasedSince: async () => [] },
    onForgotten: people.forget,
    onDropped: (events) => metrics.countEvents('forgotten', events),
    clock,
    log,
  });
  const stopErasing = requests
    ? startErasing({ requests, eventStore, profiles, catalog, streams, log })
    : () => {};
  const stopSweeping = retention
    ? startSweeping({ retention, eventStore, profiles, metrics, clock, log })
    : () => {};
  const stopSegments = segments
    ? startSegments({
        segments,
        eventStore,
        counters,
        metrics,
        clock,
        log,
        ...(segmentsEveryMs !== undefined && { everyMs: segmentsEveryMs }),
      })
    : () => {};
  const processBatch = createProcessBatch({
    steps,
    findMaskers,
    sinks: createSinks({ eventStore, profiles, eventLog, log, clock }),
    people,
    recentIds,
    bury,
    liveFeed,
    critical,
    aggregates,
    metrics,
    clock,
    log,
  });

  const stopDead = await eventLog.consume('events_dead', async (records) => {
    await erased.refresh();
    const letters = records.map(({ value }) => soundLetter(value, clock()));
    await bury(erased.keepLetters(letters));
  });
  const handle = isolatePoison({
    processBatch: (batch) => processBatch(erased.keep(batch)),
    bury,
    clock,
    log,
  });
  const stopRaw = await eventLog.consume('events_raw', async (records) => {
    await erased.refresh();
    await handle(await readBatch(records));
  });
  return async () => {
    await stopRaw();
    await stopDead();
    await stopErasing();
    await stopSweeping();
    await stopSegments();
    await stopCounting();
    await aggregates.stop();
    await critical.settled();
  };
}
