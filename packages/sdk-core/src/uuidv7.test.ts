import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUuidv7 } from './uuidv7.js';

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('given a clock that runs, stands and jumps', () => {
  it('makes version 7 ids that strictly increase', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 ** 42 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 255 }),
        (times, fill) => {
          let now = 0;
          const create = createUuidv7({
            clock: { now: () => now },
            randomBytes: (length) => new Uint8Array(length).fill(fill),
          });
          let last = '';
          for (const time of times) {
            now = time;
            for (let index = 0; index < 5; index++) {
              const id = create();
              expect(id).toMatch(SHAPE);
              expect(id > last).toBe(true);
              last = id;
            }
          }
        },
      ),
    );
  });

  it('carries the time in its first 48 bits', () => {
    const create = createUuidv7({
      clock: { now: () => 0x01912d68783e },
      randomBytes: (length) => new Uint8Array(length),
    });
    expect(create()).toBe('01912d68-783e-7000-8000-000000000000');
  });

  it('goes on in order when a millisecond is used up', () => {
    const create = createUuidv7({
      clock: { now: () => 1 },
      randomBytes: (length) => new Uint8Array(length).fill(255),
    });
    const ids = Array.from({ length: 5_000 }, create);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(5_000);
  });
});
