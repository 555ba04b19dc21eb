import { SCHEMA_VERSION, type AcceptedEvent, type JsonObject } from '@px-platform/protocol';
import { upgraders as allUpgraders } from './upgraders/index.js';
import type { Upgrader } from './upgraders/upgrader.js';

/** A record as this processor knows it, or why it cannot know it. */
export type ReadRecord = { readonly accepted: AcceptedEvent } | { readonly fault: string };

/** Reads records of every version up to today's, each upgraded step by step. */
export function createRecordReader({
  upgraders = allUpgraders,
  current = SCHEMA_VERSION,
}: {
  readonly upgraders?: readonly Upgrader[];
  readonly current?: number;
} = {}): (record: AcceptedEvent) => ReadRecord {
  const byVersion = new Map(upgraders.map((each) => [each.from, each]));

  return (record) => {
    let version: unknown = record.schema_version;
    let upgraded: JsonObject | AcceptedEvent = record;
    try {
      while (version !== current) {
        const upgrader = typeof version === 'number' ? byVersion.get(version) : undefined;
        if (!upgrader) return { fault: unknownVersion(record.schema_version, current) };
        upgraded = upgrader.upgrade(upgraded as unknown as JsonObject);
        version = upgrader.from + 1;
      }
    } catch (error) {
      return {
        fault: `the record of schema version ${record.schema_version} cannot be upgraded: ${(error as Error).message}`,
      };
    }
    const accepted = upgraded as unknown as AcceptedEvent;
    // The log is ours, but others may write into it.
    return typeof accepted.event?.event_id === 'string'
      ? { accepted }
      : { fault: 'the record holds no event' };
  };
}

function unknownVersion(version: unknown, current: number): string {
  return typeof version === 'number' && version > current
    ? `the record is of schema version ${version}; this processor knows them up to ${current}. Upgrade the processor, then replay the event.`
    : `the record is of schema version ${JSON.stringify(version) ?? 'none'}, which nothing here can read.`;
}
