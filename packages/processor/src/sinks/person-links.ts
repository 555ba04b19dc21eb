import type { EventStore, PersonLink } from '@px-platform/store';
import type { ProcessedEvent, Sink } from './sink.js';

/** "This anonymous person is that known one": one link an `$identify` or `$alias` (ADR 0003). */
export function personLinksSink(eventStore: Pick<EventStore, 'insertLinks'>): Sink {
  return {
    name: 'person-links',
    async write(events) {
      const links = events.flatMap(toLink);
      if (links.length > 0) await eventStore.insertLinks(links);
      return [];
    },
  };
}

function toLink({ event: enriched, anonymous }: ProcessedEvent): PersonLink[] {
  if (!anonymous) return [];
  return [
    {
      tenant_id: enriched.tenant_id,
      project_id: enriched.project_id,
      from_user_id: anonymous.user_id,
      from_person: anonymous.person,
      to_user_id: enriched.enrichment.user_id,
      to_person: enriched.person,
      linked_at: enriched.timestamp,
      event_id: enriched.event.event_id,
    },
  ];
}
