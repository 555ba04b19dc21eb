import type { EnrichedEvent } from '@px-platform/protocol';
import type { EventRow } from '@px-platform/store';

/** The last threshold: an enriched event as a row of `events`. */
export function toEventRow(enriched: EnrichedEvent): EventRow {
  const { event, enrichment } = enriched;
  return {
    tenant_id: enriched.tenant_id,
    project_id: enriched.project_id,
    event_id: event.event_id,
    event_name: event.event,
    session_id: event.session_id ?? '',
    anonymous_id: event.anonymous_id ?? '',
    timestamp: enriched.timestamp,
    client_timestamp: enriched.client_timestamp,
    received_at: enriched.received_at,
    clock: enriched.clock,
    seq: event.seq ?? 0,
    person: enriched.person,
    user_agent: enriched.user_agent ?? '',
    ip_address: enriched.ip ?? '',
    sdk_name: enriched.sdk?.name ?? '',
    sdk_version: enriched.sdk?.version ?? '',
    schema_version: enriched.schema_version,
    // Last: a spread at the front of so many keys costs thirty times as much (36 µs an event).
    ...enrichment,
  };
}
