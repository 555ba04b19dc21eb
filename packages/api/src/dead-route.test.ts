import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeadEvent } from '@px-platform/protocol';
import type { EventStore, KeyGrant } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleDead, sampleId } from '@px-platform/store/contract';
import { createMemoryStreams } from '@px-platform/store/memory';
import { serve, type Served } from '@px-platform/test-services';
import { createApi } from './api.js';
import type { DoorAnswer } from './replay-door.js';

const SECRET = 'a secret of thirty-two bytes or more';
const NOW = Date.now();
let directory: string;
let eventStore: EventStore;
let server: Served;
let project = 'shop-0';
let door: (events: readonly Record<string, unknown>[]) => DoorAnswer;
let sent: Record<string, unknown>[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-dead-'));
  eventStore = await openChdbEventStore({ path: directory });
});
afterAll(async () => {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  project = `shop-${Number(project.slice(5)) + 1}`;
  sent = [];
  door = () => ({ kind: 'answered', results: [], retryAfterS: null });
  const grant: KeyGrant = {
    kind: 'secret',
    tenant_id: 'acme',
    project_id: project,
    origins: [],
    environment: 'production',
    flags_mode: 'rules',
    tier: 'free',
    events_per_hour: null,
  };
  const api = createApi({
    catalog: {
      findKey: async (key) => (key === 'pxs_k' ? grant : null),
      listProjects: async (tenant_id) => [{ id: project, tenant_id, name: 'Shop' }],
    },
    eventStore,
    replays: {
      eventStore,
      door: async (events, key) => {
        expect(key).toBe('pxs_k');
        sent.push(...(events as Record<string, unknown>[]));
        return door(events as Record<string, unknown>[]);
      },
    },
    streams: createMemoryStreams(),
    log: { info() {}, warn() {}, error() {} },
    tokens: { keys: { secret: SECRET }, issuer: 'login', audience: 'px' },
    clock: () => NOW,
  });
  server = await serve(express().use(api));
});
afterEach(() => server.close());

