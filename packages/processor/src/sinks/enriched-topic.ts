import type { EventLog } from '@px-platform/store';
import type { Sink } from './sink.js';

/** `events_enriched`, for whoever else wants to read: an ordinary topic of the log. */
export function enrichedTopicSink(eventLog: Pick<EventLog, 'append'>): Sink {
  return {
    name: 'enriched-topic',
    async write(events) {
      await eventLog.append(
        'events_enriched',
        events.map(({ event }) => ({
          key: `${event.tenant_id}:${event.project_id}:${event.enrichment.distinct_id}`,
          value: event,
        })),
      );
      return [];
    },
  };
}
