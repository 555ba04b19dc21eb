import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptedEvent, PxEvent } from '@px-platform/protocol';
import {
  canonicalUserId,
  liveStream,
  personalToken,
  postgresCatalog,
  postgresPrivacyStore,
  postgresProfileStore,
  type Catalog,
  type EventStore,
  type PrivacyStore,
  type ProfileStore,
  type SqlClient,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleDead, sampleId } from '@px-platform/store/contract';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { startProcessor } from '../processor.js';
import { acceptedEvent } from '../../test/events.js';
import { createErasedPeople } from './erased-people.js';
import { createEraser } from './eraser.js';

const quiet = { info() {}, warn() {}, error() {} };
const SHOP = { tenant_id: 't', project_id: 'shop' };

let directory: string;
let eventStore: EventStore;
let sql: SqlClient;
let requests: PrivacyStore;
let profiles: ProfileStore;
const streams = createMemoryStreams();
/** As far as the processor is from the machine's clock. */
let ahead = 0;
const clock = () => Date.now() + ahead;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-erasure-'));
  eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  sql = await openPglite({ path: join(directory, 'records') });
  requests = postgresPrivacyStore(sql);
  profiles = postgresProfileStore(sql);
});
afterAll(async () => {
  await eventStore.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

const accepted = (event: Partial<PxEvent>, at = Date.now()): AcceptedEvent =>
  acceptedEvent('shop', { event: 'visit', ...event, timestamp: at }, { received_at: at });

async function start(more: { readonly catalog?: Catalog } = {}) {
  const eventLog = createDirectEventLog();
  const counters = createMemoryCounters();
  // It would forget people by itself, and wait two minutes for the second sweep: here the tests do it.
  const unclaimed = { ...requests, claim: async () => null };
  const deps = { eventStore, profiles, streams, counters, requests: unclaimed, log: quiet, clock };
  const stop = await startProcessor({ eventLog, ...deps, ...more });
  const send = (...events: AcceptedEvent[]) =>
    eventLog.append(
      'events_raw',
      events.map((value) => ({ key: 'any', value })),
    );
  return { send, stop, eventLog };
}

/** Every row of every table, as text: what a search of the stores would find. */
async function everything(): Promise<string> {
  const tables = await eventStore.query<{ name: string }>({
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name`,
    params: {},
  });
  expect(tables.length).toBeGreaterThan(6);
  const found: string[] = [];
  for (const { name } of tables) {
    const columns = await eventStore.query<{ name: string; type: string }>({
      sql: `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {name:String}`,
      params: { name },
    });
    const plain = columns.filter(({ type }) => !type.startsWith('AggregateFunction'));
    const states = columns.filter(({ type }) => type.startsWith('AggregateFunction'));
    const listed = [
      ...plain.map((column) => column.name),
      ...states.map((column) => `hex(${column.name}) AS ${column.name}`),
    ];
    const rows = await eventStore.query<object>({
      sql: `SELECT ${listed.join(', ')} FROM ${name}`,
      params: {},
    });
    found.push(...rows.map((row) => `${name} ${JSON.stringify(row)}`));
  }
  const records = await sql.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  for (const { name } of records)
    for (const row of await sql.query<object>(`SELECT t::text AS row FROM "${name}" t`))
      found.push(`${name} ${JSON.stringify(row)}`);
  for (const [place, stream] of [
    ['live', liveStream('shop')],
    ['critical', 'events:critical'],
  ] as const)
    for (const { value } of await streams.entries(stream))
      found.push(`${place} ${JSON.stringify(value)}`);
  return found.join('\n');
}
const rowsWith = async (...texts: string[]) =>
  (await everything()).split('\n').filter((row) => texts.some((text) => row.includes(text)));

const CANARIES = [
  'canary-ana',
  'canary-phone',
  'canary-laptop',
  'canary-session',
  'canary-plan',
  'canary-page',
];
const ask = (subject: object) =>
  requests.ask({ ...SHOP, kind: 'erasure', subject, user_ids: [], requested_by: 'test' });
const eraser = (settleMs = 0, more: { readonly catalog?: Catalog } = {}) =>
  createEraser({ requests, eventStore, profiles, streams, log: quiet, settleMs, ...more });

describe('given a person on two devices, with sessions, traits, links and a dead letter', () => {
  it('is found nowhere once they were forgotten, and everybody else is where they were', async () => {
    const { send, stop, eventLog } = await start();
    const ana = { user_id: 'canary-ana' };
    await send(
      accepted({
        anonymous_id: 'canary-phone',
        session_id: 'canary-session',
        context: { page: { url: 'https://shop.example/canary-page', title: 'canary-page' } },
      }),
      accepted({ anonymous_id: 'canary-laptop' }),
      accepted({
        ...ana,
        anonymous_id: 'canary-phone',
        event: '$identify',
        properties: { $set: { plan: 'canary-plan' }, $increment: { visits: 1 } },
      }),
      accepted({ ...ana, anonymous_id: 'canary-laptop', event: '$identify' }),
      accepted({ ...ana, anonymous_id: 'canary-laptop', event: 'bought' }),
      accepted({ ...ana, session_id: 'canary-session', event: 'sign_up' }),
      accepted({ user_id: 'bea', anonymous_id: 'tablet', session_id: 'hers', event: 'sign_up' }),
    );
    const body = '{"event":"x","user_id":"canary-ana","properties":{"plan":"canary-plan"}}';
    await eventLog.append('events_dead', [
      { key: 'any', value: sampleDead(1, { ...SHOP, body, at: Date.now() }) },
    ]);
    // The search can find: each of them is in more than one place.
    for (const canary of CANARIES) expect(await rowsWith(canary), canary).not.toEqual([]);
    const before = (await rowsWith('bea', 'hers', 'tablet')).filter(
      (row) => !row.startsWith('live'),
    );
    expect(before.length).toBeGreaterThan(3);

    const { id } = await ask({ user_id: 'canary-ana' });
    expect(await eraser()()).toBe(true);
    expect(await requests.find(SHOP, id)).toMatchObject({ finished_at: null });
    await sleep(5);
    expect(await eraser()()).toBe(true);
    expect(await eraser()()).toBe(false);

    const people = [
      canonicalUserId('shop', 'known', 'canary-ana'),
      canonicalUserId('shop', 'anonymous', 'canary-phone'),
      canonicalUserId('shop', 'anonymous', 'canary-laptop'),
    ];
    const request = await requests.find(SHOP, id);
    expect(request).toMatchObject({
      report: { events: 6, links: 2, dead_events: 1, profiles: 3 },
      finished_at: expect.any(Number) as number,
    });
    expect([...request!.user_ids].sort()).toEqual([...people].sort());
    expect(await rowsWith(...CANARIES, 'canary')).toEqual([]);
    // The audit trail and the list of the forgotten have the canonical ids, and nothing else has.
    const named = await rowsWith(...people);
    expect(new Set(named.map((row) => row.split(' ')[0]))).toEqual(
      new Set(['privacy_requests', 'erased_people']),
    );
    expect(
      (await rowsWith('bea', 'hers', 'tablet')).filter((row) => !row.startsWith('live')),
    ).toEqual(before);
    await stop();
  }, 60_000);

  it('stores nothing of before that comes late, and begins anew with what they do now', async () => {
    const { send, stop, eventLog } = await start();
    ahead += 3_000;
    const [forgotten] = (await requests.erasedSince(0)).slice(-1);
    const before = forgotten!.erased_at - 60_000;
    const ana = { user_id: 'canary-ana', anonymous_id: 'canary-phone' };
    await send(
      accepted({ ...ana, event: 'late' }, before),
      // Its clock is wrong, but it was taken before.
      { ...accepted({ ...ana, event: 'late' }), received_at: before },
      accepted({ anonymous_id: 'canary-laptop', event: 'late' }, before),
      accepted({ user_id: 'bea', event: 'late' }, before),
    );
    const body = JSON.stringify({ event: 'late', user_id: 'canary-ana' });
    await eventLog.append('events_dead', [
      { key: 'any', value: sampleDead(2, { ...SHOP, body, at: before }) },
      { key: 'any', value: sampleDead(3, { ...SHOP, body: '{"cut', at: before }) },
    ]);
    const late = await rowsWith('late');
    expect(
      late.filter((row) => /^(events|dead_events|live) /.test(row) && row.includes('canary')),
    ).toEqual([]);
    expect(await rowsWith('canary')).toEqual([]);
    expect(late.some((row) => row.startsWith('events ') && row.includes('bea'))).toBe(true);

    await send(accepted({ ...ana, event: 'back' }, Date.now() + ahead));
    const [row] = await eventStore.query<{ person: number }>({
      sql: `SELECT person FROM events FINAL WHERE event_name = 'back'`,
      params: {},
    });
    // One and two devices of theirs had 1 to 3 and somebody else 4: numbers are not given twice.
    expect(row!.person).toBeGreaterThan(4);
    await stop();
  }, 60_000);
});

describe('given somebody known by an e-mail address, of whom there is a dead letter and nothing else', () => {
  it('is forgotten by the address as sent, of which only the hash was stored', async () => {
    const catalog = postgresCatalog(sql);
    const { stop, eventLog } = await start({ catalog });
    const letterOf = (number: number, user_id: string) => ({
      key: 'any',
      value: sampleDead(number, { ...SHOP, body: JSON.stringify({ event: 'visit', user_id }) }),
    });
    await eventLog.append('events_dead', [
      letterOf(71, 'Only@letters.example'),
      letterOf(72, 'other@letters.example'),
    ]);
    const letters = async () =>
      (
        await eventStore.query<{ body: string }>({
          sql: `SELECT body FROM dead_events FINAL WHERE event_id IN {ids:Array(String)} ORDER BY event_id`,
          params: { ids: [sampleId(71), sampleId(72)] },
        })
      ).map(({ body }) => (JSON.parse(body) as { user_id: string }).user_id);
    const { secret } = await catalog.privacyPolicy(SHOP.tenant_id, SHOP.project_id);
    const tokens = ['only', 'other'].map((name) =>
      personalToken(secret, `${name}@letters.example`),
    );
    expect(await letters()).toEqual(tokens);
    await stop();

    await ask({ user_id: 'Only@letters.example' });
    const eraseNext = eraser(0, { catalog });
    for (let sweep = 0; sweep < 2; sweep += 1) {
      await sleep(5);
      expect(await eraseNext()).toBe(true);
    }
    expect(await letters()).toEqual(tokens.slice(1));
  });
});

describe('given a person who comes back between the sweeps, on one more device', () => {
  it('deletes that as well, numbers them anew afterwards, and knows the device for theirs', async () => {
    const { send, stop } = await start();
    const identify = (anonymous_id: string, plan: string) =>
      accepted(
        { user_id: 'cleo', anonymous_id, event: '$identify', properties: { $set: { plan } } },
        clock(),
      );
    await send(identify('cleo-phone', 'first'));
    const { id } = await ask({ user_id: 'cleo' });
    expect(await eraser()()).toBe(true);
    ahead += 3_000;
    await send(identify('cleo-tablet', 'second'));
    expect(await rowsWith('cleo')).not.toEqual([]);
    await sleep(5);
    expect(await eraser()()).toBe(true);
    // Of the tablet there may be more under way: it is swept twice, as everything is.
    expect(await requests.find(SHOP, id)).toMatchObject({ finished_at: null });
    await eventStore.insertDead([
      sampleDead(91, { ...SHOP, body: JSON.stringify({ anonymous_id: 'cleo-tablet' }) }),
    ]);
    await sleep(5);
    expect(await eraser()()).toBe(true);
    expect(await requests.find(SHOP, id)).not.toMatchObject({ finished_at: null });
    expect(await rowsWith('cleo')).toEqual([]);

    ahead += 3_000;
    const before = Date.now() - 60_000;
    await send(accepted({ anonymous_id: 'cleo-tablet', event: 'cleo-late' }, before));
    expect(await rowsWith('cleo')).toEqual([]);
    // Whose number the processor remembers is no more: traits of nobody would be tried for ever.
    await send(identify('cleo-phone', 'third'));
    const [, person] = [
      canonicalUserId('shop', 'anonymous', 'cleo-phone'),
      canonicalUserId('shop', 'known', 'cleo'),
    ];
    expect(await profiles.find('shop', person)).toMatchObject({ traits: { plan: 'third' } });
    await stop();
  }, 60_000);
});

describe('the eraser', () => {
  it('knows whom it deletes though it was cut short after links and events were gone', async () => {
    const { send, stop, eventLog } = await start();
    const dora = { user_id: 'dora', anonymous_id: 'dora-phone' };
    await send(accepted({ ...dora, event: '$identify' }), accepted({ anonymous_id: 'dora-phone' }));
    await stop();
    const { id } = await ask({ user_id: 'dora' });
    const cut = createEraser({
      requests: {
        ...requests,
        putOff: (each, why) => requests.putOff(each, { ...why, waitMs: 0 }),
      },
      eventStore: {
        ...eventStore,
        async erase(person) {
          await eventStore.erase(person);
          throw new Error('cut short');
        },
      },
      profiles,
      streams,
      log: quiet,
    });
    expect(await cut()).toBe(true);
    // What was under way in somebody's hands, of the device alone.
    await eventStore.insertDead([
      sampleDead(81, { ...SHOP, body: JSON.stringify({ anonymous_id: 'dora-phone' }) }),
    ]);
    for (let sweep = 0; sweep < 2; sweep += 1) {
      await sleep(5);
      expect(await eraser()()).toBe(true);
    }
    expect(await rowsWith('dora')).toEqual([]);
    const phone = canonicalUserId('shop', 'anonymous', 'dora-phone');
    expect((await requests.find(SHOP, id))?.user_ids).toContain(phone);
    await eventLog.close();
  }, 60_000);

  it('tries again later where a store is away, and finishes what was begun', async () => {
    const { id } = await ask({ anonymous_id: 'nobody' });
    let isAway = true;
    const flaky = {
      ...eventStore,
      erase: (...args: Parameters<EventStore['erase']>) =>
        isAway ? Promise.reject(new Error('the store is away')) : eventStore.erase(...args),
    };
    const eraseNext = createEraser({
      requests: {
        ...requests,
        putOff: (each, why) => requests.putOff(each, { ...why, waitMs: 0 }),
      },
      eventStore: flaky,
      profiles,
      streams,
      log: quiet,
      settleMs: 0,
    });
    expect(await eraseNext()).toBe(true);
    expect(await requests.find(SHOP, id)).toMatchObject({ last_error: 'the store is away' });
    isAway = false;
    for (let sweep = 0; sweep < 2; sweep += 1) {
      await sleep(5);
      expect(await eraseNext()).toBe(true);
    }
    expect(await requests.find(SHOP, id)).toMatchObject({
      finished_at: expect.any(Number) as number,
      report: { events: 0, profiles: 0 },
      attempts: 3,
    });
  });

  it('leaves time between its two sweeps for what is under way elsewhere', async () => {
    const { id } = await ask({ anonymous_id: 'nobody' });
    expect(await eraser(60_000)()).toBe(true);
    expect(await eraser(60_000)()).toBe(false);
    await requests.finish(id, { user_ids: [], report: {} });
  });
});

describe('the list of who was forgotten', () => {
  it('knows whose a dead letter is by the ids at its top, and by any where it was cut short', async () => {
    const erased = createErasedPeople({
      requests: {
        erasedSince: async () => [
          {
            project_id: 'shop',
            user_id: canonicalUserId('shop', 'known', 'ana'),
            erased_at: 1_000,
          },
        ],
      },
      onForgotten() {},
      onDropped() {},
      clock: () => 1_000,
      log: quiet,
    });
    await erased.refresh();
    const bodies = [
      // Of others, who say something of ana.
      '{"event":"x","properties":{"user_id":"ana"},"user_id":"bea"}',
      '{"event":"x","properties":{"user_id":"ana"},"anonymous_id":"tablet"}',
      '{"event":"x","user_id":"bea","properties":{"user_id":"ana","cut',
      '["user_id","ana"]',
      'null',
      '"user_id"',
      '{"user_id":{"user_id":"ana"}}',
      // Hers.
      '{"event":"x","properties":{"user_id":"bea"},"user_id":"ana"}',
      '{"event":"x","user_id":"ana","properties":{"user_id":"bea","cut',
    ];
    const letters = bodies.map((body, index) => sampleDead(index, { ...SHOP, body, at: 500 }));
    expect(erased.keepLetters(letters)).toEqual(letters.slice(0, -2));
  });

  it('is read again at most every two seconds, counts for half a minute where it cannot be, and no longer', async () => {
    let now = 0;
    let reads = 0;
    let isAway = false;
    const erased = createErasedPeople({
      requests: {
        async erasedSince() {
          reads += 1;
          if (isAway) throw new Error('away');
          return [];
        },
      },
      onForgotten() {},
      onDropped() {},
      clock: () => now,
      log: quiet,
    });
    for (now = 0; now <= 4_000; now += 500) await erased.refresh();
    expect(reads).toBe(3);
    isAway = true;
    now = 30_000;
    await erased.refresh();
    now = 40_000;
    await expect(erased.refresh()).rejects.toThrow('away');
    isAway = false;
    await erased.refresh();
  });
});
