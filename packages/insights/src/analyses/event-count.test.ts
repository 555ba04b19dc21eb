import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_ENRICHMENT } from '@px-platform/protocol';
import type { EventRow, EventStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { analyses } from './index.js';
import { eventCount } from './event-count.js';
import type { Scope } from '../analysis.js';

const NOW = Date.UTC(2026, 10, 20, 15);
const SHOP: Scope = { tenant_id: 't', project_id: 'shop' };

let directory: string;
let eventStore: EventStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-insights-'));
  eventStore = await openChdbEventStore({ path: directory });
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

let counter = 0;
function row(more: Partial<EventRow>): EventRow {
  counter += 1;
  return {
    ...EMPTY_ENRICHMENT,
    anonymous_id: '',
    clock: 'client',
    user_agent: '',
    ip_address: '',
    sdk_name: '',
    sdk_version: '',
    ...SHOP,
    event_id: `01912d68-783e-7a03-8467-${String(counter).padStart(12, '0')}`,
    event_name: 'signup_step_failed',
    user_id: '01912d68-783e-7a03-8467-5661c1243ad4',
    session_id: 's',
    timestamp: NOW - 60_000,
    client_timestamp: NOW - 60_000,
    received_at: NOW,
    seq: 0,
    person: 1,
    schema_version: 1,
    ...more,
  };
}

const ask = (input: Record<string, string>, scope = SHOP) =>
  eventCount.ask({ eventStore, scope, input, now: NOW });

describe('given failed sign-ups of today', () => {
  const again = row({ properties: { step: 2 }, person: 2 });
  beforeAll(async () => {
    await eventStore.insertEvents([
      row({ properties: { step: 1 } }),
      row({ properties: { step: 2 } }),
      again,
      row({ properties: { step: 2 }, person: 3 }),
      row({
        event_name: 'page_view',
        page_path: '/signup',
        consent: 'analytics=denied errors=granted',
      }),
      row({ properties: { step: 3 }, timestamp: NOW - 40 * 3_600_000 }),
      row({ project_id: 'other', properties: { step: 2 } }),
      row({ tenant_id: 'other', properties: { step: 2 } }),
    ]);
    // The same event delivered again: another part of the table, the same event.
    await eventStore.insertEvents([
      { ...again, timestamp: again.timestamp + 5, received_at: again.received_at + 5 },
    ]);
    // Person 3 was anonymous and turned out to be person 1; a later link of theirs does not count.
    const link = {
      ...SHOP,
      from_user_id: again.user_id,
      from_person: 3,
      to_user_id: '01912d68-783e-7a03-8467-5661c1243ad5',
      to_person: 1,
      linked_at: NOW - 1_000,
      event_id: '01912d68-783e-7a03-8467-5661c1243ad6',
    };
    await eventStore.insertLinks([
      link,
      { ...link, to_person: 9, linked_at: NOW, event_id: '01912d68-783e-7a03-8467-5661c1243ad7' },
    ]);
  });

  it('counts each event once and each person once, by step', async () => {
    expect(await ask({ event: 'signup_step_failed', by: 'step' })).toMatchObject({
      since: '2026-11-20T00:00:00.000Z',
      total: { events: 4, people: 2 },
      rows: [
        { value: '2', events: 3, people: 2 },
        { value: '1', events: 1, people: 1 },
      ],
    });
  });

  it('counts everything without a breakdown, and columns as well as properties with one', async () => {
    expect(await ask({})).toMatchObject({
      total: { events: 5, people: 2 },
      rows: [{ value: '', events: 5 }],
    });
    expect(await ask({ by: 'event_name' })).toMatchObject({
      rows: [
        { value: 'signup_step_failed', events: 4 },
        { value: 'page_view', events: 1 },
      ],
    });
  });

  it('tells under what consent events were made', async () => {
    const { rows } = (await ask({ by: 'consent' })) as {
      rows: { value: string; events: number }[];
    };
    expect(rows).toMatchObject([
      { value: '', events: 4 },
      { value: 'analytics=denied errors=granted', events: 1 },
    ]);
  });

  it('takes another range', async () => {
    expect(await ask({ event: 'signup_step_failed', since: '7d' })).toMatchObject({
      total: { events: 5 },
    });
    expect(await ask({ since: '2026-11-18', until: '2026-11-19T12:00:00Z' })).toMatchObject({
      total: { events: 1 },
    });
    expect(await ask({ since: 'today', timezone: 'Asia/Tokyo' })).toMatchObject({
      since: '2026-11-20T15:00:00.000Z',
    });
  });

  it('sees nothing of another project or tenant', async () => {
    expect(await ask({}, { tenant_id: 't', project_id: 'nowhere' })).toMatchObject({
      total: { events: 0, people: 0 },
      rows: [],
    });
  });

  it.each([
    "step`') OR 1=1 --",
    'a\\`b',
    "'; DROP TABLE events; --",
    'a.b.c',
    '`',
    'properties.step`',
    '\\',
    '${x}',
    '{event:String}',
  ])('reads %j as the name of a property that is not there', async (by) => {
    expect(await ask({ event: 'signup_step_failed', by })).toMatchObject({
      rows: [{ value: '', events: 4 }],
    });
  });

  it.each([
    [{ since: 'yesterdayish' }, 'since="yesterdayish"'],
    [{ since: 'today', timezone: 'Mars/Olympus' }, 'Mars/Olympus'],
    [{ since: 'now', until: '7d' }, 'is not after'],
    [{ by: '' }, 'by=""'],
  ])('says what is wrong with %j', async (input, words) => {
    await expect(ask(input as Record<string, string>)).rejects.toThrow(words);
  });
});

describe('given the list of questions', () => {
  it('gives each a name of its own, a description and parameters', () => {
    const names = analyses.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, description, parameters } of analyses) {
      expect(name).toMatch(/^[a-z][a-z-]+$/);
      expect(description.length).toBeGreaterThan(10);
      expect(Object.keys(parameters).length).toBeGreaterThan(0);
    }
  });
});
