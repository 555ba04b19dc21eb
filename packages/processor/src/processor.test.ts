import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptedEvent, LiveEvent, PxEvent } from '@px-platform/protocol';
import {
  canonicalUserId,
  EventStoreError,
  liveStream,
  postgresProfileStore,
  type EventStore,
  type ProfileStore,
  type Streams,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleDead } from '@px-platform/store/contract';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { startProcessor, type ProcessorDeps } from './processor.js';
import { createSteps } from './steps/index.js';

const T = Date.UTC(2026, 10, 20, 12);
const warnings: string[] = [];
const log = {
  info() {},
  warn: (_facts: object, message: string) => warnings.push(message),
  error() {},
};

let directory: string;
let eventStore: EventStore;
let profiles: ProfileStore;
let streams: Streams;
let closeSql: () => Promise<void>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-processor-'));
  eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  const sql = await openPglite({ path: join(directory, 'records') });
  closeSql = () => sql.close();
  profiles = postgresProfileStore(sql);
  streams = createMemoryStreams();
});
afterAll(async () => {
  await eventStore.close();
  await closeSql();
  await rm(directory, { recursive: true, force: true });
});

let project = '';
let counter = 0;
beforeEach(() => {
  counter += 1;
  project = `project-${counter}`;
  warnings.length = 0;
});

function newId(): string {
  counter += 1;
  return `01912d68-783e-7a03-8467-${String(counter).padStart(12, '0')}`;
}

function accepted(event: Partial<PxEvent>, more: Partial<AcceptedEvent> = {}): AcceptedEvent {
  const timestamp = typeof event.timestamp === 'number' ? event.timestamp : T;
  return {
    schema_version: 1,
    tenant_id: 't',
    project_id: project,
    event: {
      event_id: newId(),
      event: 'x',
      anonymous_id: 'anon-1',
      timestamp,
      properties: {},
      ...event,
    },
    client_timestamp: timestamp,
    timestamp,
    clock: 'client',
    received_at: T + 50,
    ip: '127.0.0.1',
    user_agent: null,
    hints: {},
    sdk: null,
    ...more,
  };
}

async function start(more: Partial<ProcessorDeps> = {}) {
  const eventLog = createDirectEventLog();
  const counters = createMemoryCounters();
  const stop = await startProcessor({
    eventLog,
    eventStore,
    profiles,
    streams,
    counters,
    log,
    ...more,
  });
  const send = (...events: AcceptedEvent[]) =>
    eventLog.append(
      'events_raw',
      events.map((value) => ({ key: `${value.project_id}:${value.event.user_id}`, value })),
    );
  return { send, stop, eventLog };
}

const rows = (columns: string, final = 'FINAL') =>
  eventStore.query<Record<string, unknown>>({
    sql: `SELECT ${columns} FROM events ${final} WHERE project_id = {project:String} ORDER BY timestamp, seq`,
    params: { project },
  });

function nested(levels: number, key: string): object {
  return levels === 0 ? { end: 1 } : { [key]: nested(levels - 1, key) };
}

async function liveEvents(): Promise<LiveEvent[]> {
  const seen: LiveEvent[] = [];
  const stop = await streams.subscribe<LiveEvent>(liveStream(project), {}, ({ value }) =>
    seen.push(value),
  );
  await stop();
  return seen;
}

