import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DerivedSession, EventRow, EventStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleId, sampleLink, sampleRow, sampleSession } from '@px-platform/store/contract';
import { sessions } from './sessions.js';
import type { Scope } from '../analysis.js';

const NOW = Date.UTC(2026, 10, 20, 15);
const MINUTE = 60_000;
const SHOP: Scope = { tenant_id: 'acme', project_id: 'shop' };

let directory: string;
let eventStore: EventStore;
let rows = 0;

/** So many minutes before now. */
const event = (minutes: number, changes: Partial<EventRow>): EventRow =>
  sampleRow((rows += 1), {
    event_name: 'page_view',
    timestamp: NOW - minutes * MINUTE,
    client_timestamp: NOW - minutes * MINUTE,
    received_at: NOW,
    ...changes,
  });
const derived = (minutes: number, session_id: string): DerivedSession =>
  sampleSession({
    session_id,
    started_at: NOW - minutes * MINUTE,
    ended_at: NOW - minutes * MINUTE + 5 * MINUTE,
    person: 9,
    events: 4,
    page_views: 2,
    errors: 1,
    frustrations: 0,
    entry_path: '/pricing',
  });
const ask = (input: Record<string, string> = {}, scope = SHOP) =>
  sessions.ask({ eventStore, scope, input, now: NOW });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-sessions-'));
  eventStore = await openChdbEventStore({ path: directory });
  // An id that tells its time, one that tells another day, and one that tells none.
  const [timely, untimely] = ['019aa1b0-7a00-7000-8000-000000000001', sampleId(5)];
  const mobile = { session_id: timely, person: 1, device_type: 'mobile' };
  const visit = [
    event(60, { ...mobile, page_path: '/' }),
    event(58, { ...mobile, page_path: '/cart' }),
    event(57, { ...mobile, event_name: 'rage_click', page_path: '/cart' }),
  ];
  await eventStore.insertEvents(visit);
  await eventStore.insertEvents(visit);
  await eventStore.insertEvents([
    event(30, { session_id: untimely, person: 2, page_path: '/pricing' }),
    event(20, { session_id: 'mine', person: 3, page_path: '/pricing' }),
    event(5_000, { session_id: 'long ago', person: 3 }),
    event(10, { session_id: 'theirs', project_id: 'other' }),
    event(10, { session_id: 'theirs', tenant_id: 'other' }),
  ]);
  // Whoever was 3 turned out to be 2.
  await eventStore.insertLinks([sampleLink(1, { from_person: 3, to_person: 2 })]);
  await eventStore.writeSessions({
    written: [derived(15, sampleId(1)), derived(5_000, sampleId(2))],
    removed: [],
    revision: 1,
  });
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

describe('given sessions of today', () => {
  it('tells how many began, of how many people, and how they were', async () => {
    expect(await ask()).toEqual({
      since: '2026-11-20T00:00:00.000Z',
      until: '2026-11-20T15:01:00.000Z',
      total: {
        sessions: 4,
        people: 3,
        bounce_rate: 0.5,
        frustration_rate: 0.25,
        error_rate: 0.25,
        page_views_per_session: 1.5,
        events_per_session: 2.25,
        median_duration_ms: 3 * MINUTE,
        p90_duration_ms: 5 * MINUTE,
      },
      rows: [expect.objectContaining({ value: '', sessions: 4 }) as object],
    });
  });

  it('tells them apart', async () => {
    expect(await ask({ by: 'entry_path' })).toMatchObject({
      rows: [
        { value: '/pricing', sessions: 3, people: 2, error_rate: expect.closeTo(1 / 3) as number },
        { value: '/', sessions: 1, frustration_rate: 1, median_duration_ms: 3 * MINUTE },
      ],
    });
    expect(await ask({ by: 'origin' })).toMatchObject({
      rows: [
        { value: 'client', sessions: 3 },
        { value: 'derived', sessions: 1 },
      ],
    });
  });

  it('has a session whole that began within the range and ended after it, and none that began before', async () => {
    const [since, until] = [60, 59].map((minutes) => String(NOW - minutes * MINUTE));
    expect(await ask({ since: since!, until: until! })).toMatchObject({
      total: { sessions: 1, events_per_session: 3 },
    });
    expect(await ask({ since: until! })).toMatchObject({ total: { sessions: 3 } });
    expect(await ask({ since: '7d' })).toMatchObject({ total: { sessions: 6 } });
  });

  it('answers with nothing where there is nothing', async () => {
    const nobody = await ask({ by: 'os' }, { tenant_id: 'acme', project_id: 'nowhere' });
    expect(nobody).toMatchObject({ total: { sessions: 0, bounce_rate: 0 }, rows: [] });
  });

  it('says what a session can be told apart by', async () => {
    await expect(ask({ by: 'page_path; DROP' })).rejects.toThrow(/"page_path; DROP" .* entry_path/);
  });
});
