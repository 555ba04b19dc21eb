import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalUserId, type EventRow, type EventStore } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleId, sampleLink, sampleRow } from '@px-platform/store/contract';
import type { Scope } from '../analysis.js';
import { timeline } from './timeline.js';

const NOW = Date.UTC(2026, 10, 20, 15);
const MINUTE = 60_000;
const SHOP: Scope = { tenant_id: 'acme', project_id: 'shop' };
const KNOWN = canonicalUserId('shop', 'known', 'ana');
const PHONE = canonicalUserId('shop', 'anonymous', 'phone');
const LAPTOP = canonicalUserId('shop', 'anonymous', 'laptop');

let directory: string;
let eventStore: EventStore;
const event = (number: number, minutes: number, user_id: string, changes: Partial<EventRow> = {}) =>
  sampleRow(number, {
    user_id,
    timestamp: NOW - minutes * MINUTE,
    client_timestamp: NOW - minutes * MINUTE,
    seq: 0,
    ...changes,
  });

interface Answer {
  readonly devices: number;
  readonly rows: readonly { readonly event_id: string; readonly at: string }[];
  readonly next: string | null;
}
const ask = (input: Record<string, string>, scope = SHOP) =>
  timeline.ask({ eventStore, scope, input, now: NOW }) as Promise<Answer>;
const numbersOf = ({ rows }: Answer) =>
  rows.map(({ event_id }) => Number.parseInt(event_id.slice(-12), 16));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-timeline-'));
  eventStore = await openChdbEventStore({ path: directory });
  const rows = [
    event(1, 60, PHONE, { properties: { step: 1 }, page_path: '/signup' }),
    event(2, 50, LAPTOP),
    // A laptop whose own clock is a day behind.
    event(3, 40, LAPTOP, { client_timestamp: NOW - 1_480 * MINUTE }),
    event(4, 30, KNOWN, { event_name: '$identify' }),
    event(5, 20, KNOWN, { seq: 1 }),
    event(6, 20, KNOWN, { seq: 2 }),
    event(7, 10, sampleId(930_000)),
    event(8, 10, KNOWN, { project_id: 'other' }),
    event(9, 10, KNOWN, { tenant_id: 'rival' }),
  ];
  await eventStore.insertEvents(rows);
  await eventStore.insertEvents(rows);
  await eventStore.insertLinks(
    [PHONE, LAPTOP].map((from_user_id, index) =>
      sampleLink(index, { from_user_id, to_user_id: KNOWN }),
    ),
  );
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

describe('given a person who was anonymous on two devices', () => {
  it.each([{ user_id: 'ana' }, { anonymous_id: 'phone' }, { anonymous_id: 'laptop' }])(
    'tells one past of all of them, each event once, asked by %o',
    async (whose) => {
      const answer = await ask(whose);
      expect(numbersOf(answer)).toEqual([6, 5, 4, 3, 2, 1]);
      expect(answer).toMatchObject({ devices: 3, next: null });
      expect(answer.rows.at(-1)).toMatchObject({
        at: '2026-11-20T14:00:00.000Z',
        event: 'signup_step',
        page_path: '/signup',
        properties: { step: 1 },
      });
    },
  );

  it('goes on where an answer ended, without a gap or a repeat', async () => {
    const seen: number[] = [];
    let before: string | null = null;
    do {
      const answer: Answer = await ask({
        user_id: 'ana',
        limit: '1',
        ...(before !== null && { before }),
      });
      seen.push(...numbersOf(answer));
      before = answer.next;
    } while (before !== null);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('knows nothing of them in other projects, nor of strangers', async () => {
    expect(numbersOf(await ask({ user_id: 'nobody' }))).toEqual([]);
    expect(
      numbersOf(await ask({ user_id: 'ana' }, { tenant_id: 'acme', project_id: 'none' })),
    ).toEqual([]);
  });

  it('says what it takes', async () => {
    await expect(ask({})).rejects.toThrow(/user_id=… or anonymous_id=…/);
    await expect(ask({ user_id: 'ana', limit: '0' })).rejects.toThrow(/limit="0"/);
    await expect(ask({ user_id: 'ana', before: 'x' })).rejects.toThrow(/before="x"/);
  });
});