describe('given an event of a browser', () => {
  it('becomes one row with everything the steps know, and a line on the live page that tells how', async () => {
    const { send, stop } = await start();
    await send(
      accepted(
        {
          event: 'signup_step_failed',
          seq: 4,
          session_id: 's-1',
          properties: { step: 2, form: { field: 'phone' } },
          context: {
            page: {
              url: 'https://shop.example/signup?utm_source=mail&utm_campaign=may',
              title: 'Sign up',
              referrer: 'https://news.example/a',
            },
            locale: 'pt-BR',
            timezone: 'America/Sao_Paulo',
          },
        },
        { user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
      ),
    );
    await stop();

    const [row] = await rows(
      'event_name, user_id::String AS user_id, person, properties.step::String AS step, properties.form.field::String AS field, page_host, page_path, referrer_host, utm_source, utm_campaign, browser, os, device_type, locale, timezone, seq, toUnixTimestamp64Milli(timestamp) AS at',
    );
    expect(row).toEqual({
      event_name: 'signup_step_failed',
      user_id: canonicalUserId(project, 'anonymous', 'anon-1'),
      person: 1,
      step: '2',
      field: 'phone',
      page_host: 'shop.example',
      page_path: '/signup',
      referrer_host: 'news.example',
      utm_source: 'mail',
      utm_campaign: 'may',
      browser: 'Firefox',
      os: 'Linux',
      device_type: 'desktop',
      locale: 'pt-BR',
      timezone: 'America/Sao_Paulo',
      seq: 4,
      at: T,
    });
    const [live] = await liveEvents();
    expect(live).toMatchObject({
      kind: 'stored',
      event: 'signup_step_failed',
      received_at: T + 50,
    });
    expect(live?.steps.map(({ step }) => step)).toEqual(createSteps().map(({ name }) => name));
    expect(live?.steps.find(({ step }) => step === 'device')?.added).toMatchObject({
      browser: 'Firefox',
    });
  });
});

describe('given what an event says of its sender between the lines', () => {
  const PIXEL =
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
  const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  const page = { url: 'https://shop.example/users/123/orders/9f1c2b7a?gclid=x' };

  it('stores the place, the device, the source and the page among its like', async () => {
    const geo = {
      find: (ip: string) =>
        ip === '81.2.69.142' ? { country: 'PT', region: 'Lisbon', city: 'Lisbon' } : null,
    };
    const { send, stop } = await start({ geo });
    await send(
      accepted(
        { context: { page } },
        {
          ip: '81.2.69.142',
          user_agent: PIXEL,
          hints: {
            'sec-ch-ua': '"Chromium";v="140", "Not=A?Brand";v="24", "Brave";v="140"',
            'sec-ch-ua-mobile': '?1',
            'sec-ch-ua-platform': '"Android"',
            'sec-ch-ua-platform-version': '"15.0.0"',
            'sec-ch-ua-model': '"Pixel 9"',
          },
        },
      ),
    );
    await stop();
    const columns =
      'geo_country, geo_region, geo_city, browser, os, os_version, device_type, device_model, is_bot, page_path, page_template, referrer_class';
    expect(await rows(columns)).toEqual([
      {
        geo_country: 'PT',
        geo_region: 'Lisbon',
        geo_city: 'Lisbon',
        browser: 'Brave',
        os: 'Android',
        os_version: '15',
        device_type: 'mobile',
        device_model: 'Pixel 9',
        is_bot: false,
        page_path: '/users/123/orders/9f1c2b7a',
        page_template: '/users/:id/orders/:id',
        referrer_class: 'paid',
      },
    ]);
  });

  it('keeps the trace that an event happened in with its properties, where it says no other', async () => {
    const { send, stop } = await start();
    const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736';
    await send(
      accepted({ context: { trace_id }, properties: { amount: 12 } }),
      accepted({ context: { trace_id }, properties: { trace_id: 'own' }, timestamp: T + 1 }),
      accepted({ context: { trace_id: `${trace_id}; DROP` }, timestamp: T + 2 }),
      accepted({ context: { trace_id: 7 } as object, timestamp: T + 3 }),
    );
    await stop();
    expect(await rows('properties')).toEqual([
      { properties: { amount: 12, trace_id } },
      { properties: { trace_id: 'own' } },
      { properties: {} },
      { properties: {} },
    ]);
  });

  it('marks bots and keeps their events; a server that tells by curl is none, and what a client says of itself stays apart', async () => {
    const { send, stop } = await start();
    const senders: [string, string, object][] = [
      ['person', PIXEL, { page }],
      ['crawler', GOOGLEBOT, { page }],
      ['crawler off pages', GOOGLEBOT, {}],
      ['scraper', 'curl/8.5.0', { page }],
      ['server', 'curl/8.5.0', {}],
    ];
    const properties = { is_bot: 'no', device_type: 'spaceship' };
    await send(
      ...senders.map(([event, user_agent, context], seq) =>
        accepted({ event, context, properties, timestamp: T + seq }, { user_agent }),
      ),
    );
    await stop();
    expect(
      await rows('event_name, is_bot, device_type, properties.is_bot::String AS said'),
    ).toEqual([
      { event_name: 'person', is_bot: false, device_type: 'mobile', said: 'no' },
      { event_name: 'crawler', is_bot: true, device_type: 'bot', said: 'no' },
      { event_name: 'crawler off pages', is_bot: true, device_type: 'bot', said: 'no' },
      { event_name: 'scraper', is_bot: true, device_type: 'bot', said: 'no' },
      { event_name: 'server', is_bot: false, device_type: 'other', said: 'no' },
    ]);
  });

  it('cuts texts that are too long, between characters, and stores the event', async () => {
    const { send, stop } = await start();
    const long = '🛒'.repeat(5_000);
    await send(
      accepted({
        context: {
          page: { url: `https://shop.example/${'a/'.repeat(5_000)}`, title: long, referrer: long },
          locale: `x${long}`,
          timezone: 'Europe/\ud83d',
          campaign: { utm_source: long, [long]: long },
          groups: { company: long },
        },
      }),
    );
    await stop();
    const lengthOf = (name: string) => `lengthUTF8(${name}) AS ${name}`;
    const names = ['page_url', 'page_path', 'page_template', 'page_title', 'locale', 'utm_source'];
    expect(await rows(names.map(lengthOf).join(', '))).toEqual([
      {
        page_url: 2_000,
        page_path: 2_000,
        page_template: 42,
        page_title: 250,
        locale: 250,
        utm_source: 250,
      },
    ]);
    expect(
      await rows(
        `timezone, countSubstrings(page_title, '🛒') AS carts, mapValues(groups) AS groups, arrayMap(length, mapKeys(campaign)) AS keys`,
      ),
    ).toEqual([
      {
        timezone: 'Europe/\ufffd',
        carts: 250,
        groups: ['🛒'.repeat(250)],
        keys: [10, 200],
      },
    ]);
  });
});

describe('given records that this version cannot read', () => {
  it('sets them aside with what to do, and stores the ones beside them', async () => {
    const registry = new Registry();
    const { send, stop, eventLog } = await start({ registry });
    const newer = accepted({ event: 'of tomorrow' }, { schema_version: 2 as 1 });
    const empty = { schema_version: 1, tenant_id: 't', project_id: project };
    const records = [newer, accepted({ event: 'of today' }), empty as AcceptedEvent];
    await eventLog.append(
      'events_raw',
      records.map((value) => ({ key: 'k', value })),
    );
    await send({ ...newer, event: { ...newer.event, event_id: newId() } });
    const told = await registry.metrics();
    await stop();

    expect(await rows('event_name')).toEqual([{ event_name: 'of today' }]);
    const dead = await eventStore.query<{ event_name: string; code: string; body: string }>({
      sql: 'SELECT event_name, code, message, body FROM dead_events FINAL WHERE project_id = {project:String} ORDER BY event_name',
      params: { project },
    });
    expect(dead).toMatchObject([
      { event_name: '', message: 'the record holds no event' },
      {
        event_name: 'of tomorrow',
        code: 'unknown_schema_version',
        message:
          'the record is of schema version 2; this processor knows them up to 1. Upgrade the processor, then replay the event.',
      },
      { event_name: 'of tomorrow' },
    ]);
    expect(JSON.parse(dead[1]?.body ?? '')).toMatchObject({ event: 'of tomorrow' });
    expect((await liveEvents()).map(({ kind }) => kind).sort()).toEqual([
      'dead',
      'dead',
      'dead',
      'stored',
    ]);
    expect(told).toContain('px_processor_events_total{outcome="dead"} 3');
  });
});

describe('given an event that departs from its tracking plan but was kept', () => {
  it('is one stored line of the live page, which says so', async () => {
    const violation = { code: 'schema_violation', message: 'plan is "gold".' } as const;
    const { send, stop, eventLog } = await start();
    await send({ ...accepted({ event: 'signup' }), violation });
    await eventLog.append('events_dead', [
      {
        key: 'k',
        value: sampleDead(1, {
          project_id: project,
          stage: 'schema_warning',
          code: violation.code,
        }),
      },
    ]);
    await eventLog.append('events_dead', [
      {
        key: 'k',
        value: sampleDead(2, { project_id: project, stage: 'schema', code: violation.code }),
      },
    ]);
    await stop();
    expect((await liveEvents()).map(({ kind, reason }) => [kind, reason?.code])).toEqual([
      ['stored', 'schema_violation'],
      ['rejected', 'schema_violation'],
    ]);
  });
});

describe('given the same event again', () => {
  it('stores it once, says that the others are duplicates, and knows its own work after a restart', async () => {
    const event = accepted({ event: 'paid' });
    const first = await start();
    await first.send(event, event);
    await first.send(event);
    await first.stop();
    const second = await start();
    await second.send(event, accepted({ event: 'other', seq: 1 }));
    await second.stop();

    // Written again after the restart, for tables that are fed from it may lack it; and folded.
    expect(await rows('event_name')).toEqual([{ event_name: 'paid' }, { event_name: 'other' }]);
    expect((await liveEvents()).map(({ kind }) => kind).sort()).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
      'stored',
      'stored',
    ]);
  });

  it('heals the tables that are fed from it, where the engine was killed in the middle of its insert', async () => {
    const event = accepted({ event: 'paid' });
    const first = await start();
    await first.send(event);
    await first.stop();
    const steps = () =>
      eventStore.query<{ event_name: string }>({
        sql: 'SELECT event_name FROM steps FINAL WHERE project_id = {project:String}',
        params: { project },
      });
    expect(await steps()).toHaveLength(1);
    // What such a kill leaves: the event, and not the step.
    await eventStore.query({
      sql: 'ALTER TABLE steps DELETE WHERE project_id = {project:String} SETTINGS mutations_sync = 2',
      params: { project },
    });
    expect(await steps()).toHaveLength(0);
    const second = await start();
    await second.send(event);
    await second.stop();
    expect(await steps()).toEqual([{ event_name: 'paid' }]);
    expect(await rows('event_name')).toEqual([{ event_name: 'paid' }]);
  });

  it('is folded by the table when it comes after all memory of it is gone, and the first delivery’s time stays', async () => {
    const forgetful = { ...eventStore, recentIds: async () => [] };
    const id = newId();
    for (const correction of [0, 90_000]) {
      const { send, stop } = await start({ eventStore: forgetful });
      await send(
        accepted(
          { event_id: id, event: 'paid' },
          { timestamp: T + correction, received_at: T + 50 + correction, clock: 'corrected' },
        ),
      );
      await stop();
    }
    expect(await rows('toUnixTimestamp64Milli(timestamp) AS at')).toEqual([{ at: T }]);
  });
});

