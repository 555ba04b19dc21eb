import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '@px-platform/api';
import { serve, type Served } from '@px-platform/test-services';
import { postgresCatalog, postgresSchemaRegistry, type SqlClient } from '@px-platform/store';
import { createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { UsageError } from '../config.js';
import { readSchemaConfig } from './config.js';
import { runSchema } from './run-schema.js';
import { nameOf } from './schema-files.js';

const OPEN = { type: 'object', properties: { plan: { enum: ['free', 'pro'] } } };
const NARROW = { type: 'object', properties: { plan: { enum: ['pro'] } } };
let scope = { tenant_id: 'acme', project_id: 'shop-0' };

let records: string;
let folder: string;
let sql: SqlClient;
let server: Served;
let args: readonly string[];
let said: string[];

beforeAll(async () => {
  records = await mkdtemp(join(tmpdir(), 'px-schema-records-'));
  sql = await openPglite({ path: records });
}, 60_000);
afterAll(async () => {
  await sql.close();
  await rm(records, { recursive: true, force: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'px-schema-'));
  // Each test has a project of its own.
  scope = { ...scope, project_id: `shop-${Number(scope.project_id.slice(5)) + 1}` };
  const catalog = postgresCatalog(sql);
  await catalog.ensureProject({ id: scope.project_id, tenant_id: 'acme', name: 'Shop' }, 'Acme');
  const { key } = await catalog.createKey({ ...scope, kind: 'secret' }, 'test');
  const api = createApi({
    catalog,
    schemas: postgresSchemaRegistry(sql),
    eventStore: { query: async () => [], samePerson: async () => [] },
    streams: createMemoryStreams(),
    log: { info() {}, warn() {}, error() {} },
  });
  server = await serve(express().use(api));
  args = [
    '--project',
    scope.project_id,
    '--dir',
    join(folder, 'schemas'),
    '--endpoint',
    `${server.url}/`,
    '--key',
    key,
  ];
  said = [];
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const px = (action: string, ...more: string[]) =>
  runSchema(readSchemaConfig([action, ...args, ...more], {}), { say: (line) => said.push(line) });
const fileOf = (event: string) => join(folder, 'schemas', nameOf(event));
const write = (event: string, file: unknown) =>
  writeFile(fileOf(event), typeof file === 'string' ? file : JSON.stringify(file));
const planned = async () => (await postgresSchemaRegistry(sql).plan(scope)).events;

describe('given a plan on the server', () => {
  it('is pulled into files and pushed back, whatever its events are called', async () => {
    const names = ['signup', '../../etc', '.hidden', 'a/b c', 'ação', 'CON.*'];
    for (const event of names) {
      await postgresSchemaRegistry(sql).putEvent(scope, {
        event,
        mode: 'warn',
        schema: OPEN,
        basedOn: 0,
      });
    }
    expect(await px('pull')).toBe(true);
    expect(await readdir(join(folder, 'schemas'))).toHaveLength(names.length);
    expect(JSON.parse(await readFile(fileOf('../../etc'), 'utf8'))).toEqual({
      mode: 'warn',
      schema: OPEN,
    });
    expect(await px('push')).toBe(true);
    expect(said.at(-1)).toBe('0 of 6 sent');
    await write('../../etc', { mode: 'enforce', schema: OPEN });
    expect(await px('check')).toBe(true);
    expect(said).toContain('~ ../../etc: warn becomes enforce');
    expect(await px('push')).toBe(true);
    expect((await planned()).find(({ event }) => event === '../../etc')).toMatchObject({
      version: 1,
      mode: 'enforce',
    });
  });
});

describe('given a file that would break events that are right', () => {
  it('fails the check, is not pushed, and is pushed by force', async () => {
    await px('pull');
    await write('order', { mode: 'warn', schema: OPEN });
    expect(await px('push')).toBe(true);
    expect(said).toContain('+ order: new, warn');
    await write('order', { mode: 'warn', schema: NARROW });
    await write('fine', { mode: 'warn', schema: OPEN });
    for (const action of ['check', 'push']) expect(await px(action)).toBe(false);
    expect(said).toContain('    /properties/plan/enum: "free" was right, and is no more');
    expect((await planned()).map(({ event, version }) => [event, version])).toEqual([['order', 1]]);
    expect(await px('push', '--force')).toBe(true);
    expect((await planned()).map(({ event, version }) => [event, version])).toEqual([
      ['fine', 1],
      ['order', 2],
    ]);
  });

  it.each([
    ['no JSON', '{'],
    ['no mode', { schema: OPEN }],
    ['a schema that plans cannot have', { mode: 'warn', schema: { anyOf: [] } }],
    ['nothing', 'null'],
  ])('fails for a file with %s, forced or not', async (_title, file) => {
    await px('pull');
    await write('wrong', file);
    expect(await px('check')).toBe(false);
    expect(await px('push', '--force')).toBe(false);
    expect(said[1]).toMatch(/^✗ wrong: /);
    expect(await planned()).toEqual([]);
  });
});

describe('given arguments or a server that will not do', () => {
  it('says so', async () => {
    for (const bad of [
      [],
      ['pull'],
      ['pull', '--project', 'x'],
      ['both', ...args],
      ['pull', ...args, '--x'],
    ]) {
      expect(() => readSchemaConfig(bad, {})).toThrow(UsageError);
    }
    expect(readSchemaConfig(['check', '--project', 'x'], { PX_SECRET_KEY: 'k' })).toMatchObject({
      endpoint: 'http://localhost:4400',
      key: 'k',
    });
    await expect(px('pull', '--project', 'other')).rejects.toThrow(/refuses with 404/);
    await expect(px('pull', '--key', 'nonsense')).rejects.toThrow(/refuses with 401/);
    await expect(px('pull', '--endpoint', 'http://127.0.0.1:1')).rejects.toThrow(/does not answer/);
  });
});
