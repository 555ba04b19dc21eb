import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '@px-platform/api';
import { createCollector, openFlagDelivery } from '@px-platform/collector';
import { startProcessor } from '@px-platform/processor';
import type { Disposer } from '@px-platform/store';
import {
  postgresCatalog,
  postgresFlagCatalog,
  postgresProfileStore,
  postgresSegmentMembers,
} from '@px-platform/store';
import { serve } from '@px-platform/test-services';
import { embeddedStage, type Stage } from './canary-stage.js';

const SHOP = { tenant_id: 'acme', project_id: 'shop' };
const log = { info() {}, warn() {}, error() {} };

let stage: Stage;
let url: string;
let keys: { readonly write: string; readonly secret: string };
const closers: Disposer[] = [];

/** Everything of `px dev`, over what an earlier one has left. */
async function open(): Promise<() => Promise<void>> {
  const { sql, eventStore, eventLog, streams, counters } = stage;
  const catalog = postgresCatalog(sql);
  const flags = postgresFlagCatalog(sql);
  const segments = postgresSegmentMembers(sql);
  await catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
  const keyOf = async (kind: 'write' | 'secret') =>
    (await catalog.createKey({ kind, ...SHOP }, 'test')).key;
  keys = { write: await keyOf('write'), secret: await keyOf('secret') };
  const profiles = postgresProfileStore(sql);
  const stop = await startProcessor({
    eventLog,
    eventStore,
    profiles,
    streams,
    counters,
    catalog,
    segments,
    log,
    segmentsEveryMs: 50,
  });
  const delivery = await openFlagDelivery({ publications: flags, segments, log, pollMs: 20 });
  const app = express();
  app.use(createCollector({ catalog, eventLog, flags: delivery, log }));
  app.use(createApi({ catalog, eventStore, streams, flags, segments, log }));
  const server = await serve(app);
  ({ url } = server);
  return async () => {
    await delivery.close();
    await server.close();
    await stop();
  };
}

beforeAll(async () => {
  stage = await embeddedStage();
  closers.push(stage.close);
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const send = async (path: string, body: object, { method = 'POST', key = keys.secret } = {}) => {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const put = async (path: string, definition: object) =>
  expect((await send(path, { definition }, { method: 'PUT' })).status).toBe(200);
const get = async (path: string) =>
  (await fetch(url + path, { headers: { authorization: `Bearer ${keys.secret}` } })).json();
let events = 0;
const track = (who: { anonymous_id?: string; user_id?: string }, event: string) =>
  send(
    '/v1/batch',
    {
      sent_at: Date.now(),
      sdk: { name: 'test', version: '0' },
      events: [
        {
          event_id: `01912d68-783e-7a03-8467-${String((events += 1)).padStart(12, '0')}`,
          event,
          timestamp: Date.now(),
          properties: {},
          ...who,
        },
      ],
    },
    { key: keys.write },
  );
const valueFor = async (attributes: object, key = keys.write) => {
  const { body } = await send('/v1/flags/evaluate', { attributes }, { key });
  return (body['flags'] as Record<string, { value: unknown }> | undefined)?.['thanks']?.value;
};

describe('given a segment of those who bought twice and never left, and a flag for them', () => {
  it('is on for whoever did that, and off for others, and after a restart as well', async () => {
    let close = await open();
    const did = [
      { event: 'bought', withinDays: 30, atLeast: 2 },
      { event: 'left', withinDays: 30, atMost: 0 },
    ];
    await put('/v1/segments/fans', { key: 'fans', did });
    await put('/v1/flags/thanks', {
      key: 'thanks',
      type: 'boolean',
      variants: { on: true, off: false },
      default: 'off',
      environments: {
        production: {
          isOn: true,
          rules: [{ id: 'fans', segments: { all: ['fans'] }, serve: { variant: 'on' } }],
        },
      },
    });
    expect(await get('/v1/config')).toMatchObject({ px: { computedSegments: ['fans'] } });

    // Once before signing in, and once after.
    await track({ anonymous_id: 'phone' }, 'bought');
    await track({ anonymous_id: 'phone', user_id: 'ana' }, '$identify');
    await track({ anonymous_id: 'phone', user_id: 'ana' }, 'bought');
    for (const event of ['bought', 'bought', 'left']) await track({ user_id: 'bea' }, event);
    await track({ anonymous_id: 'tablet' }, 'bought');

    const wait = { timeout: 60_000, interval: 200 };
    await expect.poll(() => valueFor({ anonymous_id: 'phone' }), wait).toBe(true);
    const isSo = async () => {
      expect(await valueFor({ user_id: 'ana' }, keys.secret)).toBe(true);
      expect(await valueFor({ user_id: 'bea' }, keys.secret)).toBe(false);
      expect(await valueFor({ anonymous_id: 'tablet' })).toBe(false);
      expect(await valueFor({ user_id: 'ana' })).toBe(false);
      const members = await get('/v1/segments/fans/members?limit=5');
      expect(members).toMatchObject({ key: 'fans', members: 1, problem: null });
    };
    await isSo();
    await close();

    close = await open();
    closers.push(close);
    expect(await valueFor({ anonymous_id: 'phone' })).toBe(true);
    await isSo();
    await track({ anonymous_id: 'phone', user_id: 'ana' }, 'left');
    await expect.poll(() => valueFor({ anonymous_id: 'phone' }), wait).toBe(false);
    expect(await get('/v1/segments/fans/members')).toMatchObject({ members: 0, sample: [] });
    await put('/v1/segments/fans', { key: 'fans', condition: { plan: 'pro' } });
    expect(await get('/v1/segments/fans/members')).toMatchObject({ code: 'invalid_request' });
  }, 180_000);
});