describe('given a row the engine refuses', () => {
  it('sets it aside with its reason and stores the ones beside it', async () => {
    const poisonId = newId();
    // The real engine takes everything the steps let through, so the refusal is staged at the port.
    const picky: EventStore = {
      ...eventStore,
      async insertEvents(batch) {
        if (batch.some(({ event_id }) => event_id === poisonId)) {
          throw new EventStoreError('refused', 'Cannot parse properties');
        }
        await eventStore.insertEvents(batch);
      },
    };
    const { send, stop } = await start({ eventStore: picky });
    const good = Array.from({ length: 9 }, (_, seq) =>
      accepted({ event: 'good', seq, timestamp: T + seq }),
    );
    await send(
      ...good.slice(0, 4),
      accepted({ event_id: poisonId, event: 'bad' }),
      ...good.slice(4),
    );
    await stop();

    expect(await rows('event_name')).toEqual(good.map(() => ({ event_name: 'good' })));
    const dead = await eventStore.query<{ event_id: string; code: string; message: string }>({
      sql: 'SELECT event_id, code, message FROM dead_events WHERE project_id = {project:String}',
      params: { project },
    });
    expect(dead).toMatchObject([{ event_id: poisonId, code: 'not_storable' }]);
    expect(dead[0]?.message).toContain('Cannot parse properties');
    expect((await liveEvents()).filter(({ kind }) => kind === 'dead')).toHaveLength(1);
  });
});

