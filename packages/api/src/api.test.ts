import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '@px-platform/test-services';
import { liveStream, type EventStore, type KeyGrant, type Streams } from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { createMemoryStreams } from '@px-platform/store/memory';
import { createApi } from './api.js';

const TENANT = {
  tenant_id: 't',
  project_id: 'shop',
  origins: [],
  environment: 'production',
  flags_mode: 'rules',
  tier: 'free',
  events_per_hour: null,
} as const;
const GRANTS: Readonly<Record<string, KeyGrant>> = {
  px_sk_shop: { ...TENANT, kind: 'secret' },
  px_wk_shop: { ...TENANT, kind: 'write' },
  px_sk_rival: { ...TENANT, kind: 'secret', tenant_id: 'rival', project_id: 'rival' },
};
const catalog = {
  findKey: async (key: string) => GRANTS[key] ?? null,
  listProjects: async (tenantId: string) =>
    [
      { id: 'shop', tenant_id: 't', name: 'Shop' },
      { id: 'blog', tenant_id: 't', name: 'Blog' },
      { id: 'rival', tenant_id: 'rival', name: 'Rival' },
    ].filter(({ tenant_id }) => tenant_id === tenantId),
};
const log = { info() {}, warn() {}, error() {} };

let directory: string;
let eventStore: EventStore;
let streams: Streams;
let server: Served;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-api-'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>PX</title>');
  eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  streams = createMemoryStreams({ remember: 3 });
  const app = express().use(
    createApi({
      catalog,
      eventStore,
      streams,
      log,
      dashboardDir: directory,
      localSession: { secretKey: 'px_sk_shop', welcome: { write_key: 'px_wk_shop' } },
    }),
  );
  server = await serve(app);
  ({ url } = server);
});
afterAll(async () => {
  await server.close();
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
});

async function get(
  path: string,
  headers: Record<string, string> = { authorization: 'Bearer px_sk_shop' },
) {
  const response = await fetch(url + path, { headers });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

describe('given keys', () => {
  it.each([
    ['no key', {}, 401, 'missing_key'],
    ['an unknown key', { authorization: 'Bearer nonsense' }, 401, 'unknown_key'],
    ['a cookie that encodes nothing', { cookie: 'px_session=%zz' }, 401, 'unknown_key'],
    ['a write key', { authorization: 'Bearer px_wk_shop' }, 403, 'wrong_key_kind'],
  ])('refuses %s with a reason', async (_title, headers, status, code) => {
    const refused = await get('/v1/projects', headers);
    expect({ status: refused.status, code: refused.answer.code }).toEqual({ status, code });
    expect(String(refused.answer.message).length).toBeGreaterThan(20);
  });

  it('opens the key’s own project only, and gives no hint of others', async () => {
    expect((await get('/v1/projects')).answer).toEqual({
      projects: [{ id: 'shop', tenant_id: 't', name: 'Shop' }],
    });
    const rival = { authorization: 'Bearer px_sk_rival' };
    for (const path of ['/v1/live', '/v1/questions/event-count']) {
      const existing = await get(`${path}?project=shop`, rival);
      const missing = await get(`${path}?project=nowhere`, rival);
      expect(existing.status).toBe(404);
      expect(JSON.stringify(existing).replace('shop', 'X')).toBe(
        JSON.stringify(missing).replace('nowhere', 'X'),
      );
    }
  });
});

describe('given a visit to the local dashboard', () => {
  it('signs the browser in with a cookie no script and no other site can use', async () => {
    const page = await fetch(url);
    const cookie = page.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const session = await get('/v1/session', { cookie: cookie.split(';', 1)[0] ?? '' });
    expect(session).toMatchObject({ status: 200, answer: { write_key: 'px_wk_shop' } });
  });

  it('refuses to be visited under another name', async () => {
    const status = await new Promise((resolve, reject) => {
      httpRequest(url, { headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe('given questions', () => {
  it('lists them, answers one, and says how long it took', async () => {
    const { answer } = await get('/v1/questions');
    expect(answer.questions).toContainEqual(expect.objectContaining({ name: 'event-count' }));
    const count = await get('/v1/questions/event-count?event=none&by=step&project=shop');
    expect(count).toMatchObject({
      status: 200,
      answer: { question: 'event-count', total: { events: 0, people: 0 }, rows: [] },
    });
    expect(count.answer.elapsed_ms).toBeGreaterThan(0);
  });

  it.each([
    ['/v1/questions/why', 404, 'not_found'],
    ['/v1/questions/event-count?evnet=x', 400, 'invalid_question'],
    ['/v1/questions/event-count?by=a&by=b', 400, 'invalid_question'],
    ['/v1/questions/event-count?since=soon', 400, 'invalid_question'],
    ['/v1/nothing', 404, 'not_found'],
    ['/v1/questions/%ff', 400, 'invalid_request'],
    ['/v1/questions/event-count?until=99999999999999999999', 400, 'invalid_question'],
  ])('refuses %s', async (path, status, code) => {
    const refused = await get(path);
    expect({ status: refused.status, code: refused.answer.code }).toEqual({ status, code });
  });
});

describe('given the live feed', () => {
  it('replays what is remembered, streams what comes, and resumes after the last id', async () => {
    const stream = liveStream('shop');
    for (const n of [1, 2, 3, 4]) await streams.publish(stream, { n });
    await streams.publish(liveStream('rival'), { n: 'secret' });

    const first = await listen('/v1/live?project=shop');
    await first.until(3);
    await streams.publish(stream, { n: 5 });
    expect(await first.until(4)).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }]);
    first.close();

    await streams.publish(stream, { n: 6 });
    const second = await listen('/v1/live', { 'last-event-id': String(first.lastId()) });
    expect(await second.until(1)).toEqual([{ n: 6 }]);
    second.close();
  });
});

describe('given a HEAD of the live feed', () => {
  it('ends', async () => {
    const headers = { authorization: 'Bearer px_sk_shop' };
    const head = await fetch(`${url}/v1/live`, { method: 'HEAD', headers });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });
});

/** A reader of server-sent events, as a browser's EventSource would be. */
async function listen(path: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const response = await fetch(url + path, {
    headers: { authorization: 'Bearer px_sk_shop', ...headers },
    signal: controller.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const values = () =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as unknown);
  return {
    async until(count: number) {
      while (values().length < count) text += (await reader.read()).value ?? '';
      return values();
    },
    lastId: () => [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1],
    close: () => controller.abort(),
  };
}
