import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '@px-platform/test-services';
import { DEFAULT_PRIVACY_RULES } from '@px-platform/protocol';
import { personalToken, postgresCatalog, type Catalog, type SqlClient } from '@px-platform/store';
import { createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { createApi } from './api.js';

const SECRET = 'a secret of thirty-two bytes or more';
const RULES = '/v1/privacy/rules?project=shop';

let directory: string;
let sql: SqlClient;
let catalog: Catalog;
let server: Served;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-privacy-'));
  sql = await openPglite({ path: directory });
  catalog = postgresCatalog(sql);
  await catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
  await catalog.ensureProject({ id: 'blog', tenant_id: 'acme', name: 'Blog' }, 'Acme');
  const app = express().use(
    createApi({
      catalog,
      privacy: catalog,
      eventStore: { query: async () => [], samePerson: async () => [] },
      streams: createMemoryStreams(),
      log: { info() {}, warn() {}, error() {} },
      tokens: { keys: { secret: SECRET }, issuer: 'login', audience: 'px' },
    }),
  );
  server = await serve(app);
});
afterAll(async () => {
  await server.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

async function send(method: string, path: string, body?: unknown, role = 'editor') {
  const token = await new SignJWT({ iss: 'login', aud: 'px', tenant_id: 'acme', role })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(SECRET));
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer };
}

describe('given a project that said nothing about personal data', () => {
  it('is told what counts', async () => {
    expect(await send('GET', RULES)).toEqual({ status: 200, answer: DEFAULT_PRIVACY_RULES });
  });
});

describe('given rules', () => {
  it('takes the place of all that was said before, completed by the defaults', async () => {
    await send('PUT', RULES, { email: 'keep' });
    const rules = { phone: 'drop', ip_address: 'hash', fields: { 'Customer Name': 'hash' } };
    const put = await send('PUT', RULES, rules);
    expect(put).toEqual({
      status: 200,
      answer: {
        email: 'hash',
        phone: 'drop',
        ip_address: 'hash',
        fields: { ...DEFAULT_PRIVACY_RULES.fields, 'Customer Name': 'hash' },
      },
    });
    expect((await send('GET', RULES)).answer).toEqual(put.answer);
    expect((await send('GET', '/v1/privacy/rules?project=blog')).answer).toEqual(
      DEFAULT_PRIVACY_RULES,
    );
  });

  it('lets a field be kept that is masked by default', async () => {
    const { answer } = await send('PUT', RULES, { fields: { CPF: 'keep' } });
    expect(answer['fields']).toEqual({ ssn: 'hash', password: 'drop', CPF: 'keep' });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an action there is not',
      { email: 'mask' },
      /"email" is one of keep, hash, drop; received "mask"/,
    ],
    ['truncating what is no address', { phone: 'truncate' }, /"phone" is one of keep, hash, drop/],
    [
      'a member there is not',
      { emails: 'hash' },
      /"emails" is not known here\. There are email, phone, ip_address, fields/,
    ],
    ['fields that are no object', { fields: ['name'] }, /"fields" is an object/],
    [
      'a field with no action',
      { fields: { name: true } },
      /"fields" has "name" with true: it is one of keep, hash, drop/,
    ],
    ['a name of signs', { fields: { '--': 'hash' } }, /a letter or digit among them/],
    [
      'one field twice',
      { fields: { 'user-name': 'hash', userName: 'drop' } },
      /"userName" and "user-name", which are one field/,
    ],
    [
      'too many fields',
      { fields: Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`f${n}`, 'hash'])) },
      /200 fields at most; received 201/,
    ],
    ['a list', [], /the body is a JSON object/],
  ])('refuses %s and says what it takes', async (_case, body, message) => {
    const before = await send('GET', RULES);
    const { status, answer } = await send('PUT', RULES, body);
    expect({ status, code: answer['code'] }).toEqual({ status: 400, code: 'invalid_request' });
    expect(answer['message']).toMatch(message);
    expect(await send('GET', RULES)).toEqual(before);
  });

  it('are for an editor to change, and for a viewer to read', async () => {
    expect((await send('GET', RULES, undefined, 'viewer')).status).toBe(200);
    for (const [method, path] of [
      ['PUT', RULES],
      ['POST', '/v1/privacy/token?project=shop'],
    ] as const) {
      expect(await send(method, path, { text: 'a' }, 'viewer')).toMatchObject({
        status: 403,
        answer: { code: 'role_too_low' },
      });
    }
  });
});

describe('given somebody’s e-mail address', () => {
  it('tells what stands in its place, however it is written, and never the secret', async () => {
    const token = async (text: string) =>
      (await send('POST', '/v1/privacy/token?project=shop', { text })).answer['token'];
    const { secret } = await catalog.privacyPolicy('acme', 'shop');
    expect(await token('Ana@Shop.Example ')).toBe(personalToken(secret, 'ana@shop.example'));
    expect(await token('+55 (11) 99999-8888')).toBe(personalToken(secret, '5511999998888'));
    const answers = [await send('GET', RULES), await send('PUT', RULES, {})];
    expect(JSON.stringify(answers)).not.toContain(secret);
    for (const body of [{ text: '' }, { text: 7 }, {}, { text: 'a', secret: true }]) {
      expect((await send('POST', '/v1/privacy/token?project=shop', body)).status).toBe(400);
    }
  });
});
