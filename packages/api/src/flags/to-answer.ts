import type { DefinitionVersion, StoredDefinition } from '@px-platform/store';

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

export function toVersion(of: DefinitionVersion): object {
  const { version, definition, changed_by, comment, changed_at } = of;
  return { version, definition, changed_by, comment, changed_at: iso(changed_at) };
}

export function toStored(stored: StoredDefinition): object {
  return { key: stored.key, ...toVersion(stored), archived_at: iso(stored.archived_at) };
}
