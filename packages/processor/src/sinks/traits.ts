import { CONTROL_EVENTS, type JsonObject, type JsonValue } from '@px-platform/protocol';
import type { ProfileStore, TraitsUpdate } from '@px-platform/store';
import type { ProcessedEvent, Sink } from './sink.js';

/** What an `$identify` says of a person. */
export function traitsSink(profiles: Pick<ProfileStore, 'applyTraits'>): Sink {
  return {
    name: 'traits',
    async write(events) {
      const updates = events.flatMap(toUpdate);
      if (updates.length > 0) await profiles.applyTraits(updates);
      return [];
    },
  };
}

function toUpdate({ event: enriched }: ProcessedEvent): TraitsUpdate[] {
  const { event, enrichment, project_id, timestamp } = enriched;
  if (event.event !== CONTROL_EVENTS.identify || !event.user_id) return [];
  return [
    {
      project_id,
      user_id: enrichment.user_id,
      event_id: event.event_id,
      timestamp,
      set: asObject(event.properties?.$set),
      set_once: asObject(event.properties?.$set_once),
    },
  ];
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}
