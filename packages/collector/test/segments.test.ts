import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canonicalUserId,
  postgresProfileStore,
  postgresSegmentMembers,
  type SegmentMembers,
  type SqlClient,
} from '@px-platform/store';
import { openPglite } from '@px-platform/store/pglite';
import { flagOf, openFlagsStage, type FlagsStage } from './flags-stage.js';

const SHOP = { tenant_id: 'acme', project_id: 'shop' };

let directory: string;
let sql: SqlClient;
let stage: FlagsStage;
let members: SegmentMembers;
let isAway = false;
let time = Date.now();
let key: string;
let secret: string;

/** `@ana` is known, `phone` a device. */
const userId = (id: string) =>
  canonicalUserId('shop', id.startsWith('@') ? 'known' : 'anonymous', id);
/** These people are all that are in a segment, each with their devices. */
async function fill(segment: string, people: Readonly<Record<string, readonly string[]>>) {
  const ids = Object.entries(people).flatMap(([who, devices]) => [who, ...devices]);
  const numbers = await postgresProfileStore(sql).see(
    ids.map((id) => ({
      ...SHOP,
      user_id: userId(id),
      distinct_id: id,
      is_identified: id.startsWith('@'),
      first_seen: time,
      last_seen: time,
    })),
  );
  const numberOf = (id: string) => numbers.get(`shop/${userId(id)}`)!;
  const rows = Object.entries(people)
    .flatMap(([who, devices]) => [who, ...devices].map((id) => [numberOf(id), numberOf(who)]))
    .sort(([a = 0], [b = 0]) => a - b);
  await members.replace(
    { ...SHOP, key: segment },
    { ids: rows.map(([id = 0]) => id), people: rows.map(([, who = 0]) => who) },
  );
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-segments-'));
  sql = await openPglite({ path: directory });
  members = postgresSegmentMembers(sql);
  stage = await openFlagsStage(sql, {
    clock: () => time,
    segments: {
      segmentsOf: (question) =>
        isAway ? Promise.reject(new Error('it is away')) : members.segmentsOf(question),
    },
  });
  key = await stage.keyOf();
  secret = await stage.keyOf({ kind: 'secret' });
  const definition = { key: 'buyers', did: [{ event: 'bought', withinDays: 7 }] };
  await stage.flags.put(SHOP, {
    kind: 'segment',
    key: 'buyers',
    definition,
    by: 'test',
    basedOn: 0,
  });
  const rule = { id: 'r', segments: { all: ['buyers'] }, serve: { variant: 'on' } };
  const revision = await stage.put(
    flagOf('thanks', { environments: { production: { isOn: true, rules: [rule] } } }),
  );
  await stage.served(revision, key);
  await fill('buyers', { '@ana': ['phone'], walker: [] });
});
afterAll(async () => {
  await stage.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

const ask = async (query: string, as = key) => {
  const response = await fetch(`${stage.url}/v1/config/segments?${query}`, {
    headers: { 'x-api-key': as },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};
const post = async (path: string, body: object, as = key) => {
  const response = await fetch(stage.url + path, {
    method: 'POST',
    headers: { 'x-api-key': as, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const valueFor = async (attributes: object, as = key) => {
  const { body } = await post('/v1/flags/evaluate', { attributes }, as);
  return (body['flags'] as Record<string, { value: unknown }>)['thanks']?.value;
};

describe('given people in a computed segment', () => {
  it('tells a device of its own, for nobody to keep', async () => {
    const told = await ask('anonymous_id=phone');
    expect(told).toMatchObject({ status: 200, body: { segments: ['buyers'] } });
    expect(told.headers.get('cache-control')).toBe('private, no-store');
    expect(told.headers.get('access-control-allow-origin')).toBe('*');
    expect((await ask('anonymous_id=walker')).body).toEqual({ segments: ['buyers'] });
    expect((await ask('anonymous_id=nobody')).body).toEqual({ segments: [] });
  });

  it('tells a page nothing of a person by their id, and a secret key all', async () => {
    for (const id of ['@ana', encodeURIComponent(userId('@ana'))]) {
      expect(await ask(`user_id=${id}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
      // Nor as if it were a device.
      expect((await ask(`anonymous_id=${id}`)).body).toEqual({ segments: [] });
    }
    expect((await ask('anonymous_id=nobody&user_id=@ana')).body).toEqual({ segments: [] });
    expect((await ask('user_id=@ana', secret)).body).toEqual({ segments: ['buyers'] });
    expect((await ask('user_id=@bea', secret)).body).toEqual({ segments: [] });
    expect((await ask('', secret)).status).toBe(400);
    expect((await ask(`anonymous_id=${'x'.repeat(1_000)}`)).status).toBe(400);
  });

  it('tells a device nothing of one person where another has signed in', async () => {
    expect((await ask('anonymous_id=phone&user_id=@ana')).body).toEqual({ segments: ['buyers'] });
    expect((await ask('anonymous_id=phone&user_id=@bea')).body).toEqual({ segments: [] });
  });

  it('decides with it, where nobody has said in which segments they are', async () => {
    expect(await valueFor({ anonymous_id: 'phone' })).toBe('new');
    expect(await valueFor({ anonymous_id: 'nobody' })).toBe('old');
    expect(await valueFor({ user_id: '@ana' })).toBe('old');
    expect(await valueFor({ user_id: '@ana' }, secret)).toBe('new');
    expect(await valueFor({ user_id: '@bea' }, secret)).toBe('old');
    expect(await valueFor({ anonymous_id: 'phone', $segments: [] })).toBe('old');
    const context = { targetingKey: '@ana' };
    for (const path of ['/ofrep/v1/evaluate/flags/thanks', '/ofrep/v1/evaluate/flags']) {
      expect(JSON.stringify((await post(path, { context }, secret)).body)).toContain('"new"');
      expect(JSON.stringify((await post(path, { context })).body)).toContain('"old"');
    }
  });

  it('tells another tenant nothing, whose ids are the same', async () => {
    await stage.catalog.ensureProject({ id: 'rival-shop', tenant_id: 'rival', name: 'any' }, 'R');
    const scope = { tenant_id: 'rival', project_id: 'rival-shop' };
    for (const kind of ['write', 'secret'] as const) {
      const theirs = await stage.keyOf({ ...scope, kind });
      expect((await ask('anonymous_id=phone&user_id=@ana', theirs)).body).toEqual({ segments: [] });
    }
    expect((await ask('anonymous_id=phone', 'px_unknown')).status).toBe(401);
  });

  it('says what it knew last while Postgres is away, and 503 of whom it knew nothing', async () => {
    await ask('anonymous_id=phone');
    isAway = true;
    time += 60_000;
    expect((await ask('anonymous_id=phone')).body).toEqual({ segments: ['buyers'] });
    expect(await valueFor({ anonymous_id: 'phone' })).toBe('new');
    const unknown = await ask('anonymous_id=never-asked');
    expect(unknown).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(unknown.headers.get('retry-after')).toBe('5');
    const attributes = { anonymous_id: 'never-asked' };
    expect((await post('/v1/flags/evaluate', { attributes })).status).toBe(503);
    expect(await stage.registry.metrics()).toMatch(/px_collector_segments_read_errors_total [1-9]/);
    isAway = false;
    time += 60_000;
    expect((await ask('anonymous_id=never-asked')).body).toEqual({ segments: [] });
    await fill('buyers', {});
    time += 60_000;
    expect((await ask('anonymous_id=phone')).body).toEqual({ segments: [] });
  });
});
