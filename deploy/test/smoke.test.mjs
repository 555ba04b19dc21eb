import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROWS } from '../grafana/dashboard.mjs';
import { bringUp } from '../smoke.mjs';

const logs = await mkdtemp(join(tmpdir(), 'px-nginx-'));
const accessLog = join(logs, 'access.log');
const up = await bringUp({ accessLog });
afterAll(async () => {
  await up?.takeDown();
  await rm(logs, { recursive: true });
});

const send = (events, headers = {}) =>
  fetch(`${up.url}/v1/batch`, {
    method: 'POST',
    headers: { 'x-api-key': up.writeKey, ...headers },
    body: typeof events === 'string' ? events : JSON.stringify({ events }),
  });
const count = async (event) => {
  const response = await fetch(
    `${up.url}/v1/questions/event-count?project=p&since=15m&event=${event}`,
    { headers: { authorization: `Bearer ${up.secretKey}` } },
  );
  return (await response.json()).total.events;
};
async function until(isSo, what) {
  for (const end = Date.now() + 20_000; !(await isSo());) {
    if (Date.now() > end) throw new Error(`not within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Server-sent events, read until something is heard. */
async function openStream(url) {
  const closing = new AbortController();
  const response = await fetch(url, { signal: closing.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  return {
    async hears(text) {
      while (!heard.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended without ${text}`);
        heard += value;
      }
    },
    async ends() {
      while (!(await reader.read()).done);
    },
    close: () => closing.abort(),
  };
}

