import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '@px-platform/test-services';
import type {
  AcceptedEvent,
  BatchResult,
  DeadEvent,
  JsonObject,
  PlanMode,
  TrackingPlan,
} from '@px-platform/protocol';
import type { KeyGrant } from '@px-platform/store';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryLimiter } from '@px-platform/store/memory';
import { createCollector } from './collector.js';

const NOW = 1_760_000_000_000;
const GRANT: KeyGrant = {
  kind: 'write',
  tenant_id: 't',
  project_id: 'shop',
  origins: [],
  environment: 'production',
  flags_mode: 'rules',
  tier: 'free',
  events_per_hour: null,
};
const SCHEMA: JsonObject = {
  type: 'object',
  properties: { plan: { enum: ['free', 'pro'] } },
  required: ['plan'],
};

let plan: TrackingPlan;
let isRegistryDown: boolean;
let now: number;
let stored: AcceptedEvent[];
let dead: DeadEvent[];
let url: string;
let close: () => Promise<void>;

beforeEach(async () => {
  plan = { revision: 0, unplanned: 'allow', events: [] };
  isRegistryDown = false;
  now = NOW;
  stored = [];
  dead = [];
  const eventLog = createDirectEventLog();
  await eventLog.consume('events_raw', async (records) => {
    stored.push(...records.map(({ value }) => value));
  });
  await eventLog.consume('events_dead', async (records) => {
    dead.push(...records.map(({ value }) => value));
  });
  const read = async <T>(value: T): Promise<T> => {
    if (isRegistryDown) throw new Error('database is away');
    return value;
  };
  const app = express().use(
    createCollector({
      catalog: { findKey: async () => GRANT },
      limiter: createMemoryLimiter(),
      quotas: { free: 10, pro: 10, enterprise: null },
      schemas: { plan: () => read(plan), revision: () => read(plan.revision) },
      eventLog,
      log: { info() {}, warn() {}, error() {} },
      clock: () => now,
    }),
  );
  const server = await serve(app);
  ({ url } = server);
  close = async () => {
    await server.close();
    await eventLog.close();
  };
});
afterEach(() => close());

function planned(mode: PlanMode, schema = SCHEMA): void {
  plan = {
    ...plan,
    revision: plan.revision + 1,
    events: [{ event: 'signup', version: plan.revision + 1, mode, schema }],
  };
}

async function send(...events: readonly object[]): Promise<BatchResult> {
  const response = await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { 'x-api-key': 'pxw_any' },
    body: JSON.stringify({ sent_at: now, events }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as BatchResult;
}

const event = (name: string, properties: object = {}) => ({
  event: name,
  user_id: 'u',
  timestamp: now,
  properties,
});
const names = () => stored.map((each) => each.event.event);

describe('given an event that breaks its schema', () => {
  it('stores it and marks it, where the plan warns, and tells of it without calling it lost', async () => {
    planned('warn');
    const answer = await send(event('signup', { plan: 'gold' }), event('signup', { plan: 'pro' }));
    expect(answer).toMatchObject({ accepted: 2, results: [] });
    expect(stored.map(({ violation }) => violation?.code)).toEqual(['schema_violation', undefined]);
    expect(dead).toMatchObject([
      { stage: 'schema_warning', code: 'schema_violation', event_id: stored[0]?.event.event_id },
    ]);
    expect(dead[0]?.message).toBe(
      'stored, and to be looked at: properties.plan is "gold"; the plan wants "free", "pro" (version 1 of its schema).',
    );
  });

  it('drops it where the plan enforces, says why at its place in the batch, and keeps it among the dead letters', async () => {
    planned('enforce');
    const answer = await send(
      { event: 'nobody' },
      event('signup', { plan: 'pro' }),
      event('signup'),
      event('other'),
      { event: 'nobody too' },
    );
    expect(answer.accepted).toBe(2);
    expect(answer.results).toMatchObject([
      { index: 0, code: 'missing_identity' },
      {
        index: 2,
        status: 'drop',
        code: 'schema_violation',
        message: 'properties.plan is missing; the plan wants it (version 1 of its schema).',
      },
      { index: 4, code: 'missing_identity' },
    ]);
    expect(names()).toEqual(['signup', 'other']);
    const [letter] = dead.filter(({ stage }) => stage === 'schema');
    expect(letter).toMatchObject({
      code: 'schema_violation',
      event_name: 'signup',
      project_id: 'shop',
    });
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ event: 'signup', user_id: 'u' });
  });

  it('is let through where the plan is off', async () => {
    planned('off');
    expect(await send(event('signup'))).toMatchObject({ accepted: 1, results: [] });
    expect([stored[0]?.violation, dead]).toEqual([undefined, []]);
  });

  it('does not count against the quota where it is dropped, and is not told of before it is stored', async () => {
    planned('enforce');
    const wrong = Array.from({ length: 30 }, () => event('signup'));
    const right = Array.from({ length: 10 }, () => event('signup', { plan: 'pro' }));
    expect((await send(...wrong, ...right)).accepted).toBe(10);
    dead = [];
    planned('warn');
    now += 5_000;
    const { accepted, results } = await send(event('signup'), event('signup'), event('signup'));
    expect(accepted).toBe(1);
    expect(results).toMatchObject([
      { index: 1, status: 'retry' },
      { index: 2, status: 'retry' },
    ]);
    expect(dead).toHaveLength(1);
  });

  it('is counted', async () => {
    planned('enforce');
    await send(event('signup'));
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(
      'px_collector_plan_violations_total{code="schema_violation",outcome="dropped"} 1',
    );
    expect(metrics).toContain(
      'px_collector_events_total{verdict="dropped",code="schema_violation"} 1',
    );
  });
});

describe('given an event that the plan does not name', () => {
  it.each([
    ['allow', 1, undefined],
    ['warn', 1, 'schema_warning'],
    ['block', 0, 'schema'],
  ] as const)('does what the policy %s says', async (unplanned, accepted, stage) => {
    plan = { ...plan, revision: 1, unplanned };
    expect((await send(event('sign_up'))).accepted).toBe(accepted);
    expect(dead[0]?.stage).toBe(stage);
    if (stage)
      expect(dead[0]).toMatchObject({
        code: 'not_in_plan',
        message: expect.stringContaining('"sign_up"'),
      });
  });

  it('knows PX’s own names, whatever the policy', async () => {
    plan = { ...plan, revision: 1, unplanned: 'block' };
    await send(event('page_view'), event('$identify', { $set: { a: 1 } }), event('constructor'));
    expect(names()).toEqual(['page_view', '$identify']);
  });
});

describe('given a plan that changes', () => {
  it('holds events against the new one within seconds', async () => {
    planned('enforce');
    expect((await send(event('signup'))).accepted).toBe(0);
    planned('enforce', { type: 'object' });
    now += 5_000;
    expect((await send(event('signup'))).accepted).toBe(1);
  });

  it('goes on with the last one known while the registry is away, and takes everything where none was known', async () => {
    isRegistryDown = true;
    planned('enforce');
    expect((await send(event('signup'))).accepted).toBe(1);
    isRegistryDown = false;
    now += 5_000;
    expect((await send(event('signup'))).accepted).toBe(0);
    isRegistryDown = true;
    now += 3_600_000;
    expect((await send(event('signup'))).accepted).toBe(0);
  });

  it('takes everything where a schema cannot be compiled', async () => {
    planned('enforce', { $ref: '#/nowhere' });
    expect((await send(event('signup'))).accepted).toBe(1);
  });
});