describe('given properties that would poison an insert', () => {
  it('stores every one of them in the real engine', async () => {
    const { send, stop } = await start();
    const poison = [
      '{"half":"\\ud800"}',
      '{"big":18446744073709551616,"huge":1e400}',
      '{"a.b":1,"a":{"b":2}}',
      '{"a":1,"a.b":2}',
      '{"":1,"..":2}',
      '{"constructor":1,"toString":{"valueOf":2}}',
      '{"mixed":1}',
      '{"mixed":"1"}',
      '{"mixed":[1,"a",null,{"b":1}]}',
      '{"nul":"\\u0000"}',
      '{"nul\\u0000in a key":1,"\\u0001":2,"\\u2028":3," ":4}',
      '{".":1,"...":2,"a.":3,".a":4}',
      '{"x.:Int64":1,"^x":2,"list[]":[{"y[]":1}],"x.:`Array(JSON)`":3}',
      '{"none":{},"nil":{"nil":null},"lists":[[],[[1]],[{}]]}',
      '{"mixed":{"deep":[true,1.5,"a",{"b":[null,{"c":-0}]}]}}',
      JSON.stringify(nested(8, 'k'.repeat(100))),
      JSON.stringify(Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`key ${n}`, n]))),
      '{"`quoted`\'":"\\"\'`"}',
    ];
    await send(
      ...poison.map((json, seq) =>
        accepted({
          event: 'poison',
          seq,
          timestamp: T + seq,
          properties: JSON.parse(json) as PxEvent['properties'] & object,
        }),
      ),
    );
    await stop();
    expect(await rows('seq')).toEqual(poison.map((_, seq) => ({ seq })));
    expect(warnings).toEqual([]);
  });
});

