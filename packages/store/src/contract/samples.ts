import { EMPTY_ENRICHMENT, type AcceptedEvent, type DeadEvent } from '@px-platform/protocol';
import type { LogRecord } from '../event-log/port.js';
import type { EventRow, PersonLink } from '../event-store/port.js';
import type { DerivedSession } from '../event-store/sessions.js';
import type { GroupUpdate, PersonSighting, TraitsUpdate } from '../profile-store/port.js';

/** Noon of 2026-03-01, UTC. */
export const NOON = 1_772_366_400_000;

/** A UUIDv7-shaped id: the same number gives the same id. */
export function sampleId(number: number): string {
  return `019cb000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** A whole row of `events`; `number` decides its id. */
export function sampleRow(number: number, changes: Partial<EventRow> = {}): EventRow {
  return {
    ...EMPTY_ENRICHMENT,
    tenant_id: 'acme',
    project_id: 'shop',
    event_id: sampleId(number),
    event_name: 'signup_step',
    user_id: sampleId(900_000 + (number % 50)),
    session_id: sampleId(800_000 + (number % 100)),
    timestamp: NOON + number,
    client_timestamp: NOON + number,
    received_at: NOON + 250 + number,
    seq: number % 100,
    person: 1 + (number % 50),
    distinct_id: `ana-${number % 50}`,
    anonymous_id: `device-${number % 50}`,
    is_identified: true,
    properties: { step: 'address', attempt: number % 3, total: 19.9, ok: true },
    clock: 'client',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
    ip_address: '203.0.113.7',
    geo_country: 'BR',
    geo_region: 'São Paulo',
    geo_city: 'São Paulo',
    device_type: 'desktop',
    device_model: 'ThinkPad',
    is_bot: true,
    browser: 'Chrome',
    browser_version: '140',
    os: 'Linux',
    page_url: 'https://shop.example/signup?step=2',
    page_host: 'shop.example',
    page_path: '/signup',
    page_template: '/signup',
    page_title: 'Sign up',
    referrer: 'https://search.example/',
    referrer_host: 'search.example',
    referrer_class: 'search',
    utm_source: 'news',
    utm_medium: 'email',
    utm_campaign: 'spring',
    locale: 'pt-BR',
    timezone: 'America/Sao_Paulo',
    consent: 'analytics=granted replay=denied errors=granted messages=pending',
    sdk_name: 'sdk-web',
    sdk_version: '0.1.0',
    schema_version: 1,
    ...changes,
  };
}

/** A session that was found for a sender who knows of none. */
export function sampleSession(changes: Partial<DerivedSession> = {}): DerivedSession {
  return {
    tenant_id: 'acme',
    project_id: 'shop',
    owner: 'a:ana',
    session_id: sampleId(1),
    started_at: NOON,
    ended_at: NOON + 3_600_000,
    user_id: sampleId(900_001),
    person: 7,
    events: 3,
    page_views: 1,
    interactions: 2,
    errors: 0,
    frustrations: 1,
    entry_path: '/',
    exit_path: '/cart',
    device_type: 'mobile',
    browser: 'Firefox',
    os: 'Android',
    geo_country: 'BR',
    referrer_host: 'search.example',
    utm_source: 'news',
    utm_medium: 'email',
    utm_campaign: 'spring',
    ...changes,
  };
}

/** A link from one anonymous person to a known one. */
export function sampleLink(number: number, changes: Partial<PersonLink> = {}): PersonLink {
  return {
    tenant_id: 'acme',
    project_id: 'shop',
    from_user_id: sampleId(700_001),
    from_person: 1,
    to_user_id: sampleId(700_000 + number),
    to_person: number,
    linked_at: NOON + number,
    event_id: sampleId(number),
    ...changes,
  };
}

/** An event that could not be stored. */
export function sampleDead(number: number, changes: Partial<DeadEvent> = {}): DeadEvent {
  return {
    tenant_id: 'acme',
    project_id: 'shop',
    event_id: sampleId(number),
    event_name: 'signup_step',
    stage: 'processor',
    code: 'not_storable',
    message: 'properties.total is no number',
    body: `{"event":"signup_step","n":${number}}`,
    attempts: 1,
    at: Date.now(),
    ...changes,
  };
}

/** A record of `events_raw`. */
export function sampleRecord(number: number, key = 'acme:shop:ana'): LogRecord<'events_raw'> {
  const value: AcceptedEvent = {
    schema_version: 1,
    tenant_id: 'acme',
    project_id: 'shop',
    event: { event_id: sampleId(number), event: 'click', user_id: 'ana', timestamp: NOON + number },
    client_timestamp: NOON + number,
    timestamp: NOON + number,
    clock: 'client',
    received_at: NOON + number,
    ip: null,
    user_agent: null,
    hints: {},
    sdk: null,
  };
  return { key, value };
}

/** A sighting of the person with this number. */
export function sampleSighting(
  number: number,
  changes: Partial<PersonSighting> = {},
): PersonSighting {
  return {
    tenant_id: 'acme',
    project_id: 'shop',
    user_id: sampleId(number),
    distinct_id: `ana-${number}`,
    is_identified: false,
    first_seen: NOON,
    last_seen: NOON,
    ...changes,
  };
}

/** Traits for the person with this number. */
export function sampleTraits(number: number, changes: Partial<TraitsUpdate> = {}): TraitsUpdate {
  return {
    project_id: 'shop',
    user_id: sampleId(number),
    event_id: sampleId(number),
    timestamp: NOON,
    set: {},
    set_once: {},
    unset: [],
    increment: {},
    ...changes,
  };
}

/** What the event of this number says of a group. */
export function sampleGroup(number: number, changes: Partial<GroupUpdate> = {}): GroupUpdate {
  return {
    tenant_id: 'acme',
    project_id: 'shop',
    group_type: 'company',
    group_key: 'acme',
    event_id: sampleId(number),
    timestamp: NOON + number,
    set: {},
    set_once: {},
    unset: [],
    ...changes,
  };
}
