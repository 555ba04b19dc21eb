import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { TraitChanges } from '@px-platform/store';
import type { ProcessedEvent } from './sinks/sink.js';

/** What a control event says of traits: its `$set`, `$set_once` and `$unset`. What has another shape says nothing. */
export function traitChanges({ event: enriched }: ProcessedEvent): TraitChanges {
  const { event, project_id, timestamp } = enriched;
  const { $set, $set_once, $unset } = event.properties ?? {};
  return {
    project_id,
    event_id: event.event_id,
    timestamp,
    set: asObject($set),
    set_once: asObject($set_once),
    unset: asNames($unset),
  };
}

/** An object, or an empty one. */
export function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

function asNames(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter((name): name is string => typeof name === 'string')
    : [];
}