describe('given a step that fails', () => {
  it('stores the event without the step’s keys, and tells', async () => {
    const failing = {
      name: 'geo',
      enrich: () => {
        throw new Error('database is gone');
      },
    };
    const { send, stop } = await start({ steps: [failing, ...createSteps()] });
    await send(accepted({ event: 'still' }));
    await stop();
    expect(await rows('event_name, geo_country')).toEqual([
      { event_name: 'still', geo_country: '' },
    ]);
    expect((await liveEvents())[0]?.steps[0]).toMatchObject({
      step: 'geo',
      error: 'database is gone',
    });
  });
});

describe('given an anonymous person who becomes known', () => {
  it('numbers both densely, links them, and keeps what identify said of them', async () => {
    const { send, stop } = await start();
    await send(accepted({ event: 'page_view' }));
    await send(
      accepted({
        event: '$identify',
        user_id: 'ana',
        timestamp: T + 1_000,
        properties: { $set: { plan: 'pro' }, $set_once: { first_plan: 'free' } },
      }),
    );
    await send(accepted({ event: 'paid', user_id: 'ana', timestamp: T + 2_000 }));
    await stop();

    expect(await rows('event_name, person')).toEqual([
      { event_name: 'page_view', person: 1 },
      { event_name: '$identify', person: 2 },
      { event_name: 'paid', person: 2 },
    ]);
    const links = await eventStore.query({
      sql: 'SELECT from_person, to_person FROM person_links FINAL WHERE project_id = {project:String}',
      params: { project },
    });
    expect(links).toEqual([{ from_person: 1, to_person: 2 }]);
    const person = await profiles.find(project, canonicalUserId(project, 'known', 'ana'));
    expect(person).toMatchObject({
      person: 2,
      is_identified: true,
      traits: { plan: 'pro', first_plan: 'free' },
    });
  });
});

