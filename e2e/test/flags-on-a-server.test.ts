import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenFeature, ProviderEvents, type EventDetails } from '@openfeature/server-sdk';
import express from 'express';
import { Registry } from 'prom-client';
import { createCollector, openFlagDelivery } from '@px-platform/collector';
import type { FlagDefinition } from '@px-platform/protocol/flags';
import { createFlags, type FlagExposure } from '@px-platform/sdk-node';
import { createPxProvider } from '@px-platform/sdk-node/openfeature';
import { postgresCatalog, postgresFlagCatalog } from '@px-platform/store';
import { openPglite } from '@px-platform/store/pglite';
import { serve } from '@px-platform/test-services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const PROJECT = { tenant_id: 'acme', project_id: 'shop' };
const log = { info() {}, warn() {}, error() {} };

/** A collector over a catalog on PGlite. */
async function openStage() {
  const directory = await mkdtemp(join(tmpdir(), 'px-flags-'));
  const sql = await openPglite({ path: directory });
  const catalog = postgresCatalog(sql);
  const definitions = postgresFlagCatalog(sql);
  await catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
  const registry = new Registry();
  const flags = await openFlagDelivery({ publications: definitions, log, registry });
  const eventLog = { append: async () => {}, isReady: () => true };
  const server = await serve(
    express().use(createCollector({ catalog, eventLog, flags, log, registry })),
  );
  return {
    url: server.url,
    keyOf: async (flags_mode: 'rules' | 'values') =>
      (await catalog.createKey({ kind: 'write', ...PROJECT, flags_mode }, 'test')).key,
    async put(definition: FlagDefinition) {
      const { key } = definition;
      const basedOn = (await definitions.find(PROJECT, 'flag', key))?.version ?? 0;
      const put = { kind: 'flag', key, definition, by: 'test', basedOn } as const;
      expect(await definitions.put(PROJECT, put)).toMatchObject({ outcome: 'stored' });
    },
    async close() {
      await flags.close();
      await server.close();
      await sql.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const copy = (on: string): FlagDefinition => ({
  key: 'copy',
  type: 'string',
  variants: { off: 'old', on },
  default: 'off',
  environments: {
    production: {
      isOn: true,
      rules: [{ id: 'pros', condition: { plan: 'pro' }, serve: { variant: 'on' } }],
    },
  },
});

describe('given flags on a server, and a collector', () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  let key: string;
  beforeAll(async () => {
    stage = await openStage();
    key = await stage.keyOf('rules');
    await stage.put(copy('new'));
    const split = [
      { variant: 'off', weight: 1 },
      { variant: 'on', weight: 1 },
    ];
    const rules = [{ id: 'all', split }];
    await stage.put({
      ...copy('all'),
      key: 'everybody',
      environments: { production: { isOn: true, rules } },
    });
  });
  afterAll(async () => {
    await OpenFeature.close();
    await stage.close();
  });

  it('tells OpenFeature of a change made through the catalog, well within a second (5.1.1, 5.1.2)', async () => {
    const exposures: FlagExposure[] = [];
    const flags = createFlags({
      apiKey: key,
      endpoint: stage.url,
      log,
      readyTimeoutMs: 10_000,
      onExposure: (exposure) => void exposures.push(exposure),
    });
    await OpenFeature.setProviderAndWait(createPxProvider(flags));
    const client = OpenFeature.getClient();
    const pro = { targetingKey: 'u-1', plan: 'pro' };
    expect(await client.getStringDetails('copy', 'own', pro)).toMatchObject({
      value: 'new',
      variant: 'on',
      reason: 'TARGETING_MATCH',
      flagMetadata: { ruleId: 'pros' },
    });
    expect((await client.getStringDetails('everybody', 'own', pro)).reason).toBe('SPLIT');
    // A split that is no experiment exposes nobody.
    expect(exposures).toEqual([]);
    const heard: (EventDetails | undefined)[] = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => void heard.push(details));
    const took: number[] = [];
    for (let change = 0; change < 5; change += 1) {
      const startedAt = performance.now();
      await stage.put(copy(`new ${change}`));
      await vi.waitFor(
        async () => expect(await client.getStringValue('copy', 'own', pro)).toBe(`new ${change}`),
        { timeout: 15_000, interval: 2 },
      );
      took.push(performance.now() - startedAt);
    }
    console.info(`a change reached the provider after ${took.map(Math.round).join(', ')} ms`);
    expect(heard.at(-1)).toMatchObject({ flagsChanged: ['copy'], providerName: 'px' });
    flags.close();
  });

  it('has the collector decide where the key gets values only', async () => {
    const apiKey = await stage.keyOf('values');
    const flags = createFlags({ apiKey, endpoint: stage.url, log, readyTimeoutMs: 10_000 });
    await OpenFeature.setProviderAndWait(createPxProvider(flags));
    expect(flags.getFlagDetails('copy', { plan: 'pro' }).reason).toBe('context_mismatch');
    const client = OpenFeature.getClient();
    const [pro, free] = await Promise.all(
      ['pro', 'free'].map((plan) => client.getStringDetails('copy', 'own', { plan })),
    );
    expect(pro).toMatchObject({ reason: 'TARGETING_MATCH', variant: 'on' });
    expect(free).toMatchObject({ value: 'old', reason: 'DEFAULT' });
    flags.close();
  });

  /** Runs a script with `flags` in a process of its own, until that ends by itself. */
  const run = async (script: string, endpoint: string) => {
    const program = `
      import { createFlags } from '@px-platform/sdk-node';
      process.on('unhandledRejection', () => process.exit(9));
      const flags = createFlags({ apiKey: ${JSON.stringify(key)}, endpoint: ${JSON.stringify(endpoint)} });
      ${script}`;
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: new URL('..', import.meta.url),
      timeout: 60_000,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return { code, signal, output, ms: performance.now() - startedAt };
  };

  it('lets a process end by itself that never closes it', async () => {
    const { code, signal, output, ms } = await run(
      `await flags.ready(10_000);
      console.log(flags.status(), flags.getFlag('copy', {}));
      flags.onChange(() => {});
      // Long enough for the stream to be open.
      setTimeout(() => {}, 300);`,
      stage.url,
    );
    expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: 'ready old\n' });
    console.info(`a process with flags open ended by itself after ${Math.round(ms)} ms`);
  });

  it.each([
    ['never answers', () => {}],
    ['speaks no HTTP', (server: Server) => server.on('connection', (socket) => socket.end('?\n'))],
  ])('serves fallbacks in time, and ends, where the collector %s', async (_, corrupt) => {
    const server = createServer(() => {});
    corrupt(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { code, output, ms } = await run(
      `await flags.ready(200);
      console.log(['loading', 'error'].includes(flags.status()), flags.getFlag('copy', {}, 'own'));`,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    expect({ code, line: output.split('\n').find((line) => !line.startsWith('px:')) }).toEqual({
      code: 0,
      line: 'true own',
    });
    console.info(`it ended after ${Math.round(ms)} ms`);
    server.closeAllConnections();
    server.close();
  });
});
