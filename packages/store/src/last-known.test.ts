import { describe, expect, it } from 'vitest';
import { createLastKnown } from './last-known.js';

/** A store that can change, fail and hang, and a clock that goes when told. */
function given({ capacity = 10 } = {}) {
  const state = { now: 0, value: 'first', isDown: false, isHanging: false };
  const asked: (string | null)[] = [];
  const failures: boolean[] = [];
  const find = createLastKnown<string, string>({
    keyOf: (scope) => scope,
    async ask(_scope, known) {
      asked.push(known);
      if (state.isHanging) await new Promise(() => {});
      if (state.isDown) throw new Error('away');
      return state.value;
    },
    onFailure: (_error, _scope, isKnown) => failures.push(isKnown),
    clock: () => state.now,
    waitMs: 20,
    capacity,
  });
  return { state, asked, failures, find };
}

describe('given what a store says of a scope', () => {
  it('asks once for all who come at the same time, and hands on what was known before', async () => {
    const { state, asked, find } = given();
    expect(await Promise.all([find('a'), find('a'), find('b')])).toEqual([
      'first',
      'first',
      'first',
    ]);
    expect(asked).toEqual([null, null]);
    state.value = 'second';
    state.now = 5_000;
    expect(await find('a')).toBe('second');
    expect(asked).toEqual([null, null, 'first']);
  });

  it('answers at once with what is not old yet, and asks beside it', async () => {
    const { state, find } = given();
    await find('a');
    state.value = 'second';
    state.now = 2_000;
    expect(await find('a')).toBe('first');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await find('a')).toBe('second');
  });

  it('goes on with the last of it while the store is away or hangs, and says whether there is one', async () => {
    const { state, failures, find } = given();
    await find('a');
    state.now = 60_000;
    state.isDown = true;
    expect(await find('a')).toBe('first');
    expect(await find('b')).toBeNull();
    state.isHanging = true;
    state.now = 120_000;
    expect(await find('a')).toBe('first');
    expect(failures).toEqual([true, false]);
  });

  it('forgets the scope that was asked for longest ago', async () => {
    const { asked, find } = given({ capacity: 2 });
    for (const scope of ['a', 'b', 'a', 'c', 'a', 'b']) await find(scope);
    expect(asked).toHaveLength(4);
  });
});
