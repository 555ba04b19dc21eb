import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApi, createReplayDoor } from '@px-platform/api';
import { createCollector } from '@px-platform/collector';
import { startProcessor } from '@px-platform/processor';
import { createDirectEventLog } from '@px-platform/store/direct';
import {
  createMemoryLimiter,
  createMemoryCounters,
  createMemoryStreams,
} from '@px-platform/store/memory';
import { serve, type Served } from '@px-platform/test-services';
import { UsageError } from '../config.js';
import { openEmbeddedStores, type EmbeddedStores } from '../open-embedded-stores.js';
import { readDeadConfig } from './config.js';
import { runDead } from './run-dead.js';

const log = { info() {}, warn() {}, error() {} };
let directory: string;
let stores: EmbeddedStores;
let server: Served;
let stop: () => Promise<void>;
/** Plans and quotas are remembered for a while: time is moved on instead of waited for. */
let ahead = 0;
const clock = () => Date.now() + ahead;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-dead-'));
  stores = await openEmbeddedStores(directory);
  const { eventStore, profiles, catalog, schemas } = stores;
  const eventLog = createDirectEventLog();
  const streams = createMemoryStreams();
  const stopProcessor = await startProcessor({
    eventLog,
    eventStore,
    profiles,
    streams,
    counters: createMemoryCounters(),
    log,
    clock,
  });
  const app = express();
  server = await serve(app);
  const collector = createCollector({
    catalog,
    schemas,
    eventLog,
    limiter: createMemoryLimiter(),
    log,
    clock,
  });
  const door = createReplayDoor({ url: server.url });
  // As `px dev` mounts them: the collector's last handler answers for what it does not know.
  app.use((request, response, next) =>
    request.path === '/v1/batch' ? collector(request, response, next) : next(),
  );
  app.use(createApi({ catalog, eventStore, streams, replays: { eventStore, door }, log, clock }));
  stop = async () => {
    await server.close();
    await stopProcessor();
    await stores.close();
  };
}, 60_000);
afterAll(async () => {
  await stop();
  await rm(directory, { recursive: true, force: true });
});

let project = 'shop-0';
let key: string;
let said: string[];
let whileWaiting = async () => {};
beforeEach(async () => {
  project = `shop-${Number(project.slice(5)) + 1}`;
  const { catalog } = stores;
  const tenant_id = `acme-${project}`;
  await catalog.ensureProject({ id: project, tenant_id, name: 'Shop' }, 'Acme');
  const grant = { tenant_id, project_id: project, kind: 'secret' } as const;
  ({ key } = await catalog.createKey(grant, 'test'));
  said = [];
  whileWaiting = async () => {};
});

const px = (...args: string[]) =>
  runDead(
    readDeadConfig(['--endpoint', server.url, '--key', key, ...args], { env: {}, now: clock() }),
    {
      say: (line) => said.push(line),
      async wait(ms) {
        ahead += ms;
        await whileWaiting();
      },
    },
  );
const plan = async (mode: 'enforce' | 'off') => {
  const scope = { tenant_id: `acme-${project}`, project_id: project };
  const before = (await stores.schemas.plan(scope)).events[0]?.version ?? 0;
  const schema = { type: 'object', properties: { plan: { enum: ['free'] } } };
  await stores.schemas.putEvent(scope, { event: 'signup', mode, schema, basedOn: before });
  ahead += 10_000;
};
const id = (number: number) => `01912d68-783e-7a03-8467-${String(number).padStart(12, '0')}`;
async function send(...numbers: number[]) {
  const response = await fetch(`${server.url}/v1/batch`, {
    method: 'POST',
    headers: {
      'x-api-key': key,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    },
    body: JSON.stringify({
      events: numbers.map((number) => ({
        event_id: id(number),
        event: 'signup',
        user_id: 'ana',
        timestamp: clock(),
        properties: { plan: 'gold', number },
      })),
    }),
  });
  return response.json();
}
const rows = () =>
  stores.eventStore.query<{ event_id: string; browser: string }>({
    sql: 'SELECT event_id, browser FROM events WHERE project_id = {project:String} ORDER BY event_id',
    params: { project },
  });

