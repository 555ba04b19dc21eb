import { CONTROL_EVENTS, LIMITS } from '@px-platform/protocol';
import type { GroupUpdate, ProfileStore } from '@px-platform/store';
import type { ProcessedEvent, Sink } from './sink.js';
import { traitChanges } from '../trait-changes.js';

/** What a `$group` says of a company, a team, or whatever people belong to. */
export function groupTraitsSink(profiles: Pick<ProfileStore, 'applyGroupTraits'>): Sink {
  return {
    name: 'group-traits',
    async write(events) {
      const updates = events.flatMap(toUpdate);
      if (updates.length > 0) await profiles.applyGroupTraits(updates);
      return [];
    },
  };
}

function toUpdate(processed: ProcessedEvent): GroupUpdate[] {
  const { event, tenant_id } = processed.event;
  if (event.event !== CONTROL_EVENTS.group) return [];
  const { type, key } = event.properties ?? {};
  if (!isName(type) || !isName(key)) return [];
  return [{ ...traitChanges(processed), tenant_id, group_type: type, group_key: key }];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LIMITS.idLength;
}
