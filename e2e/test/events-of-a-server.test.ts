import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { Registry } from 'prom-client';
import { createCollector } from '@px-platform/collector';
import type { PxEvent } from '@px-platform/protocol';
import { createClient } from '@px-platform/sdk-node';
import { postgresCatalog, type EventLog } from '@px-platform/store';
import { openPglite } from '@px-platform/store/pglite';
import { serve } from '@px-platform/test-services';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const PROJECT = { tenant_id: 'acme', project_id: 'shop' };
const log = { info() {}, warn() {}, error() {} };

/** A collector over a catalog on PGlite, and what it has put into the log. */
async function openStage() {
  const directory = await mkdtemp(join(tmpdir(), 'px-events-'));
  const sql = await openPglite({ path: directory });
  const catalog = postgresCatalog(sql);
  await catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
  const events: string[] = [];
  const eventLog: Pick<EventLog, 'append' | 'isReady'> = {
    async append(_, records) {
      for (const { value } of records) if ('event' in value) events.push(nameOf(value.event));
    },
    isReady: () => true,
  };
  const registry = new Registry();
  const server = await serve(express().use(createCollector({ catalog, eventLog, log, registry })));
  const { key } = await catalog.createKey({ kind: 'write', ...PROJECT }, 'test');
  return {
    url: server.url,
    key,
    events,
    async close() {
      await server.close();
      await sql.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const SESSION = '0190163d-8694-739b-aea5-966c26f8ad91';

const nameOf = (event: PxEvent | string | null) =>
  typeof event === 'string' || event === null ? String(event) : event.event;

describe('given events of a server, and a collector', () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  beforeAll(async () => {
    stage = await openStage();
  });
  beforeEach(() => void (stage.events.length = 0));
  afterAll(() => stage.close());

  it('has each verb taken, and one that breaks a rule of the wire dropped and counted', async () => {
    const px = createClient({ apiKey: stage.key, endpoint: stage.url, flags: false, log });
    px.track('invoice_paid', { amount: 12 }, { userId: 'ada' });
    px.identify('ada', { plan: 'pro' }, { anonymousId: 'device', traitsOnce: { seen: 1 } });
    px.alias('ada', 'old-id');
    px.group('company', 'acme', { seats: 3 }, { userId: 'ada' });
    px.page({ url: 'https://shop.example/a', title: 'A' }, { anonymousId: 'device' });
    px.track('too_old', {}, { userId: 'ada', timestamp: 0 });
    await px.flush();
    expect(stage.events).toEqual(['invoice_paid', '$identify', '$alias', '$group', 'page_view']);
    expect(await px.shutdown()).toEqual({
      accepted: 6,
      delivered: 5,
      pending: 0,
      dropped: { timestamp_out_of_range: 1 },
    });
  });

  it('has exposures taken, under the ids that they are given', async () => {
    const rule = {
      id: 'half',
      key: 'checkout_v2',
      variations: ['old', 'new'],
      ranges: [
        [0, 0.5],
        [0.5, 1],
      ] as const,
      meta: [{ key: 'control' }, { key: 'treatment' }],
      hashVersion: 2 as const,
      seed: 'b',
      phase: '0',
      hashAttribute: 'user_id',
    };
    const features = { checkout: { defaultValue: 'old', rules: [rule] } };
    const px = createClient({
      apiKey: stage.key,
      endpoint: stage.url,
      flags: { bootstrap: { features }, stream: false },
      log,
    });
    px.forRequest({ userId: 'ada', sessionId: SESSION }).getFlag('checkout');
    px.getFlag('checkout', { user_id: 'bob' });
    expect(await px.shutdown()).toMatchObject({ accepted: 2, delivered: 2 });
    expect(stage.events).toEqual(['$exposure', '$exposure']);
  });

  /** Runs a program of its own process, to its end. */
  const runProgram = async (program: string, endpoint: string, type = 'module') => {
    const child = spawn(process.execPath, [`--input-type=${type}`, '-e', program], {
      cwd: new URL('..', import.meta.url),
      env: { ...process.env, PX_ENDPOINT: endpoint },
      timeout: 60_000,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return { code, signal, output };
  };
  /** Runs a program with a client that it never shuts down. */
  const run = (endpoint: string, program: string, options = '') =>
    runProgram(
      `import { createClient } from '@px-platform/sdk-node';
      const px = createClient({ apiKey: '${stage.key}', flags: false, exitTimeoutMs: 500, ${options} });
      for (let nth = 0; nth < 150; nth += 1) px.track('job_done', { nth }, { userId: 'ada' });
      ${program}`,
      endpoint,
    );
  const well = { code: 0, signal: null, output: '' };

  it('sends what waits as a process ends by itself', async () => {
    expect(await run(stage.url, '')).toEqual(well);
    expect(stage.events).toHaveLength(150);
  });

  it('lets a process end that has sent all, with connections kept', async () => {
    expect(await run(stage.url, 'await px.flush();')).toEqual(well);
    expect(stage.events).toHaveLength(150);
  });

  it('lets a process end where the collector never answers, or is not there', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await run(url, '')).toMatchObject({ code: 0, signal: null });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    const { output, ...end } = await run(url, '');
    expect(end).toEqual({ code: 0, signal: null });
    expect(output).toContain('Events are kept');
  });

  it.each([
    ['module', `import PX, { createPx } from '@px-platform/sdk';`],
    ['commonjs', `const { default: PX, createPx } = require('@px-platform/sdk');`],
  ])('runs the snippet of the front page as written: %s', async (type, imported) => {
    const program = `${imported}
      const apiKey = '${stage.key}', projectId = 'shop', properties = { plan: 'pro' };
      const user_id = 'ada', segment = 'trial';
      PX.init({ apiKey, projectId, bufferSize: 100, flushInterval: 5000, compression: 'gzip' });
      PX.track('user_action', properties);
      PX.withRequest({ userId: user_id }, () => PX.track('user_action', properties));
      if (PX.getFlag('new_onboarding', { user_id, segment }) !== undefined) throw new Error('a flag');
      if (PX.getExperiment('checkout_flow_v2').variant !== null) throw new Error('a variant');
      // The page's, which shared code may import: nothing happens here.
      createPx({ captures: {} }).track('user_action');`;
    const { output, ...end } = await runProgram(program, stage.url, type);
    expect(end).toEqual({ code: 0, signal: null });
    expect(output).toContain('track of user_action: a server has no person of its own');
    expect(stage.events).toEqual(['user_action']);
  });

  it('tells of what ends a process, and lets it end as it would have', async () => {
    const fail = `process.on('uncaughtException', async (error) => {
      process.exitCode = 3;
      await px.shutdown();
      process.exit();
    });
    setTimeout(() => { throw new TypeError('the end'); });`;
    expect(await run(stage.url, fail, 'captureUncaught: true')).toMatchObject({ code: 3 });
    expect(stage.events.filter((name) => name === 'error')).toHaveLength(1);

    const reject = `Promise.reject(new TypeError('the end'));`;
    const [watched, plain] = [
      await run(stage.url, reject, 'captureUncaught: true'),
      await run(stage.url, reject),
    ];
    expect(watched).toEqual(plain);
    expect(watched).toMatchObject({ code: 1, signal: null });
    expect(watched.output).toContain('TypeError: the end');
  });
});
