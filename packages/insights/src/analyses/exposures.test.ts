import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalUserId, type EventRow, type EventStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleLink, sampleRow } from '@px-platform/store/contract';
import type { Scope } from '../analysis.js';
import { exposures } from './exposures.js';

const NOW = Date.UTC(2026, 10, 29, 15);
const MINUTE = 60_000;
const SHOP: Scope = { tenant_id: 'acme', project_id: 'shop' };

let directory: string;
let eventStore: EventStore;
let number = 0;

/** Somebody is exposed; their number is their id's last digit. */
function exposure(
  whose: string,
  variant: unknown,
  { minutes = 10, properties = {}, ...changes }: Partial<EventRow> & { minutes?: number } = {},
): EventRow {
  number += 1;
  const timestamp = NOW - minutes * MINUTE;
  return sampleRow(number, {
    event_name: '$exposure',
    user_id: canonicalUserId('shop', 'anonymous', whose),
    person: Number(whose.at(-1)),
    timestamp,
    client_timestamp: timestamp,
    properties: {
      experiment: 'checkout',
      variant,
      phase: '1',
      unit_type: 'anonymous_id',
      unit_id: whose,
      bucket_version: 0,
      is_sticky: false,
      ...properties,
    } as EventRow['properties'],
    ...changes,
  });
}
const ask = (input: Record<string, string> = {}, scope = SHOP) =>
  exposures.ask({ eventStore, scope, input: { experiment: 'checkout', ...input }, now: NOW });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-exposures-'));
  eventStore = await openChdbEventStore({ path: directory });
  const rows = [
    exposure('device-1', 'classic', { minutes: 60 }),
    // Another session of the same: one unit.
    exposure('device-1', 'classic', { minutes: 50, session_id: 'later' }),
    exposure('device-2', 'one-page'),
    // The same person after sign-in, kept where they were.
    exposure('known-4', 'one-page', {
      minutes: 5,
      properties: { unit_type: 'user_id', unit_id: 'ana', is_sticky: true },
    }),
    // Who saw both counts where they were first.
    exposure('device-3', 'one-page', { minutes: 40 }),
    exposure('device-3', 'classic', { minutes: 30 }),
    exposure('device-5', 'classic', { properties: { phase: '2' } }),
    exposure('device-6', 'classic', { minutes: 100 * 24 * 60 }),
    // What says too little is no exposure.
    exposure('device-7', ''),
    exposure('device-7', 5),
    exposure('device-7', 'classic', { properties: { experiment: 'other' } }),
    exposure('device-7', 'classic', { event_name: 'exposure' }),
    exposure('device-7', 'classic', { project_id: 'other' }),
    exposure('device-7', 'classic', { tenant_id: 'rival' }),
    ...['x', 'y'].flatMap((account) =>
      ['device-1', 'device-2'].map((whose) =>
        exposure(whose, account === 'x' ? 'classic' : 'one-page', {
          properties: { experiment: 'accounts', unit_type: 'account_id', unit_id: account },
        }),
      ),
    ),
  ];
  await eventStore.insertEvents(rows);
  await eventStore.insertEvents(rows);
  await eventStore.insertLinks([
    sampleLink(1, {
      from_user_id: canonicalUserId('shop', 'anonymous', 'device-2'),
      to_user_id: canonicalUserId('shop', 'anonymous', 'known-4'),
      from_person: 2,
      to_person: 4,
    }),
  ]);
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

describe('given exposures', () => {
  it('counts each unit once, where it was put first, and those who saw more than one side', async () => {
    expect(await ask()).toMatchObject({
      experiment: 'checkout',
      phases: [
        {
          phase: '1',
          units: 3,
          several: 1,
          variants: [
            {
              variant: 'one-page',
              units: 2,
              sticky: 0,
              first_at: '2026-11-29T14:20:00Z',
              last_at: '2026-11-29T14:55:00Z',
            },
            { variant: 'classic', units: 1, first_at: '2026-11-29T14:00:00Z' },
          ],
        },
        { phase: '2', units: 1, several: 0, variants: [{ variant: 'classic' }] },
      ],
    });
  });

  it('counts accounts as accounts, whoever of them came', async () => {
    expect(await ask({ experiment: 'accounts' })).toMatchObject({
      phases: [{ units: 2, several: 0, variants: [{ units: 1 }, { units: 1 }] }],
    });
  });

  it('asks for one phase, and for another time', async () => {
    expect(await ask({ phase: '2' })).toMatchObject({ phases: [{ phase: '2', units: 1 }] });
    expect(await ask({ since: '200d' })).toMatchObject({ phases: [{ units: 4 }, { units: 1 }] });
    expect(await ask({ since: '15m' })).toMatchObject({ phases: [{ units: 1 }, { units: 1 }] });
  });

  it('knows nothing of others', async () => {
    expect(await ask({}, { tenant_id: 'rival', project_id: 'shop' })).toMatchObject({
      phases: [{ units: 1 }],
    });
    expect(await ask({ experiment: 'nothing' })).toMatchObject({ phases: [] });
    await expect(ask({ experiment: '' })).rejects.toThrow('say which experiment');
  });
});