describe('given events that a plan did not let through', () => {
  it('lists, shows and replays them: what the plan still forbids is dead as before, and then all are stored once', async () => {
    await plan('enforce');
    expect(await send(1, 2, 3)).toMatchObject({ accepted: 0 });
    expect(await px('list')).toBe(true);
    expect(said.filter((line) => line.includes('schema/schema_violation'))).toHaveLength(3);
    said = [];
    expect(await px('show', id(2))).toBe(true);
    expect(said.join('\n')).toMatch(/attempt 1, .*schema_violation[^]*"number": 2/);

    said = [];
    expect(await px('replay', id(1))).toBe(false);
    expect(said[0]).toMatch(new RegExp(`^✗ ${id(1)} signup: schema_violation`));
    expect(said.at(-1)).toBe('0 sent again and taken, 1 dead again');
    said = [];
    await px('list', '--json');
    const letters = said.map((line) => JSON.parse(line) as { id: string; attempts: number });
    expect(new Map(letters.map((letter) => [letter.id, letter.attempts]))).toEqual(
      new Map([
        [id(1), 2],
        [id(2), 1],
        [id(3), 1],
      ]),
    );

    await plan('off');
    said = [];
    expect(await px('replay', '--all', '--code', 'schema_violation', '--limit', '2')).toBe(true);
    expect(said.at(-1)).toBe('3 sent again and taken');
    expect(await rows()).toEqual(
      [1, 2, 3].map((number) => ({ event_id: id(number), browser: 'Firefox' })),
    );
    said = [];
    await px('list');
    expect(said).toEqual(['There are none.']);
    said = [];
    await px('list', '--status', 'replayed');
    expect(said.filter((line) => line.includes('replayed'))).toHaveLength(3);
    expect(await px('replay', id(1))).toBe(true);
    expect(await rows()).toHaveLength(3);
  });

  it('waits where a quota is used up, and sends each of them in the end', async () => {
    await plan('enforce');
    await send(...Array.from({ length: 30 }, (_, index) => 100 + index));
    await plan('off');
    await stores.catalog.setTier(`acme-${project}`, 'free', 10);
    ahead += 10_000;
    whileWaiting = () => stores.catalog.setTier(`acme-${project}`, 'enterprise', null);
    expect(await px('replay', '--all')).toBe(true);
    expect(said.some((line) => line.startsWith('  waiting '))).toBe(true);
    expect(said.at(-1)).toBe('30 sent again and taken');
    expect(await rows()).toHaveLength(30);
  });

  it('ends for those that can never pass, each told once', async () => {
    await plan('enforce');
    await send(1, 2, 3);
    expect(await px('replay', '--all', '--limit', '1')).toBe(false);
    expect(said.filter((line) => line.startsWith('✗'))).toHaveLength(3);
    expect(said.at(-1)).toBe('0 sent again and taken, 3 dead again');
  });
});

describe('given arguments or a server that will not do', () => {
  it('says so', async () => {
    const read = (...args: string[]) => readDeadConfig(args, { env: { PX_SECRET_KEY: 'k' } });
    for (const bad of [
      [],
      ['lists'],
      ['list', 'x'],
      ['show'],
      ['show', 'a', 'b'],
      ['replay'],
      ['replay', 'x', '--all'],
      ['list', '--since', 'yesterday'],
      ['list', '--endpoint', 'nowhere'],
      ['list', '--colour'],
    ]) {
      expect(() => read(...bad), bad.join(' ')).toThrow(UsageError);
    }
    expect(
      readDeadConfig(['list', '--since', '2h', '--key', 'k'], { env: {}, now: 10_000_000 }),
    ).toMatchObject({ filter: { since: '2800000' } });
    await expect(px('show', 'nothing')).rejects.toThrow(/refuses with 404/);
    await expect(px('list', '--code', 'nonsense')).rejects.toThrow(/refuses with 400/);
    await expect(px('list', '--endpoint', 'http://127.0.0.1:1')).rejects.toThrow(/does not answer/);
  });
});
