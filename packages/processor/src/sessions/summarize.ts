import { EVENT_NAMES } from '@px-platform/protocol';
import type { DerivedSession, SessionlessEvent } from '@px-platform/store';
import { v5 as uuidv5 } from 'uuid';
import { FRUSTRATIONS } from '../event-kinds.js';
import type { Timed } from './sessionize.js';

/** Root of the ids of sessions: UUIDv5 of a DNS name. */
const SESSIONS = uuidv5('sessions.px-platform.dev', uuidv5.DNS);

/** What happens to a page by itself. Whatever else a person does on it makes a visit more than a bounce. */
const PASSIVE: ReadonlySet<string> = new Set([
  EVENT_NAMES.pageView,
  EVENT_NAMES.pageLeave,
  EVENT_NAMES.scroll,
  EVENT_NAMES.error,
  EVENT_NAMES.network,
  EVENT_NAMES.performance,
  EVENT_NAMES.longFrame,
]);
const FRUSTRATING: ReadonlySet<string> = new Set(FRUSTRATIONS);

/** Of a session that no client named: the same for the same first event. */
export function sessionIdOf(owner: string, firstEventId: string): string {
  return uuidv5(JSON.stringify([owner, firstEventId]), SESSIONS);
}

/** An event whose session is to be found. */
export type Visit = SessionlessEvent & Timed;

export function toVisit(event: SessionlessEvent): Visit {
  return { ...event, campaign: campaignOf(event) };
}

/** A session as a row, from its events in their order. The same figures that clients' sessions get in SQL. */
export function summarize(events: readonly Visit[]): DerivedSession {
  const first = events[0];
  const last = events.at(-1);
  if (!first || !last) throw new RangeError('summarize: a session has at least one event');
  const count = (matches: (name: string) => boolean) =>
    events.reduce((sum, { event_name }) => sum + (matches(event_name) ? 1 : 0), 0);
  const firstOf = (
    key: 'device_type' | 'browser' | 'os' | 'geo_country' | 'referrer_host' | 'page_path',
  ) => events.find((event) => event[key] !== '')?.[key] ?? '';
  const tagged = events.find(({ campaign }) => campaign !== '');
  const who = events.findLast(({ is_identified }) => is_identified) ?? last;

  return {
    tenant_id: first.tenant_id,
    project_id: first.project_id,
    owner: first.owner,
    session_id: sessionIdOf(first.owner, first.event_id),
    started_at: first.timestamp,
    ended_at: last.timestamp,
    user_id: who.user_id,
    person: who.person,
    events: events.length,
    page_views: count((name) => name === EVENT_NAMES.pageView),
    interactions: count((name) => !PASSIVE.has(name)),
    errors: count((name) => name === EVENT_NAMES.error),
    frustrations: count((name) => FRUSTRATING.has(name)),
    entry_path: firstOf('page_path'),
    exit_path: events.findLast(({ page_path }) => page_path !== '')?.page_path ?? '',
    device_type: firstOf('device_type'),
    browser: firstOf('browser'),
    os: firstOf('os'),
    geo_country: firstOf('geo_country'),
    referrer_host: firstOf('referrer_host'),
    utm_source: tagged?.utm_source ?? '',
    utm_medium: tagged?.utm_medium ?? '',
    utm_campaign: tagged?.utm_campaign ?? '',
  };
}

/** Equal for equal campaigns, empty for none. */
function campaignOf({
  utm_source,
  utm_medium,
  utm_campaign,
}: Pick<SessionlessEvent, 'utm_source' | 'utm_medium' | 'utm_campaign'>): string {
  return utm_source || utm_medium || utm_campaign
    ? JSON.stringify([utm_source, utm_medium, utm_campaign])
    : '';
}
