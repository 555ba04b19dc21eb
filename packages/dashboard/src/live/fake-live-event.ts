import type { LiveEvent } from '@px-platform/protocol';

/** A stored event for tests; say only what matters to the test. */
export function fakeLiveEvent(over: Partial<LiveEvent> = {}): LiveEvent {
  return {
    kind: 'stored',
    project_id: 'shop',
    event_id: '01912d68-783e-7a03-8467-5661c1243ad4',
    event: 'user_action',
    session_id: null,
    distinct_id: 'u-42',
    timestamp: 1_760_000_000_000,
    received_at: 1_760_000_000_000,
    stored_at: 1_760_000_000_010,
    arrived: { event: 'user_action', user_id: 'u-42', properties: { plan: 'pro' } },
    arrival: { ip: null, user_agent: null, sdk: null, clock: 'client', client_timestamp: null },
    steps: [],
    reason: null,
    ...over,
  };
}
