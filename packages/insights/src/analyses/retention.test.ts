import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_SETTLES_MS, type EventStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleLink, sampleRow } from '@px-platform/store/contract';
import { retention } from './retention.js';

/** A Friday. */
const NOW = Date.UTC(2026, 10, 20, 15, 30);
const DAY = 86_400_000;

let directory: string;
let eventStore: EventStore;
let now = NOW;
let ids = 0;
const scope = { tenant_id: 'acme', project_id: 'shop' };
const ask = (input: Record<string, string>) =>
  retention.ask({ eventStore, scope, input, now: NOW }) as Promise<{ rows: object[] }>;
const did = (person: number, daysAgo: number, event_name = 'visit') =>
  sampleRow((ids += 1), {
    event_name,
    person,
    timestamp: NOW - daysAgo * DAY,
    client_timestamp: NOW - daysAgo * DAY,
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-retention-'));
  eventStore = await openChdbEventStore({ path: directory, clock: () => now });
  await eventStore.insertEvents([
    ...[3, 2, 1, 0].map((daysAgo) => did(1, daysAgo)),
    did(2, 3),
    did(2, 1),
    did(3, 2),
    // Number 9 on another device, before number 4 signed in there.
    did(9, 3),
    did(4, 2),
    did(2, 1, 'order'),
    did(3, 1, 'order'),
    did(7, 3, '$identify'),
  ]);
  await eventStore.insertLinks([sampleLink(1, { ...scope, from_person: 9, to_person: 4 })]);
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

describe.each(['as they are', 'counted'])('given visits of four days, %s', (how) => {
  beforeAll(async () => {
    if (how !== 'counted') return;
    now += HOUR_SETTLES_MS;
    while ((await eventStore.countHours(1_000)) > 0);
  });

  it('counts everyone in the interval of their first visit, and who came back when', async () => {
    const { rows } = await ask({ event: 'visit', interval: 'day', since: '2026-11-16' });
    expect(rows).toEqual([
      { at: '2026-11-16', people: 0, returned: [0, 0, 0, 0, null] },
      { at: '2026-11-17', people: 3, returned: [3, 2, 2, null] },
      { at: '2026-11-18', people: 1, returned: [1, 0, null] },
      { at: '2026-11-19', people: 0, returned: [0, null] },
      { at: '2026-11-20', people: 0, returned: [null] },
    ]);
  });

  it('tells who came back for something else', async () => {
    const { rows } = await ask({
      event: 'visit',
      returned: 'order',
      interval: 'day',
      since: '2026-11-17',
      until: '2026-11-20',
    });
    expect(rows).toEqual([
      { at: '2026-11-17', people: 3, returned: [0, 0, 1] },
      { at: '2026-11-18', people: 1, returned: [0, 1] },
      { at: '2026-11-19', people: 0, returned: [0] },
    ]);
  });

  it('counts by the week from Monday, of anything but control events', async () => {
    const { rows } = await ask({ since: '2026-11-09' });
    expect(rows).toEqual([
      { at: '2026-11-09', people: 0, returned: [0, null] },
      { at: '2026-11-16', people: 4, returned: [null] },
    ]);
  });
});

it('says what it takes', async () => {
  await expect(ask({ interval: 'hour' })).rejects.toThrow(/"hour" is none. Use day or week/);
  await expect(ask({ interval: 'day', since: '200d' })).rejects.toThrow(/100 intervals/);
});