describe('given what identify says to add and to take away, and what group says of a company', () => {
  it('adds once an event, takes away, and keeps what is said of the company', async () => {
    const { send, stop } = await start();
    const identify = (properties: PxEvent['properties'] & object, after: number) =>
      accepted({ event: '$identify', user_id: 'ana', timestamp: T + after, properties });
    const bought = identify({ $increment: { orders: 1, spent: 12.5, odd: 'x' } }, 1);
    const group = (properties: PxEvent['properties'] & object, after: number) =>
      accepted({ event: '$group', user_id: 'ana', timestamp: T + after, properties });
    await send(bought, identify({ $set: { plan: 'pro', trial: true } }, 2));
    await send(bought, identify({ $increment: { orders: 1 }, $unset: ['trial', 7] }, 3));
    const company = { type: 'company', key: 'acme' };
    await send(
      group({ ...company, $set: { seats: 5, plan: 'team' } }, 5),
      group({ ...company, $set: { seats: 3 }, $set_once: { since: 2024 } }, 4),
      group({ type: 'company', $set: { seats: 9 } }, 6),
    );
    await stop();
    const ana = await profiles.find(project, canonicalUserId(project, 'known', 'ana'));
    expect(ana?.traits).toEqual({ orders: 2, spent: 12.5, plan: 'pro' });
    expect(await profiles.findGroup(project, 'company', 'acme')).toMatchObject({
      traits: { seats: 5, plan: 'team', since: 2024 },
      first_seen: T + 4,
      last_seen: T + 5,
    });
  });
});

describe('given an id of the past that an alias names', () => {
  it('links it to the person, and neither the sender nor two known people to each other', async () => {
    const { send, stop } = await start();
    await send(accepted({ event: 'old_visit', anonymous_id: 'old-device' }));
    await send(accepted({ event: 'visit', anonymous_id: 'anon-1' }));
    await send(accepted({ event: 'paid', user_id: 'bob' }));
    const alias = { event: '$alias', user_id: 'ana', anonymous_id: 'anon-1' };
    await send(accepted({ ...alias, properties: { previous_id: 'old-device' } }));
    // A known person's id is no anonymous one: nobody is merged.
    await send(accepted({ ...alias, properties: { previous_id: 'bob' } }));
    await send(accepted({ ...alias, anonymous_id: 'anon-2' }));
    await stop();

    const personOf = (kind: 'known' | 'anonymous', id: string) =>
      canonicalUserId(project, kind, id);
    const links = await eventStore.query<{ from: string; to: string }>({
      sql: 'SELECT from_user_id AS "from", to_user_id AS "to" FROM person_links FINAL WHERE project_id = {project:String} ORDER BY "from"',
      params: { project },
    });
    const ana = personOf('known', 'ana');
    const named = ['old-device', 'bob', 'anon-2'].map((id) => personOf('anonymous', id));
    expect(links.map(({ to }) => to)).toEqual([ana, ana, ana]);
    expect(links.map(({ from }) => from).sort()).toEqual(named.sort());
    expect(links.map(({ from }) => from)).not.toContain(personOf('known', 'bob'));
  });
});

describe('given a visit that a campaign brought, of a person in a group', () => {
  it('keeps both with every event, and takes the campaign from the address where the client kept none', async () => {
    const { send, stop } = await start();
    const url = 'https://shop.example/?utm_source=address&utm_medium=mail';
    await send(
      accepted({
        event: 'kept',
        context: {
          page: { url },
          campaign: {
            utm_source: 'news',
            gclid: 'x1',
            referrer: 'https://a.example/',
            cut: 'a\ud800',
          },
          groups: { company: 'acme', bad: 7 as unknown as string },
        },
      }),
    );
    await send(accepted({ event: 'read', timestamp: T + 1, context: { page: { url } } }));
    await stop();
    expect(await rows('event_name, utm_source, utm_medium, campaign, groups')).toEqual([
      {
        event_name: 'kept',
        utm_source: 'news',
        utm_medium: 'mail',
        campaign: {
          utm_source: 'news',
          gclid: 'x1',
          referrer: 'https://a.example/',
          cut: 'a\ufffd',
        },
        groups: { company: 'acme' },
      },
      {
        event_name: 'read',
        utm_source: 'address',
        utm_medium: 'mail',
        campaign: {},
        groups: {},
      },
    ]);
  });
});

