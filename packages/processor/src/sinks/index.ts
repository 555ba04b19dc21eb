import type {
  EventLog,
  EventStore,
  ProfileStore,
  ServerLog,
  SessionTables,
} from '@px-platform/store';
import { enrichedTopicSink } from './enriched-topic.js';
import { eventRowsSink } from './event-rows.js';
import { groupTraitsSink } from './group-traits.js';
import { personLinksSink } from './person-links.js';
import { sessionsSink } from './sessions.js';
import type { Sink } from './sink.js';
import { traitsSink } from './traits.js';

/** What sinks write to. */
export interface SinkDeps {
  readonly eventStore: Pick<EventStore, 'insertEvents' | 'insertLinks'> & SessionTables;
  readonly profiles: Pick<ProfileStore, 'applyTraits' | 'applyGroupTraits'>;
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly log: ServerLog;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** THE list of sinks, in writing order. The rows come first: what they refuse goes nowhere else. */
export function createSinks({
  eventStore,
  profiles,
  eventLog,
  log,
  clock,
}: SinkDeps): readonly Sink[] {
  return [
    eventRowsSink(eventStore),
    personLinksSink(eventStore),
    traitsSink(profiles),
    groupTraitsSink(profiles),
    sessionsSink({ eventStore, log, clock }),
    enrichedTopicSink(eventLog),
  ];
}
