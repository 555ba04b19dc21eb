import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  postgresFlagCatalog,
  postgresProfileStore,
  postgresSegmentMembers,
  type SegmentMembers,
} from '@px-platform/store';
import { openPostgresApi, type PostgresApi } from '../../test/postgres-api.js';

let api: PostgresApi;
let segments: SegmentMembers;
/** Makes people of the project; gives their numbers. */
let see: (userIds: readonly string[]) => Promise<readonly number[]>;
let editor: string;

beforeAll(async () => {
  api = await openPostgresApi(({ sql }) => {
    segments = postgresSegmentMembers(sql);
    see = async (userIds) => {
      const scope = { tenant_id: 'acme', project_id: 'shop' };
      const sighting = { ...scope, is_identified: true, first_seen: 1, last_seen: 1 };
      const numbers = await postgresProfileStore(sql).see(
        userIds.map((user_id) => ({ ...sighting, user_id, distinct_id: user_id })),
      );
      return userIds.map((id) => numbers.get(`shop/${id}`) ?? 0);
    };
    return { flags: postgresFlagCatalog(sql), segments };
  });
  await api.catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
  editor = await api.tokenOf('editor');
});
afterAll(() => api.close());

async function ask(method: string, path: string, body?: unknown, token = editor) {
  const response = await fetch(`${api.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as object };
}

const flag = {
  key: 'checkout',
  type: 'string',
  variants: { old: 'old page', new: 'new page' },
  default: 'old',
  environments: {
    production: {
      isOn: true,
      rules: [{ id: 'pros', condition: { plan: 'pro' }, serve: { variant: 'new' } }],
    },
  },
};
const experiment = {
  key: 'shorter',
  hypothesis: 'Fewer fields, more orders.',
  status: 'draft',
  variants: [
    { key: 'old', range: [0, 0.5] },
    { key: 'new', range: [0.5, 1] },
  ],
  phases: [],
  metrics: { goals: [{ key: 'orders', kind: 'conversion', event: 'order_completed' }] },
};

describe('given a flag that somebody writes', () => {
  it('is stored, published, and shown with who changed what', async () => {
    expect(await ask('GET', 'flags')).toEqual({ status: 200, body: { flags: [] } });
    expect(await ask('GET', 'flags/checkout')).toMatchObject({
      status: 404,
      body: { code: 'not_found', message: 'there is no flag "checkout".' },
    });
    const first = await ask('PUT', 'flags/checkout', { definition: flag, comment: 'begin' });
    expect(first).toMatchObject({
      status: 200,
      body: { key: 'checkout', version: 1, definition: flag, published: { production: 1 } },
    });
    const second = { ...flag, description: 'The page.' };
    expect(await ask('PUT', 'flags/checkout', { definition: second, based_on: 1 })).toMatchObject({
      status: 200,
      body: { version: 2, published: {} },
    });
    expect(await ask('GET', 'flags/checkout')).toMatchObject({ body: { definition: second } });
    const { body } = await ask('GET', 'flags/checkout/versions');
    expect(body).toMatchObject({
      key: 'checkout',
      versions: [
        { version: 2, definition: second, comment: null },
        {
          version: 1,
          definition: flag,
          comment: 'begin',
          changed_by: expect.stringMatching(/^token of/),
        },
      ],
    });
    expect((await ask('GET', 'flags/nowhere/versions')).status).toBe(404);
  });

  it('is not written over what somebody else wrote meanwhile', async () => {
    expect(await ask('PUT', 'flags/checkout', { definition: flag, based_on: 1 })).toMatchObject({
      status: 409,
      body: { code: 'stale_version', version: 2 },
    });
  });

  it('is refused with the path of what is wrong', async () => {
    const bad = structuredClone(flag);
    Object.assign(bad.environments.production.rules[0]!, { condition: { plan: { $gtt: 3 } } });
    const { status, body } = await ask('PUT', 'flags/checkout', { definition: bad });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_definition',
      message: expect.stringMatching(
        /^environments\.production\.rules\[0\]\.condition\.plan\.\$gtt: "\$gtt" is no operator/,
      ),
      faults: [{ path: 'environments.production.rules[0].condition.plan.$gtt' }],
    });
    expect((await ask('GET', 'flags/checkout')).body).toMatchObject({ version: 2 });
  });

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no definition', {}],
    ['another member', { definition: flag, force: true }],
    ['a version that is none', { definition: flag, based_on: 'x' }],
    ['a comment that is none', { definition: flag, comment: 7 }],
    ['another key than the address says', { definition: { ...flag, key: 'other' } }],
  ])('is refused with %s', async (_title, body) => {
    expect((await ask('PUT', 'flags/checkout', body)).status).toBe(400);
  });

  it('is refused where it is too large', async () => {
    const description = 'x'.repeat(400_000);
    const { status } = await ask('PUT', 'flags/checkout', { definition: { ...flag, description } });
    expect(status).toBe(413);
  });

  it('is archived once nobody uses it, and brought back', async () => {
    const requires = [{ flag: 'checkout', variants: ['new'] }];
    const rules = [{ id: 'r', serve: { variant: 'new' }, requires }];
    const other = { ...flag, key: 'other', environments: { production: { isOn: true, rules } } };
    await ask('PUT', 'flags/other', { definition: other });
    expect(await ask('POST', 'flags/checkout/archive')).toMatchObject({
      status: 409,
      body: { code: 'in_use', message: expect.stringContaining('flag other') },
    });
    expect((await ask('POST', 'flags/other/archive')).body).toMatchObject({
      archived_at: expect.any(String),
      published: { production: expect.any(Number) },
    });
    const keysOf = async (path: string) =>
      ((await ask('GET', path)).body as { flags: { key: string }[] }).flags.map(({ key }) => key);
    expect(await keysOf('flags')).toEqual(['checkout']);
    expect(await keysOf('flags?archived=true')).toEqual(['checkout', 'other']);
    expect((await ask('POST', 'flags/other/restore')).body).toMatchObject({ archived_at: null });
    expect((await ask('POST', 'flags/nowhere/archive')).status).toBe(404);
    await ask('POST', 'flags/other/archive');
  });

  it('is read by a viewer, who changes nothing', async () => {
    const viewer = await api.tokenOf('viewer');
    expect((await ask('GET', 'flags/checkout', undefined, viewer)).status).toBe(200);
    for (const [method, path] of [
      ['PUT', 'flags/checkout'],
      ['POST', 'flags/checkout/archive'],
      ['POST', 'experiments/shorter/start'],
      ['POST', 'environments'],
    ] as const) {
      expect(await ask(method, path, { definition: flag }, viewer)).toMatchObject({
        status: 403,
        body: { code: 'role_too_low' },
      });
    }
  });
});

describe('given an experiment', () => {
  it('starts and stops in phases, each a version', async () => {
    await ask('PUT', 'experiments/shorter', { definition: experiment });
    expect(await ask('POST', 'experiments/shorter/stop')).toMatchObject({ status: 400 });
    const started = await ask('POST', 'experiments/shorter/start', { comment: 'go' });
    expect(started.body).toMatchObject({
      version: 2,
      comment: 'go',
      definition: { status: 'running', phases: [{ key: '1', seed: 'shorter' }] },
    });
    expect(await ask('POST', 'experiments/shorter/start')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('reshuffle') },
    });
    expect(
      (await ask('POST', 'experiments/shorter/start', { reshuffle: true })).body,
    ).toMatchObject({
      definition: {
        bucketVersion: 1,
        phases: [{ ended_at: expect.any(String) }, { seed: 'shorter/2' }],
      },
    });
    expect(await ask('POST', 'experiments/shorter/stop', { winner: 'x' })).toMatchObject({
      status: 400,
      body: { faults: [{ path: 'winner' }] },
    });
    expect(await ask('POST', 'experiments/shorter/stop', { based_on: 1 })).toMatchObject({
      status: 409,
    });
    expect((await ask('POST', 'experiments/shorter/stop', { winner: 'new' })).body).toMatchObject({
      version: 4,
      definition: { status: 'stopped', winner: 'new' },
    });
    expect((await ask('POST', 'experiments/nowhere/start')).status).toBe(404);
  });

  it('has the same routes as segments and groups', async () => {
    await ask('PUT', 'groups/staff', { definition: { key: 'staff', values: ['ada'] } });
    const condition = { id: { $inGroup: 'staff' } };
    await ask('PUT', 'segments/crew', { definition: { key: 'crew', condition } });
    expect((await ask('GET', 'segments')).body).toMatchObject({ segments: [{ key: 'crew' }] });
    expect((await ask('GET', 'groups/staff')).body).toMatchObject({ version: 1 });
    expect(await ask('POST', 'groups/staff/archive')).toMatchObject({ status: 409 });
    expect(await ask('GET', 'experiments')).toMatchObject({
      body: { experiments: [{ key: 'shorter' }] },
    });
  });
});

describe('given environments', () => {
  it('are listed with what is published there, and added', async () => {
    expect((await ask('GET', 'environments')).body).toMatchObject({
      environments: [{ name: 'production', revision: expect.any(Number) }],
    });
    expect(await ask('POST', 'environments', { name: 'staging' })).toMatchObject({
      status: 201,
      body: { environments: [{ name: 'production' }, { name: 'staging', revision: 1 }] },
    });
    expect((await ask('POST', 'environments', { name: 'staging' })).status).toBe(200);
    expect((await ask('POST', 'environments', { name: 'a b' })).status).toBe(400);
  });
});

describe('given attributes to try', () => {
  it('says what somebody would get, and why', async () => {
    const of = async (body: object) => (await ask('POST', 'flags/try', body)).body;
    expect(await of({ attributes: { plan: 'pro' } })).toMatchObject({
      environment: 'production',
      revision: expect.any(Number),
      flags: { checkout: { value: 'new page', variant: 'new', reason: 'forced', ruleId: 'pros' } },
      problems: [],
    });
    expect(await of({ attributes: { plan: 'pro' }, environment: 'staging' })).toMatchObject({
      flags: { checkout: { value: 'old page', reason: 'default' } },
    });
    expect(await ask('POST', 'flags/try', { environment: 'moon' })).toMatchObject({ status: 400 });
    expect(await ask('POST', 'flags/try', { attributes: 3 })).toMatchObject({ status: 400 });
  });

  it('tries what is not stored yet, at another time, and explains what is wrong with it', async () => {
    const schedule = { from: '2030-01-01T00:00:00Z' };
    const rules = [{ id: 'r', serve: { variant: 'new' }, schedule }];
    const draft = { ...flag, environments: { production: { isOn: true, rules } } };
    const of = (at: string | undefined, drafts: object) =>
      ask('POST', 'flags/try', { ...(at && { at }), definitions: drafts });
    const flags = [draft, { ...flag, key: 'brand-new' }];
    expect((await of(undefined, { flags })).body).toMatchObject({
      flags: { checkout: { value: 'old page' }, 'brand-new': { value: 'old page' } },
    });
    expect((await of('2030-06-01T00:00:00Z', { flags })).body).toMatchObject({
      flags: { checkout: { value: 'new page', ruleId: 'r' } },
    });
    expect((await of(undefined, { flags: [{ ...flag, default: 'x' }] })).body).toMatchObject({
      code: 'invalid_definition',
      faults: [{ path: 'definitions.flags[0].default' }],
    });
    expect((await of(undefined, { flags: [7] })).status).toBe(400);
    expect((await of(undefined, { flgs: [] })).status).toBe(400);
    expect((await ask('GET', 'flags/brand-new')).status).toBe(404);
  });
});

describe('given a segment of what people did', () => {
  it('tells how many are in it, since when that is known, and some of them', async () => {
    const name = { tenant_id: 'acme', project_id: 'shop', key: 'fans' };
    const fans = { key: 'fans', did: [{ event: 'bought', withinDays: 7 }] };
    expect((await ask('PUT', 'segments/fans', { definition: fans })).status).toBe(200);
    expect(await ask('GET', 'segments/fans/members')).toEqual({
      status: 200,
      body: { key: 'fans', computed_at: null, members: 0, problem: null, sample: [] },
    });
    const people = [1, 2].map((last) => `019cb000-0000-7000-8000-00000000000${last}`);
    const numbers = [...(await see(people))].sort((a, b) => a - b);
    await segments.replace(name, { ids: numbers, people: numbers });
    const readAt = Date.parse('2026-03-01T12:00:00.000Z');
    await segments.note(name, { basis: 'any', readAt, members: 2, problem: null });
    const viewer = await api.tokenOf('viewer');
    const { body } = await ask('GET', 'segments/fans/members?limit=1', undefined, viewer);
    expect(body).toMatchObject({ computed_at: '2026-03-01T12:00:00.000Z', members: 2 });
    expect(body).toMatchObject({ sample: [expect.stringMatching(/^019cb000/)] });
    await segments.note(name, { basis: 'any', readAt, members: null, problem: 'too many' });
    expect(await ask('GET', 'segments/fans/members')).toMatchObject({
      body: { members: 2, problem: 'too many' },
    });
  });

  it('says what is wrong with a question that has no answer', async () => {
    for (const limit of ['-1', '1001', 'x', '1.5'])
      expect((await ask('GET', `segments/fans/members?limit=${limit}`)).status).toBe(400);
    expect((await ask('GET', 'segments/nowhere/members')).status).toBe(404);
    const pros = { key: 'pros', condition: { plan: 'pro' } };
    await ask('PUT', 'segments/pros', { definition: pros });
    expect(await ask('GET', 'segments/pros/members')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });
});
