import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresSchemaRegistry } from '@px-platform/store';
import { openPostgresApi, type PostgresApi } from '../test/postgres-api.js';

const PLAN = '/v1/projects/shop/schemas';
const OPEN = { type: 'object', properties: { plan: { enum: ['free', 'pro'] } } };
const NARROW = { type: 'object', properties: { plan: { enum: ['pro'] } } };

let api: PostgresApi;

beforeAll(async () => {
  api = await openPostgresApi(({ sql }) => ({ schemas: postgresSchemaRegistry(sql) }));
  await api.catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
});
afterAll(() => api.close());

async function send(
  method: string,
  path: string,
  { body, role = 'editor' }: { readonly body?: unknown; readonly role?: string } = {},
) {
  const response = await fetch(api.url + path, {
    method,
    headers: {
      authorization: `Bearer ${await api.tokenOf(role)}`,
      'content-type': 'application/json',
    },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    answer: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

describe('given a project without a plan', () => {
  it('has an empty one, takes a first schema, and warns unless told otherwise', async () => {
    expect((await send('GET', PLAN)).answer).toEqual({
      revision: 0,
      unplanned: 'allow',
      events: [],
    });
    const put = await send('PUT', `${PLAN}/sign%20up`, { body: { schema: OPEN } });
    expect(put).toEqual({
      status: 200,
      answer: { event: 'sign up', version: 1, mode: 'warn', schema: OPEN },
    });
    const { answer } = await send('GET', `${PLAN}/sign%20up`);
    expect(answer).toMatchObject({ version: 1, versions: [{ version: 1, schema: OPEN }] });
    expect((await send('PUT', PLAN, { body: { unplanned: 'block' } })).answer).toMatchObject({
      revision: 2,
      unplanned: 'block',
      events: [{ event: 'sign up' }],
    });
  });
});

describe('given a schema that is to change', () => {
  it('refuses what breaks what was right and says where; an admin may insist', async () => {
    await send('PUT', `${PLAN}/order`, { body: { schema: OPEN, mode: 'enforce' } });
    const refused = await send('PUT', `${PLAN}/order`, { body: { schema: NARROW } });
    expect(refused).toMatchObject({
      status: 409,
      answer: { code: 'incompatible_schema', faults: [{ path: '/properties/plan/enum' }] },
    });
    const insisted = { body: { schema: NARROW, force: true } };
    expect((await send('PUT', `${PLAN}/order`, insisted)).status).toBe(403);
    expect(await send('PUT', `${PLAN}/order`, { ...insisted, role: 'admin' })).toMatchObject({
      status: 200,
      answer: { version: 2, mode: 'enforce' },
    });
    expect((await send('PUT', `${PLAN}/order`, { body: { schema: OPEN } })).answer).toMatchObject({
      version: 3,
    });
  });

  it('refuses one made from a version that counts no more', async () => {
    await send('PUT', `${PLAN}/raced`, { body: { schema: NARROW, based_on: 0 } });
    const late = await send('PUT', `${PLAN}/raced`, { body: { schema: OPEN, based_on: 0 } });
    expect(late).toMatchObject({ status: 409, answer: { code: 'stale_version' } });
  });

  it('takes an event out of the plan', async () => {
    await send('PUT', `${PLAN}/gone`, { body: { schema: OPEN } });
    expect((await send('DELETE', `${PLAN}/gone`)).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await send(method, `${PLAN}/gone`)).status).toBe(404);
  });
});

describe('given what cannot be', () => {
  it.each<[string, unknown, number, string]>([
    [PLAN, { unplanned: 'maybe' }, 400, 'invalid_request'],
    [PLAN, '{', 400, 'invalid_request'],
    [PLAN, [], 400, 'invalid_request'],
    [`${PLAN}/x`, {}, 400, 'invalid_schema'],
    [`${PLAN}/x`, { schema: { $ref: 'https://evil.example' } }, 400, 'invalid_schema'],
    [`${PLAN}/x`, { schema: OPEN, mode: 'strict' }, 400, 'invalid_request'],
    [`${PLAN}/x`, { schema: OPEN, based_on: '1' }, 400, 'invalid_request'],
    [`${PLAN}/x`, { schema: OPEN, force: 'yes' }, 400, 'invalid_request'],
    [`${PLAN}/${'x'.repeat(201)}`, { schema: OPEN }, 400, 'invalid_request'],
    [`${PLAN}/x`, { schema: { description: 'x'.repeat(200_000) } }, 413, 'body_too_large'],
  ])('refuses PUT %.40s %.60j', async (path, body, status, code) => {
    const refused = await send('PUT', path, { body });
    expect({ status: refused.status, code: refused.answer['code'] }).toEqual({ status, code });
  });
});
