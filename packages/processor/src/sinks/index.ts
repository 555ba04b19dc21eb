import type { EventLog, EventStore, ProfileStore } from '@px-platform/store';
import { enrichedTopicSink } from './enriched-topic.js';
import { eventRowsSink } from './event-rows.js';
import { personLinksSink } from './person-links.js';
import type { Sink } from './sink.js';
import { traitsSink } from './traits.js';

/** What sinks write to. */
export interface SinkDeps {
  readonly eventStore: Pick<EventStore, 'insertEvents' | 'insertLinks'>;
  readonly profiles: Pick<ProfileStore, 'applyTraits'>;
  readonly eventLog: Pick<EventLog, 'append'>;
}

/** THE list of sinks, in writing order. The rows come first: what they refuse goes nowhere else. */
export function createSinks({ eventStore, profiles, eventLog }: SinkDeps): readonly Sink[] {
  return [
    eventRowsSink(eventStore),
    personLinksSink(eventStore),
    traitsSink(profiles),
    enrichedTopicSink(eventLog),
  ];
}
