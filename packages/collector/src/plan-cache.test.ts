import { describe, expect, it } from 'vitest';
import type { TrackingPlan } from '@px-platform/protocol';
import { cachePlans } from './plan-cache.js';

const scope = { tenant_id: 't', project_id: 'shop' };
const quiet = { info() {}, warn() {}, error() {} };
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** A registry that can change, fail and hang, and a clock that goes when told. */
function given({ capacity = 5_000 } = {}) {
  const state = {
    now: 1_000_000,
    plan: { revision: 1, unplanned: 'allow', events: [] } as TrackingPlan,
    isDown: false,
    isHanging: false,
    asked: 0,
  };
  const answer = async <T>(value: T): Promise<T> => {
    state.asked += 1;
    if (state.isHanging) return new Promise<T>(() => {});
    if (state.isDown) throw new Error('database is away');
    return value;
  };
  const findPlan = cachePlans(
    { plan: () => answer(state.plan), revision: () => answer(state.plan.revision) },
    { clock: () => state.now, log: quiet, waitMs: 20, capacity },
  );
  return { state, findPlan, revision: async () => (await findPlan(scope))?.revision };
}

describe('given a plan', () => {
  it('is waited for the first time, and then asked for by nobody while it is fresh', async () => {
    const { state, revision } = given();
    expect(await Promise.all([revision(), revision(), revision()])).toEqual([1, 1, 1]);
    state.now += 1_999;
    expect(await revision()).toBe(1);
    expect(state.asked).toBe(1);
  });

  it('is read anew beside the request when its revision has changed', async () => {
    const { state, revision } = given();
    await revision();
    state.plan = { ...state.plan, revision: 2 };
    state.now += 2_000;
    expect(await revision()).toBe(1);
    await turns();
    expect(await revision()).toBe(2);
  });

  it('is waited for where the one at hand is older than five seconds', async () => {
    const { state, revision } = given();
    await revision();
    state.plan = { ...state.plan, revision: 2 };
    state.now += 3_600_000;
    expect(await revision()).toBe(2);
  });

  it('forgets the project that was asked for longest ago, when there are too many', async () => {
    const { state, findPlan } = given({ capacity: 2 });
    for (const project_id of ['a', 'b', 'a', 'c']) await findPlan({ ...scope, project_id });
    expect(state.asked).toBe(3);
    await findPlan({ ...scope, project_id: 'a' });
    expect(state.asked).toBe(3);
    await findPlan({ ...scope, project_id: 'b' });
    expect(state.asked).toBe(4);
  });
});

describe('given a registry that cannot be read', () => {
  it('goes on with the plan it knew, however old, and asks no more often than before', async () => {
    const { state, revision } = given();
    await revision();
    state.isDown = true;
    state.now += 3_600_000;
    for (let request = 0; request < 10; request += 1) expect(await revision()).toBe(1);
    expect(state.asked).toBe(2);
    state.isDown = false;
    state.plan = { ...state.plan, revision: 5 };
    state.now += 2_000;
    expect(await revision()).toBe(5);
  });

  it('lets events pass where it never knew one', async () => {
    const { state, revision } = given();
    state.isDown = true;
    expect(await revision()).toBeUndefined();
    state.isDown = false;
    state.now += 2_000;
    expect(await revision()).toBe(1);
  });

  it('holds nobody up longer than its patience while the registry hangs', async () => {
    const { state, revision } = given();
    await revision();
    state.isHanging = true;
    state.now += 3_600_000;
    const startedAt = performance.now();
    expect(await revision()).toBe(1);
    // The registry itself never answers.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