describe.skipIf(!up)('given the topology of compose.yaml as processes', () => {
  it('takes an event at one address, and answers a question about it there', async () => {
    const response = await send([{ event: 'hello', user_id: 'me' }]);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(await response.json()).toMatchObject({ accepted: 1, results: [] });
    await until(async () => (await count('hello')) === 1, 'the event is counted');
  });

  it('believes no sender about its address, and keeps the request id it was given', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'edge-1' };
    const response = await send([{ event: 'spoofed', user_id: 'me' }], headers);
    expect(response.headers.get('x-request-id')).toBe('edge-1');
    await until(async () => (await count('spoofed')) === 1, 'the event is counted');
  });

  it('serves the dashboard', async () => {
    const response = await fetch(up.url);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<!doctype html>');
  });

  it('carries the live stream entry by entry', async () => {
    const closing = new AbortController();
    const response = await fetch(`${up.url}/v1/live?project=p`, {
      headers: { authorization: `Bearer ${up.secretKey}` },
      signal: closing.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    const hear = (async () => {
      while (!heard.includes('on_air')) heard += (await reader.read()).value ?? '';
    })();
    await send([{ event: 'on_air', user_id: 'me' }]);
    await hear;
    closing.abort();
  });

  it('carries a change of a flag from the API to the streams of both collectors', async () => {
    const flag = (on) => ({
      key: 'news',
      type: 'string',
      variants: { on },
      default: 'on',
      environments: { production: { isOn: true, rules: [] } },
    });
    const put = async (on) => {
      const response = await fetch(`${up.url}/v1/flags/news`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${up.secretKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ definition: flag(on) }),
      });
      expect(response.status).toBe(200);
      return (await response.json()).published.production;
    };
    await put('first');
    const streams = await Promise.all([
      openStream(`${up.url}/v1/config/stream?key=${up.writeKey}`),
      ...up.collectors.map(({ url }) => openStream(`${url}/v1/config/stream?key=${up.writeKey}`)),
    ]);
    const growthbook = await openStream(`${up.url}/sub/${up.writeKey}`);
    const startedAt = performance.now();
    const revision = await put('second');
    await Promise.all(streams.map((stream) => stream.hears(`{"revision":${revision}}`)));
    console.info(`PUT to three streams: ${Math.round(performance.now() - startedAt)} ms`);
    await growthbook.hears('"defaultValue":"second"');
    for (const stream of [...streams, growthbook]) stream.close();
    const config = await fetch(`${up.url}/v1/config`, { headers: { 'x-api-key': up.writeKey } });
    expect(config.headers.get('etag')).toBe(`"production-${revision}"`);
    const plain = await fetch(`${up.url}/api/features/${up.writeKey}`);
    expect((await plain.json()).features).toEqual({ news: { defaultValue: 'second' } });
    const evaluated = await fetch(`${up.url}/ofrep/v1/evaluate/flags/news`, {
      method: 'POST',
      headers: { 'x-api-key': up.writeKey },
      body: '{}',
    });
    expect(await evaluated.json()).toMatchObject({ value: 'second', reason: 'DEFAULT' });
    // Keys stand in some addresses, and in no log.
    await until(
      async () => (await readFile(accessLog, 'utf8')).includes('"/sub/-"'),
      'it is logged',
    );
    expect(await readFile(accessLog, 'utf8')).not.toContain(up.writeKey);
  });

  it.each([
    ['a little over the bound', 3, 'collector'],
    ['far over it', 5, 'nginx'],
  ])('tells a page why a body is refused that is %s', async (_, mib) => {
    const response = await send('x'.repeat(mib * 2 ** 20), { origin: 'https://shop.example' });
    expect(response.status).toBe(413);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ code: 'body_too_large' });
  });

  it('takes no collector for down because a sender writes on after it was refused', async () => {
    const tooLarge = 'x'.repeat(3 * 2 ** 20);
    for (let sent = 0; sent < 20; sent += 1) expect((await send(tooLarge)).status).toBe(413);
    const lines = (await readFile(accessLog, 'utf8')).trim().split('\n').map(JSON.parse);
    expect(lines.filter(({ status }) => status === 413).length).toBeGreaterThanOrEqual(20);
    expect(lines.filter(({ upstream_status }) => upstream_status.includes('502'))).toEqual([]);
  });

  it('tells every metric that the dashboard asks for, and none that it leaves out', async () => {
    const [collector, processor] = [up.collectors[0], up.processors[0]];
    const told = await Promise.all(
      [collector, processor].map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    const types = new Map(
      [...told.join('\n').matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]),
    );
    const asked = ROWS.flatMap(({ panels }) => panels)
      .flatMap(({ queries }) => queries)
      .flatMap(({ expr }) => expr.match(/\b(?:px|process|nodejs)_\w+/g));
    const nameOf = (name) => {
      const whole = name.replace(/_(bucket|sum|count)$/, '');
      return types.get(whole) === 'histogram' ? whole : name;
    };
    for (const name of asked) expect(types.has(nameOf(name)), name).toBe(true);
    const shown = new Set(asked.map(nameOf));
    for (const name of types.keys()) if (name.startsWith('px_')) expect(shown).toContain(name);
  });

  it('shows strangers neither metrics nor readiness', async () => {
    for (const path of ['/metrics', '/readyz'])
      expect((await fetch(up.url + path)).status, path).toBe(404);
    expect((await fetch(`${up.url}/healthz`)).status).toBe(200);
  });

  it('lets no sender notice that a collector is killed', async () => {
    let answered = 0;
    let isOver = false;
    const statuses = new Map();
    const stream = (async () => {
      while (!isOver) {
        const { status } = await send([{ event: 'streamed', user_id: 'me' }]);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status === 200) answered += 1;
      }
    })();
    await until(() => answered > 50, 'the stream runs');
    await up.collectors[0].end('SIGKILL');
    const killedAt = answered;
    await until(() => answered > killedAt + 100, 'the other collector answers');
    isOver = true;
    await stream;
    expect([...statuses.keys()]).toEqual([200]);
    await until(async () => (await count('streamed')) >= answered, 'all are stored');
    // What the dead collector had stored and not answered came again without an id of its own: one at most.
    expect(await count('streamed')).toBeLessThanOrEqual(answered + 1);
  });

  it('goes on answering after SIGTERM until nginx can know, and ends with 0', async () => {
    const [, { url }] = up.collectors;
    const stream = await openStream(`${url}/v1/config/stream?key=${up.writeKey}`);
    const stopping = up.collectors[1].end('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await fetch(`${up.collectors[1].url}/readyz`)).status).toBe(503);
    expect((await send([{ event: 'late', user_id: 'me' }])).status).toBe(200);
    // A stream stays open for ever: it is ended, and is no request that the end would wait for.
    await stream.ends();
    expect(await stopping).toBe(0);
    await until(async () => (await count('late')) === 1, 'the late event is stored');
  });

  it('says, so that a page can read it, that nobody is there once no collector is left', async () => {
    const response = await send([{ event: 'lost', user_id: 'me' }], {
      origin: 'https://shop.example',
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ code: 'unavailable' });
  });
});
