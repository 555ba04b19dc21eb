import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrowthBook, setPolyfills } from '@growthbook/growthbook';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as OnServer } from '@openfeature/server-sdk';
import { OpenFeature as InPage, ProviderEvents, type Provider } from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '@px-platform/protocol/flags';
import { openPglite } from '@px-platform/store/pglite';
import type { SqlClient } from '@px-platform/store';
import { flagOf, openFlagsStage, type FlagsStage } from './flags-stage.js';

// What others publish, pointed at our collector as their manuals say.
setPolyfills({ EventSource });

const PROJECT = { tenant_id: 'acme', project_id: 'shop' };
let directory: string;
let sql: SqlClient;
let stage: FlagsStage;
let key: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-sdks-'));
  sql = await openPglite({ path: directory });
  stage = await openFlagsStage(sql);
  key = await stage.keyOf();
  for (const [kind, definition] of [
    ['group', { key: 'staff', values: ['ada@example.com'] }],
    ['segment', { key: 'germans', condition: { country: 'DE' } }],
    [
      'experiment',
      {
        key: 'shorter',
        hypothesis: 'Fewer fields, more orders.',
        status: 'running',
        variants: [
          { key: 'off', range: [0, 0.5] },
          { key: 'on', range: [0.5, 1] },
        ],
        phases: [{ key: '1', seed: 'shorter', started_at: '2026-01-01T00:00:00Z' }],
        layer: { name: 'page', ranges: [[0, 0.8]] },
        metrics: { goals: [] },
      },
    ],
  ] as const) {
    const put = { kind, key: definition.key, definition, by: 'test', basedOn: 0 } as const;
    expect(await stage.flags.put(PROJECT, put)).toMatchObject({ outcome: 'stored' });
  }
  const on = (rules: object[]) =>
    ({ environments: { production: { isOn: true, rules } } }) as never;
  const split = [
    { variant: 'off', weight: 1 },
    { variant: 'on', weight: 2 },
  ];
  await stage.put(flagOf('plain'));
  await stage.put(flagOf('off', { off: 'on', environments: {} }));
  await stage.put(flagOf('some', on([{ id: 'r', serve: { variant: 'on', percent: 30 } }])));
  await stage.put(flagOf('split', on([{ id: 'r', split, unit: 'account' }])));
  await stage.put(flagOf('tested', on([{ id: 'r', experiment: 'shorter' }])));
  const inside = { email: { $inGroup: 'staff' }, $inSegment: 'germans' };
  await stage.put(
    flagOf(
      'targeted',
      on([
        { id: 'a', serve: { variant: 'on' }, condition: inside },
        { id: 'b', serve: { variant: 'on' }, segments: { none: ['germans'] } },
      ]),
    ),
  );
  const requires = [{ flag: 'plain', variants: ['on'], gate: true }];
  await stage.put(flagOf('gated', on([{ id: 'r', serve: { variant: 'on' }, requires }])));
  const schedule = { from: '2020-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };
  await stage.put(flagOf('scheduled', on([{ id: 'r', serve: { variant: 'on' }, schedule }])));
  await stage.put(
    flagOf('json', {
      type: 'json',
      variants: { off: { z: 1, a: [1, { b: null }] }, on: [] },
      environments: {},
    }),
  );
  const revision = await stage.put(
    flagOf('numbers', { type: 'number', variants: { off: 0, on: 4.5 } }),
  );
  await stage.served(revision, key);
});
afterAll(async () => {
  await OnServer.close();
  await InPage.close();
  await stage.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

const people = Array.from({ length: 200 }, (_, number) => ({
  id: `p${number}`,
  user_id: `p${number}`,
  account: `ä${number % 50}`,
  plan: number % 3 === 0 ? 'pro' : 'free',
  country: number % 2 === 0 ? 'DE' : 'FR',
  email: number % 5 === 0 ? 'ada@example.com' : 'bob@example.com',
}));

async function verdictsOf(attributes: object): Promise<Record<string, Verdict>> {
  const response = await fetch(`${stage.url}/v1/flags/evaluate?key=${key}`, {
    method: 'POST',
    body: JSON.stringify({ attributes }),
  });
  return ((await response.json()) as { flags: Record<string, Verdict> }).flags;
}

describe('given GrowthBook’s published SDK', () => {
  it('decides all flags for everybody as we do, and is told of a change by the stream', async () => {
    const tracked: string[] = [];
    const growthbook = new GrowthBook({
      apiHost: stage.url,
      clientKey: key,
      trackingCallback: (experiment, result) =>
        void tracked.push(`${experiment.key} ${result.key}`),
    });
    const { success, source } = await growthbook.init({ timeout: 5_000, streaming: true });
    expect([success, source]).toEqual([true, 'network']);
    let experiments = 0;
    for (const person of people) {
      await growthbook.setAttributes(person);
      const ours = await verdictsOf(person);
      expect(Object.keys(ours)).toHaveLength(10);
      for (const [flag, { value, exposures }] of Object.entries(ours)) {
        const theirs = growthbook.evalFeature<unknown>(flag);
        expect([flag, person.id, theirs.value]).toEqual([flag, person.id, value]);
        experiments += exposures.length;
      }
    }
    expect(experiments).toBeGreaterThan(100);
    // Splits are no experiments, and nobody was told of them as such.
    expect(new Set(tracked)).toEqual(new Set(['shorter off', 'shorter on']));
    expect(tracked).toHaveLength(experiments);

    const changed = new Promise<void>((resolve) => {
      growthbook.setRenderer(() => {
        if (growthbook.getFeatureValue('news', '') === 'fresh') resolve();
      });
    });
    const startedAt = performance.now();
    await stage.put(flagOf('news', { variants: { off: 'fresh', on: 'x' } }));
    await changed;
    console.info(`GrowthBook's SDK heard of a change after ${performance.now() - startedAt} ms`);
    growthbook.destroy();
  });

  it('gets another document when a schedule begins or ends, without a publication', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const clocked = await openFlagsStage(sql, { clock: () => now });
    const read = async (headers = {}) => {
      const response = await fetch(`${clocked.url}/api/features/${key}`, { headers });
      const etag = response.headers.get('etag') ?? '';
      const body = response.status === 200 ? await response.json() : null;
      const { features } = (body ?? { features: {} }) as {
        features: Record<string, { rules?: object[] }>;
      };
      return { status: response.status, etag, rules: features['scheduled']?.rules?.length ?? 0 };
    };
    const before = await read();
    expect(before).toMatchObject({ status: 200, rules: 1 });
    expect(await read({ 'if-none-match': before.etag })).toMatchObject({ status: 304 });
    now = Date.parse('2030-01-01T00:00:00Z');
    expect(await read({ 'if-none-match': before.etag })).toMatchObject({ status: 200, rules: 0 });
    await clocked.close();
  });

  it('is not served with a secret key: it would stand in an address', async () => {
    const secret = await stage.keyOf({ kind: 'secret' });
    const response = await fetch(`${stage.url}/api/features/${secret}`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'wrong_key_kind' });
    const known = await fetch(`${stage.url}/api/features/${key}`);
    expect(known.headers.get('x-sse-support')).toBe('enabled');
  });
});