async function ask(method: string, path: string, credential = 'pxs_k') {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${credential}` },
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}
const die = (number: number, changes: Partial<DeadEvent> = {}) =>
  eventStore.insertDead([
    sampleDead(number, {
      project_id: project,
      at: NOW - 10_000 + number,
      body: JSON.stringify({ event: 'signup', user_id: 'ana', timestamp: 5, n: number }),
      ...changes,
    }),
  ]);
const idsIn = (answer: Record<string, unknown>) =>
  (answer['letters'] as { id: string }[]).map(({ id }) => id);
const list = async (query = '') => idsIn((await ask('GET', `/v1/dead?${query}`)).answer);

describe('given dead letters', () => {
  it('lists them, the last to die first, by filters and in pages', async () => {
    await die(1, { code: 'schema_violation', stage: 'schema' });
    await die(2);
    await die(3, { event_name: 'paid' });
    await die(4, { stage: 'schema_warning', code: 'schema_violation' });
    const ids = [1, 2, 3, 4].map((number) => sampleId(number));
    expect(await list()).toEqual([ids[2], ids[1], ids[0]]);
    expect(await list('code=schema_violation')).toEqual([ids[0]]);
    expect(await list('stage=processor&event=paid')).toEqual([ids[2]]);
    expect(await list('stage=schema_warning')).toEqual([ids[3]]);
    expect(await list(`since=${NOW - 10_000 + 2}`)).toEqual([ids[2], ids[1]]);
    expect(await list(`until=${NOW - 10_000 + 1}`)).toEqual([ids[0]]);
    expect(await list('status=replayed')).toEqual([]);
    const first = (await ask('GET', '/v1/dead?limit=2')).answer;
    expect(idsIn(first)).toEqual([ids[2], ids[1]]);
    const second = (await ask('GET', `/v1/dead?limit=2&after=${String(first['next'])}`)).answer;
    expect([idsIn(second), second['next']]).toEqual([[ids[0]], null]);
    expect((first['letters'] as object[])[0]).toEqual({
      id: ids[2],
      event: 'paid',
      stage: 'processor',
      code: 'not_storable',
      message: 'properties.total is no number',
      attempts: 1,
      first_at: NOW - 10_000 + 3,
      at: NOW - 10_000 + 3,
      replayed_at: null,
    });
  });

  it('shows one with its event and each of its deaths', async () => {
    await die(1, { code: 'schema_violation', stage: 'schema', message: 'first' });
    await die(1, { attempts: 2, message: 'second', body: '{"event":"signup","again":1}' });
    const { answer } = await ask('GET', `/v1/dead/${sampleId(1).toUpperCase()}`);
    expect(answer).toMatchObject({
      id: sampleId(1),
      message: 'second',
      attempts: 2,
      body: '{"event":"signup","again":1}',
      deaths: [
        { attempts: 1, stage: 'schema', code: 'schema_violation', message: 'first' },
        { attempts: 2, stage: 'processor', code: 'not_storable', message: 'second' },
      ],
    });
    expect(await list()).toEqual([sampleId(1)]);
  });

  it.each([
    'code=nonsense',
    'stage=x',
    'status=y',
    'limit=0',
    'limit=9999',
    'since=yesterday',
    'after=x',
    'code=a&code=b',
  ])('refuses what it cannot understand: %s', async (query) => {
    expect((await ask('GET', `/v1/dead?${query}`)).status).toBe(400);
  });
});

describe('given a replay', () => {
  it('sends the event under its own id, as nobody’s browser, and marks the letter', async () => {
    await die(1);
    const { answer } = await ask('POST', `/v1/dead/${sampleId(1)}/replay`);
    expect(answer).toEqual({
      replayed: 1,
      results: [{ id: sampleId(1), event: 'signup_step', outcome: 'ok' }],
    });
    expect(sent).toEqual([
      {
        event: 'signup',
        user_id: 'ana',
        n: 1,
        event_id: sampleId(1),
        timestamp: 5,
        context: { ip: '', user_agent: '', attempt: 2 },
      },
    ]);
    expect(await list()).toEqual([]);
    expect(await list('status=replayed')).toEqual([sampleId(1)]);
    const shown = (await ask('GET', `/v1/dead/${sampleId(1)}`)).answer;
    expect(shown).toMatchObject({ replayed_at: NOW, attempts: 1, deaths: [{ attempts: 1 }] });
  });

  it('loses nothing of what is not taken: it is dead as before, and told why', async () => {
    await die(1);
    await die(2);
    door = (events) => ({
      kind: 'answered',
      retryAfterS: 9,
      results: events.map(({ event_id }, index) => ({
        event_id: String(event_id),
        index,
        status: event_id === sampleId(1) ? 'drop' : 'retry',
        code: event_id === sampleId(1) ? 'schema_violation' : 'rate_limited',
      })),
    });
    const { answer } = await ask('POST', '/v1/dead/replay');
    expect(answer).toMatchObject({
      replayed: 0,
      retry_after_s: 9,
      next: null,
      as_of: NOW,
      results: [
        { id: sampleId(2), outcome: 'retry', code: 'rate_limited' },
        { id: sampleId(1), outcome: 'drop', code: 'schema_violation' },
      ],
    });
    for (const away of ['later', 'refused'] as const) {
      door = () => ({ kind: away, code: 'unavailable', message: 'away', retryAfterS: null });
      await ask('POST', '/v1/dead/replay');
    }
    expect(await list()).toEqual([sampleId(2), sampleId(1)]);
  });

  it('is dead again where it dies on its way after it was taken, and counts its attempts', async () => {
    await die(1);
    await ask('POST', `/v1/dead/${sampleId(1)}/replay`);
    const body = JSON.stringify({ event: 'signup', context: { attempt: 2 } });
    await die(1, { attempts: 2, at: NOW, body });
    expect(await list()).toEqual([sampleId(1)]);
    await ask('POST', `/v1/dead/${sampleId(1)}/replay`);
    expect(sent.at(-1)).toMatchObject({ context: { attempt: 3 } });
    expect(await list()).toEqual([]);
  });

  it('gives an event without an id that can be read the same one each time', async () => {
    await die(1, { event_id: null, stage: 'collector', code: 'missing_identity' });
    await die(2, { event_id: 'my-id', stage: 'collector', code: 'invalid_event_id' });
    const ids = await list();
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    await ask('POST', '/v1/dead/replay');
    expect(sent.map(({ event_id }) => event_id)).toEqual(ids);
    expect(await list('status=replayed')).toEqual(ids);
  });

  it('sends nothing of a body that is no event, nor of what is stored already', async () => {
    await die(1, { body: '{"event":"cut off in the mid' });
    await die(2, { body: '[1]' });
    await die(3, { stage: 'schema_warning' });
    const { answer } = await ask('POST', '/v1/dead/replay');
    expect(answer['results']).toMatchObject([{ outcome: 'unfit' }, { outcome: 'unfit' }]);
    const warning = await ask('POST', `/v1/dead/${sampleId(3)}/replay`);
    expect(warning.answer['results']).toMatchObject([{ outcome: 'unfit' }]);
    expect(sent).toEqual([]);
  });

  it('sends large letters in several requests, each below what one may be', async () => {
    const sizes: number[] = [];
    door = (events) => {
      sizes.push(JSON.stringify(events).length);
      return { kind: 'answered', results: [], retryAfterS: null };
    };
    for (let number = 1; number <= 40; number += 1) {
      await die(number, {
        body: JSON.stringify({ event: 'big', n: number, text: 'x'.repeat(60_000) }),
      });
    }
    const { answer } = await ask('POST', '/v1/dead/replay?limit=500');
    expect(answer['replayed']).toBe(40);
    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThan(1_100_000);
  });

  it('takes a secret key, and no token: the collector takes none', async () => {
    await die(1);
    const token = await new SignJWT({
      iss: 'login',
      aud: 'px',
      tenant_id: 'acme',
      role: 'admin',
      projects: [project],
    })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(NOW / 1_000 + 600)
      .sign(new TextEncoder().encode(SECRET));
    expect(idsIn((await ask('GET', '/v1/dead', token)).answer)).toEqual([sampleId(1)]);
    expect(await ask('POST', '/v1/dead/replay', token)).toMatchObject({
      status: 403,
      answer: { code: 'wrong_key_kind' },
    });
  });
});
