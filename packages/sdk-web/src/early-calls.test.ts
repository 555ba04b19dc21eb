import { describe, expect, it } from 'vitest';
import { createEarlyCalls } from './early-calls.js';

describe('given calls before init', () => {
  it('makes them again in order, once', () => {
    const early = createEarlyCalls<string[]>(() => {});
    for (const name of ['a', 'b']) early.add((target) => void target.push(name));
    const made: string[] = [];
    early.replay(made);
    early.replay(made);
    expect(made).toEqual(['a', 'b']);
  });

  it('keeps a thousand, and says once that there were more', () => {
    const said: number[] = [];
    const early = createEarlyCalls<number[]>((most) => void said.push(most));
    for (let index = 0; index < 1_100; index++) early.add((target) => void target.push(index));
    const made: number[] = [];
    early.replay(made);
    expect(made).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    expect(said).toEqual([1_000]);
  });

  it('forgets them when nobody will make them', () => {
    const early = createEarlyCalls<string[]>(() => {});
    early.add((target) => void target.push('a'));
    early.discard();
    const made: string[] = [];
    early.replay(made);
    expect(made).toEqual([]);
  });
});
