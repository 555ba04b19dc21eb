import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '@px-platform/test-services';
import type { AcceptedEvent, BatchResult, DeadEvent } from '@px-platform/protocol';
import type { KeyGrant } from '@px-platform/store';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryLimiter } from '@px-platform/store/memory';
import { createCollector } from './collector.js';
import { buildJudgementCase, type JudgementCase } from '../test/judgement-case.js';

const NOW = 1_760_000_001_000;
const GOOD = {
  event: 'good',
  user_id: 'u',
  event_id: '01912d68-783e-7a03-8467-5661c1243a00',
  timestamp: NOW - 5,
};
const TENANT = {
  tenant_id: 't',
  project_id: 'shop',
  origins: [],
  environment: 'production',
  flags_mode: 'rules',
  tier: 'enterprise',
  events_per_hour: null,
} as const;
const GRANTS: Readonly<Record<string, KeyGrant>> = {
  px_wk_good: { ...TENANT, kind: 'write' },
  px_wk_page: { ...TENANT, kind: 'write', origins: ['https://shop.example'] },
  px_wk_free: { ...TENANT, kind: 'write', tenant_id: 'frugal', tier: 'free' },
  px_wk_own: { ...TENANT, kind: 'write', tenant_id: 'special', tier: 'free', events_per_hour: 10 },
  px_sk_secret: { ...TENANT, kind: 'secret' },
};
const quiet = { info() {}, warn() {}, error() {} };

let url: string;
let stored: AcceptedEvent[];
let dead: DeadEvent[];
let isLogDown: boolean;
let detachLog: () => Promise<void>;
let isCatalogDown: boolean;
let isLimiterDown: boolean;
let close: () => Promise<void>;

beforeEach(async () => {
  stored = [];
  dead = [];
  isLogDown = false;
  isCatalogDown = false;
  isLimiterDown = false;
  const limiter = createMemoryLimiter();
  const eventLog = createDirectEventLog();
  const detach = await eventLog.consume('events_raw', async (records) => {
    if (isLogDown) throw new Error('disk full');
    stored.push(...records.map(({ value }) => value));
  });
  await eventLog.consume('events_dead', async (records) => {
    dead.push(...records.map(({ value }) => value));
  });
  detachLog = async () => detach();
  const app = express();
  app.use(
    createCollector({
      catalog: {
        async findKey(key) {
          if (isCatalogDown) throw new Error('no such table: api_keys');
          return GRANTS[key] ?? null;
        },
      },
      eventLog,
      limiter: {
        ...limiter,
        take: (...asked) =>
          isLimiterDown ? Promise.reject(new Error('no connection')) : limiter.take(...asked),
      },
      log: quiet,
      clock: () => NOW,
    }),
  );
  const server = await serve(app);
  ({ url } = server);
  close = async () => {
    await server.close();
    await eventLog.close();
  };
});
afterEach(() => close());

async function post(
  body: string | Buffer,
  { headers = {}, path = '/v1/batch' }: { headers?: Record<string, string>; path?: string } = {},
) {
  const response = await fetch(url + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'x-api-key': 'px_wk_good', ...headers },
  });
  const answer = (await response.json()) as BatchResult & { code?: string; message?: string };
  return { status: response.status, headers: response.headers, answer };
}

const batchOf = (...events: unknown[]) => JSON.stringify({ sent_at: NOW, events });

