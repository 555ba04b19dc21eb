import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { strFromU8, unzipSync } from 'fflate';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '@px-platform/test-services';
import { analyses } from '@px-platform/insights';
import {
  liveStream,
  canonicalUserId,
  postgresCatalog,
  postgresFlagCatalog,
  postgresPrivacyStore,
  postgresProfileStore,
  postgresRetentionStore,
  postgresSchemaRegistry,
  postgresSegmentMembers,
  type EventStore,
  type KeyGrant,
  type SqlClient,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { NOON, sampleDead, sampleId, sampleRow } from '@px-platform/store/contract';
import { createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { createApi } from './api.js';
import type { ReplayDoor } from './replay-door.js';

const SECRET = 'a secret of thirty-two bytes or more';
const MARK = 'only-the-rival-knows-this';
const PROJECTS = [
  { id: 'shop', tenant_id: 'acme', name: 'Shop' },
  { id: 'blog', tenant_id: 'acme', name: 'Blog' },
  { id: 'vault', tenant_id: 'rival', name: MARK },
];
const KEYS: Readonly<Record<string, KeyGrant>> = {
  pxs_shop: {
    kind: 'secret',
    tenant_id: 'acme',
    project_id: 'shop',
    origins: [],
    environment: 'production',
    flags_mode: 'rules',
    tier: 'free',
    events_per_hour: null,
  },
};
const catalog = {
  findKey: async (key: string) => KEYS[key] ?? null,
  listProjects: async (tenantId: string) => PROJECTS.filter((each) => each.tenant_id === tenantId),
};

let directory: string;
let eventStore: EventStore;
let sql: SqlClient;
let router: Router;
let server: Served;
let url: string;
const streams = createMemoryStreams();
/** Every event that was sent again, whoever asked. */
const replayed: string[] = [];
const door: ReplayDoor = async (events) => {
  replayed.push(JSON.stringify(events));
  return { kind: 'answered', results: [], retryAfterS: null };
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-isolation-'));
  eventStore = await openChdbEventStore({ path: join(directory, 'events') });
  const rival = { tenant_id: 'rival', project_id: 'vault', event_name: MARK, distinct_id: MARK };
  await eventStore.insertEvents([
    sampleRow(1, rival),
    // A row in our tenant that says it is of a project with the rival's id, and the other way round.
    sampleRow(2, { ...rival, tenant_id: 'acme' }),
    sampleRow(3, { ...rival, project_id: 'shop' }),
    sampleRow(4, { event_name: 'ours' }),
  ]);
  const letter = { tenant_id: 'rival', project_id: 'vault', event_name: MARK, message: MARK };
  await eventStore.insertDead([
    sampleDead(1, letter),
    sampleDead(2, { ...letter, tenant_id: 'acme' }),
    sampleDead(3, { ...letter, project_id: 'shop' }),
    sampleDead(4, { event_name: 'ours' }),
  ]);
  await streams.publish(liveStream('vault'), { event: MARK });
  sql = await openPglite({ path: join(directory, 'records') });
  const schemas = postgresSchemaRegistry(sql);
  for (const project of PROJECTS) await postgresCatalog(sql).ensureProject(project, 'any');
  const put = { event: 'vault', mode: 'warn', schema: { title: MARK }, basedOn: 0 } as const;
  await schemas.putEvent({ tenant_id: 'rival', project_id: 'vault' }, put);
  await postgresCatalog(sql).setPrivacyRules('rival', 'vault', { fields: { [MARK]: 'drop' } });
  const definitions = [
    ['flag', { type: 'string', variants: { on: MARK }, default: 'on', environments: {} }],
    ['segment', { condition: { name: MARK } }],
    ['group', { values: [MARK] }],
    [
      'experiment',
      {
        hypothesis: MARK,
        status: 'draft',
        variants: [
          { key: 'a', range: [0, 0.5] },
          { key: 'b', range: [0.5, 1] },
        ],
        phases: [],
        metrics: { goals: [] },
      },
    ],
  ] as const;
  for (const [kind, rest] of definitions) {
    // Keys that the attacks name.
    const definition = { key: 'vault', ...rest };
    const put = { kind, key: 'vault', definition, by: MARK, basedOn: 0 } as const;
    const done = await postgresFlagCatalog(sql).put(
      { tenant_id: 'rival', project_id: 'vault' },
      put,
    );
    expect(done.outcome).toBe('stored');
  }
  await postgresRetentionStore(sql).set({ tenant_id: 'rival', project_id: 'vault' }, 4_711);
  router = createApi({
    catalog,
    schemas,
    flags: postgresFlagCatalog(sql),
    segments: postgresSegmentMembers(sql),
    privacy: postgresCatalog(sql),
    retention: postgresRetentionStore(sql),
    people: {
      requests: postgresPrivacyStore(sql),
      profiles: postgresProfileStore(sql),
      tables: eventStore,
    },
    eventStore,
    replays: { eventStore, door },
    streams,
    log: { info() {}, warn() {}, error() {} },
    localSession: { secretKey: 'pxs_shop', welcome: {} },
    tokens: { keys: { secret: SECRET }, issuer: 'login', audience: 'px' },
    clock: () => NOON + 60_000,
  });
  server = await serve(express().use(router));
  ({ url } = server);
});
afterAll(async () => {
  await server.close();
  await eventStore.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

interface ListedRoute {
  readonly path: string;
  readonly methods: readonly string[];
}

/** The routes as express keeps them. A router within the router would hide its own, so there may be none. */
function routesOf(api: Router): readonly ListedRoute[] {
  return api.stack.flatMap(({ route, handle }) => {
    expect('stack' in handle, 'routes stand in the one router of createApi').toBe(false);
    if (!route) return [];
    const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
    return [{ path: route.path, methods: [...methods] }];
  });
}

/** The addresses by which a route can be asked for a project's rows: in its path, in its query, in both. */
function addressesOf({ path }: ListedRoute, project: string): readonly string[] {
  const named = (value: string) =>
    path.replace(/:(\w+)/g, (_all, name: string) => (name === 'project' ? project : value));
  const values = path.includes('/questions/:name') ? analyses.map(({ name }) => name) : [project];
  return values.flatMap((value) =>
    path.includes(':project')
      ? [named(value), `${named(value)}?project=shop`, `${named(value)}?project=${project}`]
      : [`${named(value)}?project=${project}`, `${named(value)}?project=shop&project=${project}`],
  );
}

async function tokenOf(claims: object) {
  return new SignJWT({ iss: 'login', aud: 'px', tenant_id: 'acme', role: 'admin', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(NOON / 1_000 + 600)
    .sign(new TextEncoder().encode(SECRET));
}

/** Reads at most the beginning: the live feed has no end. */
async function ask(
  path: string,
  { method = 'GET', credential }: { method?: string; credential: string },
) {
  const stop = new AbortController();
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    body: method === 'PUT' ? JSON.stringify({ schema: {}, unplanned: 'block' }) : null,
    signal: stop.signal,
  });
  const isFeed = response.headers.get('content-type')?.startsWith('text/event-stream');
  const text = isFeed ? await beginningOf(response) : await response.text();
  stop.abort();
  return { status: response.status, text };
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = (await reader.read()).value ?? '';
  const second = await Promise.race([
    reader.read().then(({ value }) => value ?? ''),
    new Promise<string>((resolve) => setTimeout(resolve, 50, '')),
  ]);
  return first + second;
}

describe('given every route there is, and another tenant’s project', () => {
  const credentials = async () => [
    'pxs_shop',
    await tokenOf({}),
    await tokenOf({ projects: ['shop'] }),
    // A signer that lists a project of somebody else by mistake.
    await tokenOf({ projects: ['shop', 'vault'] }),
    await tokenOf({ tenant_id: 'nobody', projects: ['vault'] }),
  ];

  it('answers as for a project that does not exist: the same status, the same words', async () => {
    const routes = routesOf(router);
    expect(routes.map(({ path }) => path)).toContain('/v1/live');
    expect(routes.length).toBeGreaterThanOrEqual(5);
    for (const credential of await credentials()) {
      for (const route of routes) {
        for (const method of route.methods) {
          const foreign = addressesOf(route, 'vault');
          const missing = addressesOf(route, 'nowhere');
          for (const [index, address] of foreign.entries()) {
            const answer = await ask(address, { method, credential });
            expect({ address, ...answer }).toMatchObject({ status: 404 });
            expect(answer.text).toContain('there is no such project');
            expect(answer).toEqual(await ask(missing[index] ?? '', { method, credential }));
          }
        }
      }
    }
  });

  it('shows none of its rows where no project is named, or one’s own', async () => {
    for (const credential of await credentials()) {
      for (const { path, methods } of routesOf(router)) {
        if (path.includes(':project')) continue;
        const paths = path.includes(':name')
          ? analyses.map(({ name }) => path.replace(':name', name))
          : [path];
        for (const each of paths.flatMap((one) => [
          one,
          `${one}?project=shop`,
          `${one}?project[]=vault`,
        ])) {
          for (const method of methods) {
            expect((await ask(each, { method, credential })).text, each).not.toContain(MARK);
          }
        }
      }
    }
  });

  it('counts only rows that are of the tenant and of the project', async () => {
    const query = `project=shop&since=${NOON - 1_000}`;
    const { status, text } = await ask(`/v1/questions/event-count?${query}`, {
      credential: await tokenOf({}),
    });
    expect({
      status,
      events: (JSON.parse(text) as { total?: { events: number } }).total?.events,
    }).toEqual({
      status: 200,
      events: 1,
    });
  });
});

describe('given dead letters', () => {
  it('shows, and sends again, those of the tenant’s project and no other', async () => {
    const credential = 'pxs_shop';
    const listed = JSON.parse((await ask('/v1/dead?status=all', { credential })).text) as {
      letters: { id: string }[];
    };
    expect(listed.letters.map(({ id }) => id)).toEqual([sampleId(4)]);
    for (const number of [1, 2, 3]) {
      const at = `/v1/dead/${sampleId(number)}`;
      for (const [method, path] of [
        ['GET', at],
        ['POST', `${at}/replay`],
      ] as const) {
        const { status, text } = await ask(path, { method, credential });
        expect([path, status, text.includes(MARK)]).toEqual([path, 404, false]);
      }
    }
    await ask('/v1/dead/replay', { method: 'POST', credential });
    expect(replayed.join('')).toContain(sampleId(4));
    for (const number of [1, 2, 3]) expect(replayed.join('')).not.toContain(sampleId(number));
  });
});

describe('given what is kept of somebody who is a customer of both tenants', () => {
  it('gives out and lists nothing of the other tenant', async () => {
    const requests = postgresPrivacyStore(sql);
    const user_ids = [canonicalUserId('shop', 'known', MARK)];
    const theirs = { tenant_id: 'rival', project_id: 'shop', subject: {}, user_ids };
    await requests.ask({ ...theirs, kind: 'erasure', requested_by: MARK });
    await requests.ask({ ...theirs, project_id: 'vault', kind: 'erasure', requested_by: MARK });
    // Rows of the rival's, in a project that is called as ours is, and ours in one of theirs, of the person that is asked for.
    const rows = [{ tenant_id: 'rival', project_id: 'shop' }, { project_id: 'vault' }];
    await eventStore.insertEvents(
      rows.map((row, index) =>
        sampleRow(800 + index, { ...row, user_id: user_ids[0]!, page_title: `${MARK} title` }),
      ),
    );
    const authorization = 'Bearer pxs_shop';
    const archive = await fetch(`${url}/v1/privacy/export?user_id=${MARK}`, {
      headers: { authorization },
    });
    const files = unzipSync(new Uint8Array(await archive.arrayBuffer()));
    const manifest = JSON.parse(strFromU8(files['manifest.json']!)) as { rows: object };
    expect(new Set(Object.values(manifest.rows))).toEqual(new Set([0]));
    const { text } = await ask('/v1/privacy/requests', { credential: 'pxs_shop' });
    expect(text).not.toContain(MARK);
  });
});

describe('given the rival’s plan, flags, privacy rules and retention after all these attacks', () => {
  it('are as they were', async () => {
    expect((await postgresCatalog(sql).privacyRules('rival', 'vault')).fields).toMatchObject({
      [MARK]: 'drop',
    });
    const rival = { tenant_id: 'rival', project_id: 'vault' };
    expect(await postgresRetentionStore(sql).find(rival)).toMatchObject({ events_days: 4_711 });
    const flags = postgresFlagCatalog(sql);
    for (const kind of ['flag', 'experiment', 'segment', 'group'] as const) {
      expect(await flags.list(rival, kind)).toMatchObject([
        { key: 'vault', version: 1, changed_by: MARK, archived_at: null },
      ]);
    }
    expect(await flags.environments(rival)).toEqual([{ name: 'production', revision: 1 }]);
    expect(await postgresSchemaRegistry(sql).plan(rival)).toMatchObject({
      revision: 1,
      unplanned: 'allow',
      events: [{ event: 'vault', schema: { title: MARK } }],
    });
  });
});

describe('given a token', () => {
  it('lists the tenant’s projects, or those of them that the token names', async () => {
    const listed = async (claims: object) => {
      const { text } = await ask('/v1/projects', { credential: await tokenOf(claims) });
      return (JSON.parse(text) as { projects: { id: string }[] }).projects.map(({ id }) => id);
    };
    expect(await listed({})).toEqual(['shop', 'blog']);
    expect(await listed({ projects: ['blog', 'vault'] })).toEqual(['blog']);
    expect(await listed({ projects: [] })).toEqual([]);
  });

  it('asks which project is meant where there are several', async () => {
    const { status, text } = await ask('/v1/questions/event-count', {
      credential: await tokenOf({}),
    });
    expect({ status, code: (JSON.parse(text) as { code: string }).code }).toEqual({
      status: 400,
      code: 'invalid_request',
    });
  });

  it('lets a viewer change nothing, whatever the route', async () => {
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE']) {
      for (const path of ['/v1/projects', '/v1/anything']) {
        const viewer = await ask(path, { method, credential: await tokenOf({ role: 'viewer' }) });
        expect(viewer).toMatchObject({
          status: 403,
          text: expect.stringContaining('role_too_low'),
        });
        expect(
          (await ask(path, { method, credential: await tokenOf({ role: 'editor' }) })).status,
        ).toBe(404);
      }
    }
  });

  it('is no key, and no key is a token', async () => {
    expect((await ask('/v1/projects', { credential: 'pxs_shop' })).status).toBe(200);
    expect(await ask('/v1/projects', { credential: 'pxs.shop.x' })).toMatchObject({
      status: 401,
      text: expect.stringContaining('invalid_token'),
    });
  });
});
