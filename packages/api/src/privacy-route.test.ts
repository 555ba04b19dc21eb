import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PRIVACY_RULES } from '@px-platform/protocol';
import { personalToken } from '@px-platform/store';
import { openPostgresApi, type PostgresApi } from '../test/postgres-api.js';

const RULES = '/v1/privacy/rules?project=shop';

let api: PostgresApi;

beforeAll(async () => {
  api = await openPostgresApi(({ catalog }) => ({ privacy: catalog }));
  for (const id of ['shop', 'blog'])
    await api.catalog.ensureProject({ id, tenant_id: 'acme', name: id }, 'Acme');
});
afterAll(() => api.close());

async function send(method: string, path: string, body?: unknown, role = 'editor') {
  const response = await fetch(api.url + path, {
    method,
    headers: {
      authorization: `Bearer ${await api.tokenOf(role)}`,
      'content-type': 'application/json',
    },
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
    const { secret } = await api.catalog.privacyPolicy('acme', 'shop');
    expect(await token('Ana@Shop.Example ')).toBe(personalToken(secret, 'ana@shop.example'));
    expect(await token('+55 (11) 99999-8888')).toBe(personalToken(secret, '5511999998888'));
    const answers = [await send('GET', RULES), await send('PUT', RULES, {})];
    expect(JSON.stringify(answers)).not.toContain(secret);
    for (const body of [{ text: '' }, { text: 7 }, {}, { text: 'a', secret: true }]) {
      expect((await send('POST', '/v1/privacy/token?project=shop', body)).status).toBe(400);
    }
  });
});
