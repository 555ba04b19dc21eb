import { CONTROL_EVENTS } from '@px-platform/protocol';
import type { ProfileStore, TraitsUpdate } from '@px-platform/store';
import type { ProcessedEvent, Sink } from './sink.js';
import { asObject, traitChanges } from '../trait-changes.js';

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

function toUpdate(processed: ProcessedEvent): TraitsUpdate[] {
  const { event, enrichment } = processed.event;
  if (event.event !== CONTROL_EVENTS.identify || !event.user_id) return [];
  const increments = Object.entries(asObject(event.properties?.$increment)).filter(
    (entry): entry is [string, number] => Number.isFinite(entry[1]),
  );
  return [
    {
      ...traitChanges(processed),
      user_id: enrichment.user_id,
      increment: Object.fromEntries(increments),
    },
  ];
}
