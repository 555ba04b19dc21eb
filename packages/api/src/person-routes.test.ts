import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { strFromU8, unzipSync } from 'fflate';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '@px-platform/test-services';
import {
  canonicalUserId,
  postgresPrivacyStore,
  postgresProfileStore,
  type EventStore,
  type PrivacyStore,
  type SqlClient,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { NOON, sampleDead, sampleId, sampleLink, sampleRow } from '@px-platform/store/contract';
import { createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { createApi } from './api.js';

const SECRET = 'a secret of thirty-two bytes or more';
const SHOP = { tenant_id: 'acme', project_id: 'shop' };
const ANA = canonicalUserId('shop', 'known', 'ana@shop.example');
const PHONE = canonicalUserId('shop', 'anonymous', 'phone');

let directory: string;
let eventStore: EventStore;
let sql: SqlClient;
let requests: PrivacyStore;
let server: Served;
const failures: object[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-people-'));
  eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  sql = await openPglite({ path: join(directory, 'records') });
  requests = postgresPrivacyStore(sql);
  const profiles = postgresProfileStore(sql);
  const seen = { ...SHOP, first_seen: NOON, last_seen: NOON };
  await profiles.see([
    { ...seen, user_id: ANA, distinct_id: 'h_ana', is_identified: true },
    { ...seen, user_id: PHONE, distinct_id: 'phone', is_identified: false },
  ]);
  await eventStore.insertEvents([
    sampleRow(1, { ...SHOP, user_id: ANA, distinct_id: 'h_ana', anonymous_id: 'phone' }),
    sampleRow(2, { ...SHOP, user_id: PHONE, distinct_id: 'phone', anonymous_id: 'phone' }),
    sampleRow(3, { ...SHOP, user_id: sampleId(77) }),
    sampleRow(4, { tenant_id: 'rival', project_id: 'shop', user_id: ANA }),
  ]);
  await eventStore.insertLinks([sampleLink(1, { ...SHOP, from_user_id: PHONE, to_user_id: ANA })]);
  await eventStore.insertDead([sampleDead(1, { ...SHOP, body: '{"anonymous_id":"phone"}' })]);
  const api = createApi({
    catalog: {
      findKey: async (key) =>
        key === 'pxs_shop_key_of_theirs'
          ? {
              kind: 'secret',
              ...SHOP,
              origins: [],
              environment: 'production',
              flags_mode: 'rules',
              tier: 'free',
              events_per_hour: null,
            }
          : null,
      listProjects: async () => [{ id: 'shop', tenant_id: 'acme', name: 'Shop' }],
    },
    eventStore,
    streams: createMemoryStreams(),
    people: { requests, profiles, tables: eventStore },
    log: { info() {}, warn() {}, error: (facts) => void failures.push(facts) },
    tokens: { keys: { secret: SECRET }, issuer: 'login', audience: 'px' },
    clock: () => NOON,
  });
  server = await serve(express().use(api));
});
afterAll(async () => {
  await server.close();
  await eventStore.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(server.url + path, {
    headers: { authorization: 'Bearer pxs_shop_key_of_theirs' },
    ...init,
  });

/** The files of an archive, each as its lines. */
async function unzip(response: Response): Promise<Record<string, object[]>> {
  const files = Object.entries(unzipSync(new Uint8Array(await response.arrayBuffer())));
  return Object.fromEntries(
    files.map(([name, bytes]) => {
      const content = strFromU8(bytes);
      const lines = name.endsWith('.jsonl') ? content.split('\n').filter(Boolean) : [content];
      return [name, lines.map((line) => JSON.parse(line) as object)];
    }),
  );
}

describe('GET /v1/privacy/export', () => {
  it('gives all that is kept of a person, from whichever end they are named', async () => {
    for (const subject of ['user_id=ana@shop.example', 'anonymous_id=phone']) {
      const response = await ask(`/v1/privacy/export?${subject}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/zip');
      expect(response.headers.get('content-disposition')).toBe(
        'attachment; filename="px-shop-2026-03-01.zip"',
      );
      const files = await unzip(response);
      expect(Object.keys(files)).toEqual([
        'profile.jsonl',
        'events.jsonl',
        'sessions.jsonl',
        'links.jsonl',
        'dead_events.jsonl',
        'manifest.json',
      ]);
      expect(files['profile.jsonl']).toMatchObject([{ user_id: ANA }, { user_id: PHONE }]);
      expect(files['events.jsonl']).toMatchObject([
        {
          event_id: sampleId(1),
          properties: { step: 'address' },
          consent: 'analytics=granted replay=denied errors=granted messages=pending',
        },
        { event_id: sampleId(2) },
      ]);
      expect(files['dead_events.jsonl']).toMatchObject([{ body: '{"anonymous_id":"phone"}' }]);
      expect(files['manifest.json']).toEqual([
        {
          ...SHOP,
          user_ids: [ANA, PHONE],
          exported_at: '2026-03-01T12:00:00.000Z',
          rows: { profile: 2, events: 2, sessions: 2, links: 1, dead_events: 1 },
        },
      ]);
      const id = response.headers.get('x-px-request')!;
      const answer = (await (await ask(`/v1/privacy/requests/${id}`)).json()) as object;
      expect(answer).toMatchObject({
        kind: 'export',
        status: 'finished',
        requested_by: 'key pxs_shop_k…',
        report: { events: 2 },
      });
      expect(JSON.stringify(answer)).not.toContain('shop.example');
    }
  });

  it('is found under /api too', async () => {
    const response = await ask('/api/privacy/export?user_id=nobody');
    expect((await unzip(response))['manifest.json']).toMatchObject([
      { rows: { profile: 0, events: 0 } },
    ]);
  });

  it('has no manifest where it was cut off, and says that it was', async () => {
    const { rowsOf } = eventStore;
    const broken = { ...eventStore, rowsOf: brokenAt('sessions', rowsOf) };
    const api = createApi({
      catalog: {
        findKey: async () => ({
          kind: 'secret',
          ...SHOP,
          origins: [],
          environment: 'production',
          flags_mode: 'rules',
          tier: 'free',
          events_per_hour: null,
        }),
        listProjects: async () => [],
      },
      eventStore,
      streams: createMemoryStreams(),
      people: { requests, profiles: { find: async () => null }, tables: broken },
      log: { info() {}, warn() {}, error: (facts) => void failures.push(facts) },
    });
    const other = await serve(express().use(api));
    const url = `${other.url}/v1/privacy/export?user_id=ana@shop.example`;
    await expect(
      fetch(url, { headers: { authorization: 'Bearer pxs_any' } }).then((each) =>
        each.arrayBuffer(),
      ),
    ).rejects.toThrow(/terminated|aborted|other side closed/);
    await expect.poll(() => failures.length).toBe(1);
    const [newest] = await requests.list(SHOP);
    expect(newest).toMatchObject({ finished_at: null, last_error: 'the disk is gone' });
    await other.close();
  });
});

function brokenAt(part: string, rowsOf: EventStore['rowsOf']): EventStore['rowsOf'] {
  return async function* (named, person) {
    if (named === part) throw new Error('the disk is gone');
    yield* rowsOf(named, person);
  };
}

describe('DELETE /v1/privacy/person', () => {
  it('takes a request to forget somebody, and tells what became of it', async () => {
    const response = await ask('/v1/privacy/person?user_id=ana@shop.example', { method: 'DELETE' });
    expect(response.status).toBe(202);
    const asked = (await response.json()) as { id: string };
    expect(asked).toMatchObject({
      kind: 'erasure',
      status: 'waiting',
      project_id: 'shop',
      user_ids: [ANA, PHONE],
      finished_at: null,
      report: null,
    });
    const claimed = await requests.claim(60_000);
    expect(claimed).toMatchObject({ id: asked.id, subject: { user_id: 'ana@shop.example' } });
    await requests.putOff(asked.id, { error: 'host db-7 is away', waitMs: 60_000 });
    const followed = await ask(response.headers.get('location')!);
    const running = await followed.json();
    expect(running).toMatchObject({ status: 'running', delayed: true });
    expect(JSON.stringify(running)).not.toContain('db-7');
    const { requests: listed } = (await (await ask('/v1/privacy/requests')).json()) as {
      requests: { id: string }[];
    };
    expect(listed[0]).toMatchObject({ id: asked.id });
  });
});

describe('given somebody who may not, or says too little', () => {
  it.each([
    ['GET', '/v1/privacy/export?user_id=ana'],
    ['DELETE', '/v1/privacy/person?user_id=ana'],
    ['GET', '/v1/privacy/requests'],
    ['GET', `/v1/privacy/requests/${sampleId(1)}`],
  ])('wants an admin for %s %s', async (method, path) => {
    const token = await new SignJWT({ iss: 'login', aud: 'px', tenant_id: 'acme', role: 'editor' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(NOON / 1_000 + 600)
      .sign(new TextEncoder().encode(SECRET));
    const response = await ask(path, { method, headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'role_too_low' });
  });

  it.each([
    ['', 'say whom'],
    ['?user_id=', 'user_id is given once'],
    ['?user_id=a&user_id=b', 'user_id is given once'],
    [`?anonymous_id=${'x'.repeat(1_001)}`, 'anonymous_id is given once'],
  ])('says what is missing in %j', async (query, words) => {
    const response = await ask(`/v1/privacy/export${query}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { message: string }).message).toContain(words);
  });

  it('knows no request of another project', async () => {
    expect((await ask('/v1/privacy/requests/nonsense')).status).toBe(404);
    const rival = await requests.ask({
      tenant_id: 'rival',
      project_id: 'vault',
      kind: 'export',
      subject: {},
      user_ids: [],
      requested_by: 'x',
    });
    expect((await ask(`/v1/privacy/requests/${rival.id}`)).status).toBe(404);
  });
});
