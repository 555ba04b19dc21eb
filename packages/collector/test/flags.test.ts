import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '@px-platform/protocol/flags';
import type { SqlClient } from '@px-platform/store';
import { openPglite } from '@px-platform/store/pglite';
import { flagOf, openFlagsStage, openStream, type FlagsStage } from './flags-stage.js';

let directory: string;
let sql: SqlClient;
let stage: FlagsStage;
let key: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-flags-'));
  sql = await openPglite({ path: directory });
  stage = await openFlagsStage(sql);
  key = await stage.keyOf();
});
afterAll(async () => {
  await stage.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(stage.url + path, { headers: { authorization: `Bearer ${key}`, ...headers }, method });
const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(stage.url + path, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? null : JSON.parse(text)) as unknown,
  };
};

describe('given a project without definitions', () => {
  it('serves an empty document of revision 0', async () => {
    const response = await get('/v1/config');
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"production-0"');
    expect(await response.json()).toEqual({
      features: {},
      px: { revision: 0, environment: 'production' },
    });
  });
});

describe('given published flags', () => {
  let revision: number;
  beforeAll(async () => {
    revision = await stage.put(flagOf('checkout'));
    await stage.served(revision, key);
  });

  it('serves the document, and 304 to whoever has it', async () => {
    const first = await get('/v1/config');
    expect(first.headers.get('etag')).toBe(`"production-${revision}"`);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(first.headers.get('access-control-expose-headers')).toContain('etag');
    expect(await first.json()).toMatchObject({
      features: { checkout: { defaultValue: 'old', rules: [{ id: 'pros', force: 'new' }] } },
      px: { revision, environment: 'production' },
    });
    for (const tag of [`"production-${revision}"`, `W/"x", W/"production-${revision}"`, '*']) {
      const again = await get('/v1/config', { 'if-none-match': tag });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    expect((await get('/v1/config', { 'if-none-match': '"production-0"' })).status).toBe(200);
  });

  it('finds the key wherever it may be, answers HEAD, and says what pages may send', async () => {
    const bare = (path: string, init?: RequestInit) => fetch(stage.url + path, init);
    expect((await bare(`/v1/config?key=${key}`)).status).toBe(200);
    expect((await bare('/v1/config', { headers: { 'x-api-key': key } })).status).toBe(200);
    const head = await bare(`/v1/config?key=${key}`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(50);
    const asked = await bare('/v1/config', { method: 'OPTIONS' });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toContain('if-none-match');
    const put = await bare('/v1/config', { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('refuses who has no key, or none of ours, and pages with a secret key', async () => {
    const secret = await stage.keyOf({ kind: 'secret' });
    const statusOf = async (headers: Record<string, string>) => {
      const response = await fetch(`${stage.url}/v1/config`, { headers });
      return [response.status, ((await response.json()) as { code?: string }).code];
    };
    expect(await statusOf({})).toEqual([401, 'missing_key']);
    expect(await statusOf({ 'x-api-key': 'nobody' })).toEqual([401, 'unknown_key']);
    expect(await statusOf({ 'x-api-key': secret, origin: 'https://shop.example' })).toEqual([
      403,
      'wrong_key_kind',
    ]);
    expect(await statusOf({ 'x-api-key': secret })).toEqual([200, undefined]);
  });

  it('compresses what is worth it, and says so', async () => {
    const plain = await get('/v1/config', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`v${n}`, `value ${n}`]));
    const split = Object.keys(many).map((variant) => ({ variant, weight: 1 }));
    const environments = { production: { isOn: true, rules: [{ id: 's', split }] } };
    await stage.served(
      await stage.put(flagOf('many', { variants: { ...many, off: 'old' }, environments })),
      key,
    );
    const { headers } = await get('/v1/config', { 'accept-encoding': 'gzip' });
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(headers.get('vary')).toContain('accept-encoding');
    const identity = await get('/v1/config', { 'accept-encoding': 'identity' });
    expect(identity.headers.get('content-encoding')).toBeNull();
    expect(Object.keys(((await identity.json()) as { features: object }).features)).toContain(
      'many',
    );
  });

  it('decides for a client that asks, with all that the client needs to know', async () => {
    const { status, body } = await post('/v1/flags/evaluate', {
      attributes: { user_id: 'u', plan: 'pro' },
    });
    expect(status).toBe(200);
    const { flags, flags_mode } = body as {
      revision: number;
      flags: Record<string, Verdict>;
      flags_mode: string;
    };
    expect(flags_mode).toBe('rules');
    expect(flags['checkout']).toMatchObject({
      value: 'new',
      variant: 'on',
      reason: 'forced',
      ruleId: 'pros',
      exposures: [],
    });
    const bare = await post('/v1/flags/evaluate', '');
    expect((bare.body as { flags: Record<string, Verdict> }).flags['checkout']?.value).toBe('old');
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{"attributes":', 'malformed_json'],
    ['a list', [], 'invalid_request'],
    ['attributes that are none', { attributes: 3 }, 'invalid_request'],
    ['a text that is too long', { attributes: { a: 'x'.repeat(1_025) } }, 'invalid_request'],
    ['too much', { attributes: { a: Array(70_000).fill(1) } }, 'body_too_large'],
  ])('refuses %s', async (_title, sent, code) => {
    expect((await post('/v1/flags/evaluate', sent)).body).toMatchObject({ code });
  });

  it('gives a key whose rules are secret no rules by any way, and verdicts all the same', async () => {
    const values = await stage.keyOf({ flags_mode: 'values' });
    const headers = { 'x-api-key': values, authorization: `Bearer ${values}` };
    for (const path of ['/v1/config', `/api/features/${values}`, `/sub/${values}`]) {
      const response = await get(path, headers);
      expect([path, response.status]).toEqual([path, 403]);
      expect(await response.json()).toMatchObject({ code: 'values_only' });
    }
    const { body } = await post('/v1/flags/evaluate', { attributes: { plan: 'pro' } }, headers);
    expect(body).toMatchObject({ flags_mode: 'values', flags: { checkout: { value: 'new' } } });
    const stream = await openStream(`${stage.url}/v1/config/stream?key=${values}`);
    expect((await stream.next())?.event).toBe('config');
    stream.close();
  });

  it('gives a key the flags of its own environment', async () => {
    const { flags } = stage;
    await flags.addEnvironment({ tenant_id: 'acme', project_id: 'shop' }, 'staging');
    const staging = await stage.keyOf({ environment: 'staging' });
    const response = await get('/v1/config', { authorization: `Bearer ${staging}` });
    expect(response.headers.get('etag')).toBe('"staging-1"');
    expect(await response.json()).toMatchObject({
      features: { checkout: { defaultValue: 'old' } },
      px: { environment: 'staging' },
    });
  });

  it('gives another tenant’s key nothing of it', async () => {
    await stage.catalog.ensureProject({ id: 'vault', tenant_id: 'rival', name: 'V' }, 'Rival');
    const rival = await stage.keyOf({ tenant_id: 'rival', project_id: 'vault' });
    const headers = { authorization: `Bearer ${rival}`, 'x-api-key': rival };
    expect(await (await get('/v1/config', headers)).json()).toMatchObject({ features: {} });
    const answers = [
      await post('/v1/flags/evaluate', {}, headers),
      await post('/ofrep/v1/evaluate/flags', {}, headers),
      await post('/ofrep/v1/evaluate/flags/checkout', {}, headers),
    ].map(({ body }) => JSON.stringify(body));
    for (const text of [...answers, await (await get(`/api/features/${rival}`)).text()])
      expect(text).not.toMatch(/"old"|"new"|pros/);
    const ours = await openStream(`${stage.url}/v1/config/stream?key=${rival}`);
    expect((await ours.next())?.data).toBe('{"revision":0}');
    await stage.put(flagOf('checkout', { description: 'x', default: 'on' }));
    await stage.put(flagOf('checkout'));
    await stage.flags.put(
      { tenant_id: 'rival', project_id: 'vault' },
      { kind: 'flag', key: 'own', definition: flagOf('own'), by: 'eve', basedOn: 0 },
    );
    expect((await ours.next())?.data).toBe('{"revision":1}');
    ours.close();
  });
});

describe('given an open stream', () => {
  it('tells the revision at once, and each publication well within a second', async () => {
    const stream = await openStream(`${stage.url}/v1/config/stream?key=${key}`);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    const first = JSON.parse((await stream.next())?.data ?? '') as { revision: number };
    const took: number[] = [];
    for (let change = 1; change <= 20; change += 1) {
      const startedAt = performance.now();
      const revision = await stage.put(
        flagOf('live', { variants: { off: 'old', on: `${change}` } }),
      );
      while ((await stream.next())?.data !== JSON.stringify({ revision }));
      took.push(performance.now() - startedAt);
      const { headers } = await get('/v1/config');
      expect(headers.get('etag')).toBe(`"production-${revision}"`);
    }
    expect(first.revision).toBeGreaterThan(0);
    took.sort((a, b) => a - b);
    console.info(`embedded: put to stream, median ${took[10]} ms, worst ${took.at(-1)} ms`);
    stream.close();
  });

  it('is refused beyond the bounds, counted, and ended when the collector stops', async () => {
    const small = await openFlagsStage(sql, { streams: { most: 3, mostPerKey: 2 } });
    const keys = [await small.keyOf(), await small.keyOf(), await small.keyOf()];
    const open = (of: number) => openStream(`${small.url}/v1/config/stream?key=${keys[of]}`);
    const streams = [await open(0), await open(0)];
    const refused = await open(0);
    expect(refused.response.status).toBe(503);
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
    streams.push(await open(1));
    expect((await open(2)).response.status).toBe(503);
    const metrics = await small.registry.metrics();
    expect(metrics).toContain('px_collector_flags_streams{route="/v1/config/stream"} 3');
    expect(metrics).toContain('px_collector_flags_streams_dropped_total{reason="full"} 2');
    expect(metrics).toContain('px_collector_flags_listening 1');
    streams[0]?.close();
    // Its place is free once the collector has noticed.
    for (let isOpen = false; !isOpen;) isOpen = (await open(2)).response.status === 200;
    const waiting = streams[1]!;
    await waiting.next();
    const ended = waiting.next();
    await small.close();
    expect(await ended).toBeNull();
  });

  it('answers HEAD without staying open', async () => {
    const head = await get('/v1/config/stream', {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });
});

describe('given an address that asks too much', () => {
  it('is held to the budget that batches are held to', async () => {
    const bounded = await openFlagsStage(sql, { ipRequestsPerMinute: 2 });
    const of = await bounded.keyOf();
    const secret = await bounded.keyOf({ kind: 'secret' });
    const ask = async (by = of) =>
      (
        await fetch(`${bounded.url}/v1/config?key=${by}`, {
          headers: { 'x-forwarded-for': '203.0.113.9' },
        })
      ).status;
    // A server asks with a secret key, as often as it has to decide.
    for (let asked = 0; asked < 5; asked += 1) expect(await ask(secret)).toBe(200);
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    await bounded.close();
  });
});
