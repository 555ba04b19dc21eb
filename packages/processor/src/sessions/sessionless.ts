import { CONTROL_PREFIX, SERVICE_PREFIX, type EnrichedEvent } from '@px-platform/protocol';
import type { SessionlessEvent } from '@px-platform/store';

/** The event as `sessionless_events` will hold it; nothing for one that has a session, or describes nothing a person did. */
export function toSessionless({
  tenant_id,
  project_id,
  timestamp,
  client_timestamp,
  person,
  event,
  enrichment,
}: EnrichedEvent): readonly SessionlessEvent[] {
  if (event.session_id || event.event.startsWith(CONTROL_PREFIX)) return [];
  const { user_id, is_identified } = enrichment;
  // A service is always there: it makes no visits.
  if (!is_identified && event.anonymous_id?.startsWith(SERVICE_PREFIX)) return [];
  return [
    {
      tenant_id,
      project_id,
      owner: event.anonymous_id ? `a:${event.anonymous_id.toWellFormed()}` : `u:${user_id}`,
      event_id: event.event_id,
      timestamp,
      client_timestamp,
      seq: event.seq ?? 0,
      event_name: event.event,
      user_id,
      person,
      is_identified,
      page_path: enrichment.page_path,
      device_type: enrichment.device_type,
      browser: enrichment.browser,
      os: enrichment.os,
      geo_country: enrichment.geo_country,
      referrer_host: enrichment.referrer_host,
      utm_source: enrichment.utm_source,
      utm_medium: enrichment.utm_medium,
      utm_campaign: enrichment.utm_campaign,
    },
  ];
}

/** Whose events these are, among all projects. */
export function ownerKey({
  project_id,
  owner,
}: Pick<SessionlessEvent, 'project_id' | 'owner'>): string {
  return `${project_id}/${owner}`;
}
