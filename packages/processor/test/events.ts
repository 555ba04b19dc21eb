import type { AcceptedEvent, PxEvent } from '@px-platform/protocol';

let counter = 0;

/** Another id each time. */
export function newId(): string {
  counter += 1;
  return `01912d68-783e-7a03-8467-${String(counter).padStart(12, '0')}`;
}

/** An accepted event of a project, received half a second after it happened. */
export function acceptedEvent(
  project: string,
  event: Partial<PxEvent> & { readonly timestamp: number; readonly path?: string },
  more: Partial<AcceptedEvent> = {},
): AcceptedEvent {
  const { path, timestamp, ...told } = event;
  const url = `https://shop.example${path ?? ''}`;
  return {
    schema_version: 1,
    tenant_id: 't',
    project_id: project,
    event: {
      event_id: newId(),
      event: 'page_view',
      timestamp,
      properties: {},
      ...(path === undefined ? {} : { context: { page: { url } } }),
      ...(told.user_id || told.anonymous_id ? {} : { anonymous_id: 'anon-1' }),
      ...told,
    },
    client_timestamp: timestamp,
    timestamp,
    clock: 'client',
    received_at: timestamp + 500,
    ip: null,
    user_agent: null,
    hints: {},
    sdk: null,
    ...more,
  };
}

/** The same numbers from the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