describe('given a good batch', () => {
  it('answers 200 only with what is not simply ok, after the log has every event', async () => {
    const { status, answer } = await post(batchOf(GOOD));
    expect(status).toBe(200);
    expect(answer).toEqual({ accepted: 1, received_at: NOW, skew_ms: 0, results: [] });
    expect(stored).toHaveLength(1);
    expect(stored[0]).toMatchObject({
      tenant_id: 't',
      project_id: 'shop',
      client_timestamp: GOOD.timestamp,
      timestamp: GOOD.timestamp,
      clock: 'client',
      received_at: NOW,
      event: GOOD,
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('reads %s', async (encoding, compress) => {
    const { status } = await post(compress(Buffer.from(batchOf(GOOD))), {
      headers: { 'content-encoding': encoding },
    });
    expect(status).toBe(200);
    expect(stored).toHaveLength(1);
  });

  it('reads the CORS-simple form: text/plain, key and compression in the query', async () => {
    const response = await fetch(`${url}/v1/batch?key=px_wk_good&compression=gzip`, {
      method: 'POST',
      body: new Uint8Array(gzipSync(batchOf(GOOD))),
      headers: { 'content-type': 'text/plain', origin: 'https://shop.example' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(stored).toHaveLength(1);
  });

  it('takes the key as a bearer token too, and a secret key from a server', async () => {
    for (const key of ['px_wk_good', 'px_sk_secret']) {
      const response = await fetch(`${url}/v1/batch`, {
        method: 'POST',
        body: batchOf(GOOD),
        headers: { authorization: `Bearer ${key}` },
      });
      expect(response.status).toBe(200);
    }
  });
});

describe('given a bad event beside a good one', () => {
  const vectors = JSON.parse(
    readFileSync(new URL('../../protocol/vectors/judgements.json', import.meta.url), 'utf8'),
  ) as {
    good: object;
    cases: (JudgementCase & { title: string; status: string; code?: string })[];
  };

  for (const vector of vectors.cases.filter(({ status }) => status === 'drop')) {
    it(`stores the good one, and answers and buries the other: ${vector.title}`, async () => {
      const bad = vector.json ?? JSON.stringify(buildJudgementCase(vector));
      const { status, answer } = await post(`{"events":[${bad},${JSON.stringify(vectors.good)}]}`);
      expect(status).toBe(200);
      expect(answer.accepted).toBe(1);
      expect(answer.results).toMatchObject([{ index: 0, status: 'drop', code: vector.code }]);
      expect(stored.map(({ event }) => event.event)).toEqual(['good']);
      expect(dead).toMatchObject([{ code: vector.code, stage: 'collector', project_id: 'shop' }]);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    });
  }
});

describe('given a request nobody can read', () => {
  it.each([
    ['malformed JSON', '{"events":[', 400, 'malformed_json'],
    ['nothing', '', 400, 'malformed_json'],
    ['a list', '[]', 400, 'invalid_batch'],
    ['no events', '{}', 400, 'invalid_batch'],
    ['an empty batch', '{"events":[]}', 400, 'invalid_batch'],
    ['5,000 events', batchOf(...Array.from({ length: 5_000 }, () => GOOD)), 413, 'batch_too_large'],
    [
      'another project',
      JSON.stringify({ project_id: 'shopp', events: [GOOD] }),
      403,
      'project_mismatch',
    ],
  ])('refuses %s', async (_title, body, status, code) => {
    const { status: received, answer } = await post(body);
    expect({ status: received, code: answer.code }).toEqual({ status, code });
    expect(answer.message).toBeTruthy();
    expect(stored).toHaveLength(0);
  });

  it.each(['constructor', '__proto__'])('takes %s for no encoding', async (name) => {
    const { status } = await post(batchOf(GOOD), { path: `/v1/batch?compression=${name}` });
    expect(status).toBe(415);
  });

  it('refuses an encoding it does not know, naming those it does', async () => {
    const { status, answer, headers } = await post('x', {
      headers: { 'content-encoding': 'zstd' },
    });
    expect({ status, code: answer.code }).toEqual({ status: 415, code: 'unsupported_encoding' });
    expect(headers.get('accept-encoding')).toContain('gzip');
  });

  it('refuses a body that is cut off', async () => {
    const { status, answer } = await post(gzipSync(batchOf(GOOD)).subarray(0, 30), {
      headers: { 'content-encoding': 'gzip' },
    });
    expect({ status, code: answer.code }).toEqual({ status: 400, code: 'invalid_encoding' });
  });

  it('refuses a gzip bomb without inflating it whole', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    const before = process.memoryUsage().rss;
    const { status, answer } = await post(bomb, { headers: { 'content-encoding': 'gzip' } });
    expect({ status, code: answer.code }).toEqual({ status: 413, code: 'body_too_large' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('refuses a body over the wire limit', async () => {
    const { status, answer } = await post(Buffer.alloc(3 * 1024 * 1024, 0x20));
    expect({ status, code: answer.code }).toEqual({ status: 413, code: 'body_too_large' });
  });
});

describe('given a key that opens nothing', () => {
  it.each([
    ['no key', {}, 401, 'missing_key'],
    ['a wrong key', { 'x-api-key': 'px_wk_wrong_key_that_is_long' }, 401, 'unknown_key'],
    [
      'a secret key in a page',
      { 'x-api-key': 'px_sk_secret', origin: 'https://a.example' },
      403,
      'wrong_key_kind',
    ],
  ])('refuses %s, and a page may read why', async (_title, headers, status, code) => {
    const response = await fetch(`${url}/v1/batch`, {
      method: 'POST',
      body: batchOf(GOOD),
      headers: headers as unknown as Record<string, string>,
    });
    const answer = (await response.json()) as { code: string; message: string };
    expect({ status: response.status, code: answer.code }).toEqual({ status, code });
    expect(answer.message).not.toContain('wrong_key_that_is_long');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('given a log that cannot take events', () => {
  it('answers 503 with Retry-After, and takes them again once it can', async () => {
    isLogDown = true;
    const down = await post(batchOf(GOOD));
    expect({ status: down.status, code: down.answer.code }).toEqual({
      status: 503,
      code: 'unavailable',
    });
    expect(Number(down.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(down.answer.message).not.toContain('disk full');
    isLogDown = false;
    expect((await post(batchOf(GOOD))).status).toBe(200);
    expect(stored).toHaveLength(1);
  });
});

describe('given a catalog that cannot be asked', () => {
  it('answers 503 without the engine’s words, and remembers nothing of it', async () => {
    isCatalogDown = true;
    const down = await post(batchOf(GOOD));
    expect({ status: down.status, code: down.answer.code }).toEqual({
      status: 503,
      code: 'unavailable',
    });
    expect(down.answer.message).not.toContain('table');
    isCatalogDown = false;
    expect((await post(batchOf(GOOD))).status).toBe(200);
  });
});

describe('given other requests', () => {
  it('answers a preflight', async () => {
    const response = await fetch(`${url}/v1/batch`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('content-encoding');
  });

  it('tells health, readiness and metrics', async () => {
    await post(batchOf(GOOD));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('px_collector_events_total{verdict="accepted",code=""} 1');
  });

  it('says what it waits for while it is not ready', async () => {
    await detachLog();
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', waiting_for: ['event_log'] });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('px_collector_log_ready 0');
  });

  it('lets no browser show, sniff or frame an answer, and says nothing of the site’s TLS', async () => {
    const { headers } = await post(batchOf(GOOD));
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.has('strict-transport-security')).toBe(false);
    // Whatever else the site serves is the site's own.
    expect((await fetch(`${url}/elsewhere`)).headers.get('x-frame-options')).toBe(null);
  });

  it('refuses GET on the batch path', async () => {
    expect((await fetch(`${url}/v1/batch`)).status).toBe(405);
  });

  it('survives a sender that hangs up in the middle of a body', async () => {
    await new Promise<void>((resolve) => {
      const request = httpRequest(`${url}/v1/batch`, {
        method: 'POST',
        headers: { 'x-api-key': 'px_wk_good', 'content-length': '1000' },
      });
      request.on('error', () => resolve());
      request.write('{"events":[');
      setTimeout(() => request.destroy(), 50);
    });
    expect((await post(batchOf(GOOD))).status).toBe(200);
  });
});

describe('given a key for some pages', () => {
  const from = (origin: string) =>
    post(batchOf(GOOD), { headers: { 'x-api-key': 'px_wk_page', origin } });

  it('serves those pages, and servers, and tells others what to do', async () => {
    expect((await from('https://shop.example')).status).toBe(200);
    expect((await post(batchOf(GOOD), { headers: { 'x-api-key': 'px_wk_page' } })).status).toBe(
      200,
    );
    const { status, answer } = await from('https://evil.example');
    expect(status).toBe(403);
    expect(answer.code).toBe('origin_not_allowed');
    expect(answer.message).toContain('https://evil.example');
  });
});

describe('given a tenant with a quota', () => {
  const events = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...GOOD,
      event_id: `01912d68-783e-7a03-8467-${String(index).padStart(12, '0')}`,
    }));
  const send = (key: string, batch: readonly unknown[]) =>
    post(batchOf(...batch), { headers: { 'x-api-key': key } });

  it('takes the first of a batch that fit, asks for the rest later, then refuses, and says until when', async () => {
    const first = await send('px_wk_own', events(8));
    expect(first.answer.accepted).toBe(8);
    expect(first.headers.get('ratelimit')).toBe('"hour";r=3;t=3600');
    expect(first.headers.get('ratelimit-policy')).toBe('"hour";q=11;w=3600');
    expect(first.headers.get('retry-after')).toBeNull();

    const second = await send('px_wk_own', [{ nonsense: true }, ...events(5)]);
    expect(second.status).toBe(200);
    expect(second.answer.accepted).toBe(3);
    expect(second.answer.results.map(({ index, status, code }) => [index, status, code])).toEqual([
      [0, 'drop', 'missing_identity'],
      [4, 'retry', 'rate_limited'],
      [5, 'retry', 'rate_limited'],
    ]);
    expect(second.headers.get('retry-after')).toBe('300');
    expect(stored).toHaveLength(11);

    const third = await send('px_wk_own', events(1));
    expect(third.status).toBe(429);
    expect(third.answer.code).toBe('rate_limited');
    expect(third.answer.message).toMatch(/quota of 11 events an hour .* 3600 s/);
    expect(third.headers.get('retry-after')).toBe('300');
    expect(third.headers.get('ratelimit')).toBe('"hour";r=0;t=3600');
    expect(stored).toHaveLength(11);
  });

  it('counts tenants apart, by their tier, and the largest not at all', async () => {
    const free = await send('px_wk_free', events(10));
    expect(free.headers.get('ratelimit')).toBe('"hour";r=1090;t=3600');
    const enterprise = await send('px_wk_good', events(10));
    expect(enterprise.headers.get('ratelimit')).toBeNull();
  });

  it('counts nothing of what comes while the log is away', async () => {
    let isReady = false;
    const eventLog = { append: async () => {}, isReady: () => isReady };
    const catalog = { findKey: async (key: string) => GRANTS[key] ?? null };
    const limiter = createMemoryLimiter();
    const other = await serve(
      express().use(createCollector({ catalog, eventLog, limiter, log: quiet, clock: () => NOW })),
    );
    const attempt = () =>
      fetch(`${other.url}/v1/batch`, {
        method: 'POST',
        headers: { 'x-api-key': 'px_wk_own' },
        body: batchOf(...events(10)),
      });
    for (let round = 0; round < 5; round += 1) {
      const refused = await attempt();
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
    }
    isReady = true;
    expect((await attempt()).headers.get('ratelimit')).toBe('"hour";r=1;t=3600');
    await other.close();
  });

  it('lets everything pass while it cannot count, and says so in a metric', async () => {
    isLimiterDown = true;
    expect((await send('px_wk_own', events(50))).answer.accepted).toBe(50);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('px_collector_limiter_errors_total 1');
  });
});

describe('given what an event says of consent', () => {
  it('keeps what can be read, from a page and from a server, and loses no event for the rest', async () => {
    const said = [
      'gddp',
      { analytics: 'granted', errors: 'denied' },
      'granted',
      'gxdp',
      { marketing: 'granted' },
      ['granted'],
      7,
      null,
    ];
    const events = said.map((consent) => ({ ...GOOD, context: { locale: 'pt-BR', consent } }));
    for (const key of ['px_wk_good', 'px_sk_secret']) {
      const { answer } = await post(batchOf(...events), { headers: { 'x-api-key': key } });
      expect(answer).toMatchObject({ accepted: said.length, results: [] });
    }
    const kept = said.map((consent, index) => ({ locale: 'pt-BR', ...(index < 3 && { consent }) }));
    expect(stored.map(({ event }) => event.context)).toEqual([...kept, ...kept]);
  });
});

describe('given what an event says of whose address and browser it is', () => {
  const context = { ip: '203.0.113.9', user_agent: 'Told/1', attempt: 3, locale: 'pt-BR' };
  const headers = { 'user-agent': 'Sender/1' };

  it('takes it of a server, and leaves none of it where nothing would mask it', async () => {
    const secret = { ...headers, 'x-api-key': 'px_sk_secret' };
    await post(batchOf({ ...GOOD, context }), { headers: secret });
    await post(batchOf({ ...GOOD, context: { ip: '', user_agent: '' } }), { headers: secret });
    await post(batchOf(GOOD), { headers: secret });
    expect(stored.map(({ ip, user_agent, event }) => [ip, user_agent, event.context])).toEqual([
      ['203.0.113.9', 'Told/1', { locale: 'pt-BR', attempt: 3 }],
      [null, null, {}],
      [expect.stringContaining('127.0.0.1'), 'Sender/1', {}],
    ]);
  });

  it('takes none of it of anybody else', async () => {
    await post(batchOf({ ...GOOD, context }), { headers });
    expect(stored.map(({ ip, user_agent, event }) => [ip, user_agent, event.context])).toEqual([
      [expect.stringContaining('127.0.0.1'), 'Sender/1', { locale: 'pt-BR' }],
    ]);
  });

  it('counts the attempts of what dies again, for a server alone', async () => {
    const bad = { ...GOOD, event: '$nonsense', context };
    await post(batchOf(bad), { headers: { 'x-api-key': 'px_sk_secret' } });
    await post(batchOf(bad));
    expect(dead.map(({ attempts }) => attempts)).toEqual([3, 1]);
  });
});
