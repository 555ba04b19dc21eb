import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '@px-platform/api';
import { serve, type Served } from '@px-platform/test-services';
import {
  postgresCatalog,
  postgresFlagCatalog,
  postgresSchemaRegistry,
  type SqlClient,
} from '@px-platform/store';
import { createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { UsageError } from '../config.js';
import { readCodegenConfig } from './config.js';
import { runCodegen } from './run-codegen.js';

const SCOPE = { tenant_id: 'acme', project_id: 'shop' };
const BY = 'test';

let records: string;
let folder: string;
let out: string;
let sql: SqlClient;
let server: Served;
let key: string;
let said: string[];

beforeAll(async () => {
  records = await mkdtemp(join(tmpdir(), 'px-codegen-records-'));
  sql = await openPglite({ path: records });
  const catalog = postgresCatalog(sql);
  const flags = postgresFlagCatalog(sql);
  const schemas = postgresSchemaRegistry(sql);
  await catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
  key = (await catalog.createKey({ ...SCOPE, kind: 'secret' }, BY)).key;
  const api = createApi({
    catalog,
    schemas,
    flags,
    eventStore: { query: async () => [], samePerson: async () => [] },
    streams: createMemoryStreams(),
    log: { info() {}, warn() {}, error() {} },
  });
  server = await serve(express().use(api));
  for (const name of ['new_onboarding', 'old_tour']) {
    const variants = { on: true, off: false };
    const definition = { key: name, type: 'boolean', variants, default: 'off', environments: {} };
    await flags.put(SCOPE, { kind: 'flag', key: name, definition, basedOn: 0, by: BY });
  }
  await flags.archive(SCOPE, { kind: 'flag', key: 'old_tour', by: BY });
  await plan('plan_chosen', { properties: { plan: { enum: ['free', 'pro'] } } });
}, 60_000);
afterAll(async () => {
  await server.close();
  await sql.close();
  await rm(records, { recursive: true, force: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'px-codegen-'));
  out = join(folder, 'src', 'px-types.d.ts');
  said = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const plan = (event: string, schema: object, basedOn = 0) =>
  postgresSchemaRegistry(sql).putEvent(SCOPE, {
    event,
    mode: 'warn',
    schema: JSON.parse(JSON.stringify(schema)),
    basedOn,
  });
const px = (...more: string[]) =>
  runCodegen(
    readCodegenConfig(['--out', out, '--endpoint', `${server.url}/`, '--key', key, ...more], {}),
    { say: (line) => said.push(line) },
  );
const written = () => readFile(out, 'utf8');

describe('given a project of the API', () => {
  it('writes its types whole, says what became otherwise, and leaves alone what is as it was', async () => {
    expect(await px('--check')).toBe(false);
    expect(said).toEqual([`${out} is not there. Run px codegen.`]);
    expect(await px()).toBe(true);
    expect(said.at(-1)).toBe(`${out} has 2 flags, 0 experiments and 1 events of shop`);
    const first = await written();
    expect(first).toContain('  new_onboarding: boolean;');
    expect(first).toMatch(/@deprecated Archived.*\n {2}old_tour: boolean;/);
    expect(first).toContain('plan?: "free" | "pro" | undefined;');
    expect(first).toContain('declare global');
    expect(await readdir(join(folder, 'src'))).toEqual(['px-types.d.ts']);

    const { ino } = await stat(out);
    expect(await px()).toBe(true);
    expect((await stat(out)).ino).toBe(ino);
    expect(await px('--check')).toBe(true);
    expect(said.at(-1)).toBe(`${out} is as shop is.`);

    await plan('plan_chosen', { properties: { plan: { enum: ['free', 'pro', 'team'] } } }, 1);
    await plan('tour left', {});
    said = [];
    expect(await px('--check')).toBe(false);
    expect(said).toEqual([
      '~ event plan_chosen',
      '+ event "tour left"',
      `${out} is not as shop is. Run px codegen.`,
    ]);
    expect(await written()).toBe(first);
    expect(await px('--project', 'shop')).toBe(true);
    expect(await written()).toContain('"team"');
  });

  it('leaves the global interfaces out where it is asked to', async () => {
    expect(await px('--no-global')).toBe(true);
    expect(await written()).not.toContain('declare global');
  });
});

describe('given arguments or a server that will not do', () => {
  it.each([
    [['--out', 'types.json'], /"types.json" is no file of TypeScript/],
    [['--endpoint', 'nowhere'], /"nowhere" is no address/],
    [['--key', ''], /--key or PX_SECRET_KEY is needed/],
    [['--watch'], /--watch/],
    [['src/px-types.d.ts'], /src\/px-types.d.ts/],
  ])('refuses %j', (args, message) => {
    expect(() => readCodegenConfig(['--key', 'k', ...args], {})).toThrow(UsageError);
    expect(() => readCodegenConfig(['--key', 'k', ...args], {})).toThrow(message);
  });

  it('takes key and address from the environment', () => {
    const env = { PX_SECRET_KEY: 'k', PX_ENDPOINT: 'https://px.example.com/' };
    expect(readCodegenConfig([], env)).toMatchObject({
      endpoint: 'https://px.example.com',
      key: 'k',
      isCheck: false,
      isGlobal: true,
      project: undefined,
    });
  });

  it('says what was received, and writes nothing', async () => {
    await expect(px('--project', 'shoe')).rejects.toThrow(
      'the key opens no project "shoe"; there is shop.',
    );
    await expect(px('--key', 'nonsense')).rejects.toThrow(/refuses with 401: .+/);
    await expect(px('--endpoint', 'http://127.0.0.1:1')).rejects.toThrow(
      /127.0.0.1:1 does not answer/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('says where something else than the API answers', async () => {
    const other = createServer((_request, response) => response.end('<html>')).listen(0);
    try {
      const { port } = other.address() as { port: number };
      await expect(px('--endpoint', `http://127.0.0.1:${port}`)).rejects.toThrow(
        /answers without a list of projects.+--endpoint/,
      );
    } finally {
      other.close();
    }
  });

  it('says where it cannot write, and leaves no draft behind', async () => {
    await writeFile(join(folder, 'src'), 'a file');
    await expect(px()).rejects.toThrow(/px-types.d.ts cannot be (read|written)/);
    expect(await readdir(folder)).toEqual(['src']);
  });
});

describe('given a key of several projects', () => {
  it('asks which', async () => {
    const projects = { projects: [{ id: 'shop' }, { id: 'admin' }] };
    const fetch = () => Promise.resolve(new Response(JSON.stringify(projects)));
    await expect(
      runCodegen(readCodegenConfig(['--out', out, '--key', 'k'], {}), { fetch, say() {} }),
    ).rejects.toThrow('the key opens 2 projects (shop, admin). Say which with --project.');
  });
});
