import { describe, expect, it } from 'vitest';
import { createEarlyCalls } from './early-calls.js';

const call = (verb: string) => ({ verb, args: [], at: 0, context: {} });
const verbs = (early: ReturnType<typeof createEarlyCalls>) => early.take().map(({ verb }) => verb);

describe('given calls before init', () => {
  it('hands them over in order, once', () => {
    const early = createEarlyCalls(() => {});
    for (const verb of ['track', 'identify']) early.add(call(verb));
    expect(verbs(early)).toEqual(['track', 'identify']);
    expect(verbs(early)).toEqual([]);
  });

  it('keeps a thousand, and says once that there were more', () => {
    const said: number[] = [];
    const early = createEarlyCalls((most) => void said.push(most));
    for (let index = 0; index < 1_100; index++) early.add(call(`call ${index}`));
    expect(verbs(early)).toEqual(Array.from({ length: 1_000 }, (_, index) => `call ${index}`));
    expect(said).toEqual([1_000]);
  });
});
