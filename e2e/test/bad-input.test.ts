import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { freePort, startPxDev, type PxDev } from './px-dev.js';
import { askCount, queryEngine, readStoredRows } from './stored-rows.js';

let dataDir: string;
let px: PxDev;
const good: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'px-bad-input-'));
  px = await startPxDev({ dataDir, port: await freePort(), args: ['--no-shop'] });
});
afterAll(async () => {
  await px?.stop('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** A good event, which must be found in the engine whatever stood beside it. */
function goodEvent(): string {
  const id = uuidv7();
  good.push(id);
  return JSON.stringify({ event_id: id, event: 'good', user_id: 'u', timestamp: Date.now() });
}

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(`${px.url}/v1/batch`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'x-api-key': px.writeKey, ...headers },
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const event = (fields: object) => JSON.stringify({ event: 'bad', user_id: 'u', ...fields });

describe('given what strangers send to a running platform', () => {
  it.each([
    [
      'an event with a 1 MB property',
      event({ properties: { blob: 'x'.repeat(1 << 20) } }),
      'event_too_large',
    ],
    [
      '__proto__ keys',
      '{"event":"bad","user_id":"u","properties":{"__proto__":{"admin":true}}}',
      'forbidden_key',
    ],
    ['a timestamp in 1970', event({ timestamp: 1_000 }), 'timestamp_out_of_range'],
    ['a timestamp in 2090', event({ timestamp: '2090-01-01T00:00:00Z' }), 'timestamp_out_of_range'],
    [
      '10,000 properties',
      event({
        properties: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n])),
      }),
      'too_many_properties',
    ],
    ['an event that is a list', '[1,2]', 'invalid_event'],
  ])('answers %s by itself and stores the good event beside it', async (_title, bad, code) => {
    const { status, answer } = await post(`{"events":[${goodEvent()},${bad},${goodEvent()}]}`);
    expect(status).toBe(200);
    expect(answer).toMatchObject({ accepted: 2, results: [{ index: 1, status: 'drop', code }] });
  });

  it.each([
    ['malformed JSON', '{"events":[{]}', {}, 400, 'malformed_json'],
    ['a wrong key', '{"events":[]}', { 'x-api-key': 'pxw_not_a_key_of_ours' }, 401, 'unknown_key'],
    [
      'an unknown project',
      `{"project_id":"shopp","events":[${event({})}]}`,
      {},
      403,
      'project_mismatch',
    ],
    [
      'a batch of 5,000',
      `{"events":[${Array.from({ length: 5_000 }, () => event({})).join(',')}]}`,
      {},
      413,
      'batch_too_large',
    ],
    [
      'a gzip bomb',
      gzipSync(Buffer.alloc(100 << 20)),
      { 'content-encoding': 'gzip' },
      413,
      'body_too_large',
    ],
    [
      'a body nested 500,000 levels deep',
      `{"events":[${'['.repeat(500_000)}${']'.repeat(500_000)}]}`,
      {},
      200,
      undefined,
    ],
  ])('answers %s with what to do', async (_title, body, headers, status, code) => {
    const received = await post(body, headers);
    expect({ status: received.status, code: received.answer.code }).toEqual({ status, code });
    if (code) expect(String(received.answer.message).length).toBeGreaterThan(20);
  });

  it('is alive after all that, with every good event in the engine and every bad one in the dead letters', async () => {
    expect((await askCount(px, { event: 'good' })).total.events).toBe(good.length);
    expect((await askCount(px, { event: 'bad' })).total.events).toBe(0);
    expect(await px.stop('SIGINT')).toBe(0);
    const rows = await readStoredRows(dataDir);
    expect(rows.map(({ event_id }) => event_id).sort()).toEqual([...good].sort());
    const dead = await queryEngine<{ code: string; letters: number }>(
      dataDir,
      'SELECT code, count() AS letters FROM dead_events FINAL GROUP BY code ORDER BY code',
    );
    expect(dead).toEqual([
      { code: 'event_too_large', letters: 1 },
      { code: 'forbidden_key', letters: 1 },
      { code: 'invalid_event', letters: 2 },
      { code: 'timestamp_out_of_range', letters: 2 },
      { code: 'too_many_properties', letters: 1 },
    ]);
  });
});
