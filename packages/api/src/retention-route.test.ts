import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresRetentionStore, type RetentionStore } from '@px-platform/store';
import { openPostgresApi, type PostgresApi } from '../test/postgres-api.js';

const RETENTION = '/v1/privacy/retention';
const SHOP = { tenant_id: 'acme', project_id: 'shop' };
const FOR_EVER = { events_days: null, swept_at: null, deleted: {} };

let api: PostgresApi;
let retention: RetentionStore;
const keys: Record<string, string> = {};

beforeAll(async () => {
  api = await openPostgresApi(({ sql }) => {
    retention = postgresRetentionStore(sql);
    return { retention };
  });
  for (const [tenant_id, id] of [
    ['acme', 'shop'],
    ['rival', 'vault'],
  ] as const) {
    await api.catalog.ensureProject({ id, tenant_id, name: id }, tenant_id);
    const key = await api.catalog.createKey({ kind: 'secret', tenant_id, project_id: id }, 'test');
    keys[id] = key.key;
  }
});
afterAll(() => api.close());

async function send(
  method: string,
  {
    path = RETENTION,
    body,
    credential = keys['shop'],
  }: { path?: string; body?: unknown; credential?: string | undefined } = {},
) {
  const response = await fetch(api.url + path, {
    method,
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

describe('given a project that said nothing of how long it keeps events', () => {
  it('keeps them for ever', async () => {
    expect(await send('GET')).toEqual({ status: 200, answer: FOR_EVER });
  });
});

describe('given how long a project keeps events', () => {
  it('is said in days, taken back by null, and tells when what was older last went', async () => {
    const put = await send('PUT', { body: { events_days: 395 } });
    expect(put).toEqual({ status: 200, answer: { ...FOR_EVER, events_days: 395 } });
    expect(await retention.claim({ leaseMs: 1, most: 9 })).toEqual([{ ...SHOP, events_days: 395 }]);
    const deleted = { events: 12, users: 1 };
    await retention.swept({ ...SHOP, events_days: 395 }, { deleted, waitMs: 60_000 });
    // Where contracts name it.
    const { answer } = await send('GET', { path: '/api/privacy/retention' });
    expect(answer).toEqual({
      events_days: 395,
      swept_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      deleted,
    });
    const back = await send('PUT', { body: { events_days: null } });
    expect(back.answer).toMatchObject({ events_days: null });
    expect(await retention.claim({ leaseMs: 1, most: 9 })).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no days', {}, /"events_days" is how many days events are kept, 1 to 36500.*received nothing/],
    ['none', { events_days: 0 }, /received 0/],
    ['less than none', { events_days: -1 }, /received -1/],
    ['half a day', { events_days: 0.5 }, /received 0\.5/],
    ['more than a century', { events_days: 36_501 }, /or null for ever; received 36501/],
    ['a text', { events_days: '395' }, /received "395"/],
    ['a member there is not', { days: 7 }, /"days" is not known here\. There is events_days/],
    ['a list', [395], /the body is a JSON object/],
  ])('refuses %s and says what it takes', async (_case, body, message) => {
    await retention.set(SHOP, 395);
    const { status, answer } = await send('PUT', { body });
    expect({ status, code: answer['code'] }).toEqual({ status: 400, code: 'invalid_request' });
    expect(answer['message']).toMatch(message);
    expect((await retention.find(SHOP)).events_days).toBe(395);
  });

  it('is for an admin to change, because what goes comes back by nothing, and for a viewer to read', async () => {
    await retention.set(SHOP, 395);
    expect((await send('GET', { credential: await api.tokenOf('viewer') })).status).toBe(200);
    for (const role of ['viewer', 'editor', 'service']) {
      const credential = await api.tokenOf(role);
      const { status, answer } = await send('PUT', { body: { events_days: 1 }, credential });
      expect({ status, code: answer['code'] }).toEqual({ status: 403, code: 'role_too_low' });
    }
    expect((await retention.find(SHOP)).events_days).toBe(395);
    const credential = await api.tokenOf('admin');
    expect((await send('PUT', { body: { events_days: 2 }, credential })).status).toBe(200);
  });

  it('is not for another tenant’s key to read or change', async () => {
    await retention.set(SHOP, 395);
    const credential = keys['vault'];
    for (const method of ['GET', 'PUT']) {
      const body = method === 'PUT' ? { events_days: 1 } : undefined;
      const path = `${RETENTION}?project=shop`;
      expect(await send(method, { path, body, credential })).toMatchObject({
        status: 404,
        answer: { code: 'not_found' },
      });
    }
    expect((await send('GET', { credential })).answer).toEqual(FOR_EVER);
    await send('PUT', { body: { events_days: 1 }, credential });
    expect((await retention.find(SHOP)).events_days).toBe(395);
  });
});