describe('given a process killed between the row of an identify and its link', () => {
  it('writes the link and the traits when the sender tries again', async () => {
    const identify = accepted({
      event: '$identify',
      user_id: 'ana',
      properties: { $set: { plan: 'pro' } },
    });
    const dying: EventStore = {
      ...eventStore,
      insertLinks: () => Promise.reject(new EventStoreError('unavailable', 'killed')),
    };
    const first = await start({ eventStore: dying });
    await expect(first.send(identify)).rejects.toThrow('killed');
    await first.stop();

    const second = await start();
    await second.send(identify);
    await second.stop();

    expect(await rows('event_name')).toEqual([{ event_name: '$identify' }]);
    const links = await eventStore.query({
      sql: 'SELECT from_person, to_person FROM person_links FINAL WHERE project_id = {project:String}',
      params: { project },
    });
    expect(links).toHaveLength(1);
    const person = await profiles.find(project, canonicalUserId(project, 'known', 'ana'));
    expect(person).toMatchObject({ traits: { plan: 'pro' } });
  });
});

describe('given ids and names cut in the middle of a character', () => {
  it('stores them, links them, and holds up nobody', async () => {
    const { send, stop } = await start();
    const cut = 'ann\ud83d';
    await send(
      accepted({ event: 'seen', anonymous_id: cut }),
      accepted({ event: '$identify', anonymous_id: cut, user_id: cut, timestamp: T + 1 }),
      accepted({ event: 'good', timestamp: T + 2 }),
    );
    await stop();
    expect(await rows('event_name, distinct_id, person')).toEqual([
      { event_name: 'seen', distinct_id: 'ann\ufffd', person: expect.any(Number) as number },
      { event_name: '$identify', distinct_id: 'ann\ufffd', person: expect.any(Number) as number },
      { event_name: 'good', distinct_id: 'anon-1', person: expect.any(Number) as number },
    ]);
    expect(new Set((await rows('person')).map(({ person }) => person)).size).toBe(3);
  });
});

describe('given events of a person that arrive after later ones', () => {
  it('was first seen when the earliest of them happened', async () => {
    const { send, stop } = await start();
    for (const timestamp of [T, T - 3_600_000, T + 10, T + 3_600_000]) {
      await send(accepted({ user_id: 'late', timestamp }));
    }
    await stop();
    const person = await profiles.find(project, canonicalUserId(project, 'known', 'late'));
    expect(person).toMatchObject({ first_seen: T - 3_600_000, last_seen: T + 3_600_000 });
  });
});

describe('given a store that is away', () => {
  it('rejects the append, remembers nothing, and stores the retry once', async () => {
    let isAway = true;
    const flaky: EventStore = {
      ...eventStore,
      async insertEvents(batch) {
        if (isAway) throw new EventStoreError('unavailable', 'connection refused');
        await eventStore.insertEvents(batch);
      },
    };
    const { send, stop } = await start({ eventStore: flaky });
    const event = accepted({ event: 'patient' });
    await expect(send(event)).rejects.toThrow('connection refused');
    isAway = false;
    await send(event);
    await stop();
    expect(await rows('event_name', '')).toEqual([{ event_name: 'patient' }]);
  });
});

describe('given a scrape of its metrics', () => {
  it('tells how old events were when they were stored, and how many wait', async () => {
    const registry = new Registry();
    const { send, stop, eventLog } = await start({ registry, clock: () => T + 50 + 3_000 });
    await send(accepted({}), accepted({}));
    const told = await registry.metrics();
    expect(told).toContain('px_processor_freshness_seconds_bucket{le="2"} 0');
    expect(told).toContain('px_processor_freshness_seconds_bucket{le="5"} 2');
    expect(told).toContain('px_processor_log_lag_events{topic="events_raw",partition="0"} 0');
    // Of the first event, and then of one in so many.
    expect(told).toContain('px_processor_step_seconds_count{step="device"} 1');
    await stop();
    expect(await eventLog.lag('events_raw')).toEqual([0]);
  });

  it('leaves out the lag where the log cannot be asked, and tells the rest', async () => {
    const registry = new Registry();
    const eventLog = createDirectEventLog();
    const lag = () => Promise.reject(new Error('no broker'));
    const stop = await startProcessor({
      eventLog: { ...eventLog, lag },
      eventStore,
      profiles,
      streams,
      counters: createMemoryCounters(),
      log,
      registry,
    });
    const told = await registry.metrics();
    expect(told).not.toMatch(/^px_processor_log_lag_events\{/m);
    expect(told).toContain('px_processor_events_total');
    await stop();
  });
});