describe('given OpenFeature’s published OFREP providers', () => {
  const REASONS = {
    default: 'DEFAULT',
    experiment: 'SPLIT',
    prerequisite: 'DISABLED',
  } as const;

  it('answer on a server as we decide, for everybody', async () => {
    const provider = new OFREPProvider({
      baseUrl: stage.url,
      headers: [['Authorization', `Bearer ${key}`]],
    });
    await OnServer.setProviderAndWait(provider);
    const client = OnServer.getClient();
    for (const { id: targetingKey, user_id: _known, ...rest } of people.slice(0, 30)) {
      const ours = await verdictsOf({ user_id: targetingKey, ...rest });
      for (const flag of ['plain', 'off', 'some', 'split', 'tested', 'targeted', 'scheduled']) {
        const theirs = await client.getStringDetails(flag, 'fallback', { targetingKey, ...rest });
        expect(theirs).toMatchObject({ value: ours[flag]?.value, variant: ours[flag]?.variant });
        const { reason, bucket } = ours[flag]!;
        const forced = bucket === null ? 'TARGETING_MATCH' : 'SPLIT';
        expect(theirs.reason).toBe(
          reason in REASONS ? REASONS[reason as keyof typeof REASONS] : forced,
        );
      }
    }
    expect(await client.getNumberValue('numbers', 1)).toBe(0);
    expect(await client.getNumberValue('numbers', 1, { plan: 'pro' })).toBe(4.5);
    expect(await client.getObjectValue('json', {})).toEqual({ z: 1, a: [1, { b: null }] });
    expect(await client.getStringDetails('nowhere', 'fallback')).toMatchObject({
      value: 'fallback',
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect((await client.getStringDetails('gated', 'fallback')).value).toBe('fallback');
  });

  it('answer in a page, keep what has not changed, and see what has', async () => {
    const statuses: number[] = [];
    const provider = new OFREPWebProvider({
      baseUrl: stage.url,
      headers: [['X-API-Key', key]],
      pollInterval: 50,
      fetchImplementation: async (input: string | URL | Request, init?: RequestInit) => {
        const response = await fetch(input, init);
        statuses.push(response.status);
        return response;
      },
    });
    await InPage.setContext({ targetingKey: 'p0', plan: 'pro', account: 'ä1' });
    // Its types are of a compiler that is less exact about what may be undefined.
    await InPage.setProviderAndWait(provider as Provider);
    const client = InPage.getClient();
    expect(client.getStringDetails('plain', 'fallback')).toMatchObject({
      value: 'new',
      variant: 'on',
      reason: 'TARGETING_MATCH',
      flagMetadata: { ruleId: 'pros' },
    });
    await InPage.setContext({ targetingKey: 'p0', plan: 'free' });
    expect(client.getStringValue('plain', 'fallback')).toBe('old');
    expect(client.getStringDetails('gated', 'fallback')).toMatchObject({
      value: 'fallback',
      reason: 'DISABLED',
    });
    expect(client.getStringDetails('nowhere', 'fallback').errorCode).toBe('FLAG_NOT_FOUND');
    while (!statuses.includes(304)) await new Promise((resolve) => setTimeout(resolve, 10));
    const changed = new Promise<void>((resolve) => {
      client.addHandler(ProviderEvents.ConfigurationChanged, () => resolve());
    });
    await stage.put(flagOf('plain', { variants: { off: 'newer', on: 'new' } }));
    await changed;
    expect(client.getStringValue('plain', 'fallback')).toBe('newer');
  });

  it('get errors in the protocol’s own words', async () => {
    const ask = async (path: string, body: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${stage.url}/ofrep/v1/evaluate/flags${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key, ...headers },
        body,
      });
      return [response.status, (await response.json()) as object];
    };
    expect(await ask('/plain', '{')).toEqual([
      400,
      { key: 'plain', errorCode: 'PARSE_ERROR', errorDetails: expect.any(String) as string },
    ]);
    expect(await ask('/plain', '{"context":[]}')).toMatchObject([
      400,
      { errorCode: 'INVALID_CONTEXT' },
    ]);
    expect(await ask('', '{"context":7}')).toMatchObject([400, { errorCode: 'INVALID_CONTEXT' }]);
    expect(await ask('/nowhere', '{}')).toMatchObject([404, { errorCode: 'FLAG_NOT_FOUND' }]);
    expect((await ask('/plain', '{}', { 'x-api-key': 'nobody' }))[0]).toBe(401);
  });
});
