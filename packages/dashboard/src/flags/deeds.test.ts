import fc from 'fast-check';
import type { DidDefinition } from '@px-platform/protocol/flags';
import { checkDefinition, timesOf } from '@px-platform/protocol/definitions';
import { describe, expect, it } from 'vitest';
import { DEED_HOWS, howOf, isOfAnybody, longestOf, newSegment, withHow } from './deeds.js';

const deed = (more: Partial<DidDefinition>): DidDefinition => ({
  event: 'purchase',
  withinDays: 7,
  ...more,
});

describe('given what people did', () => {
  it.each([
    [{}, 'least'],
    [{ atLeast: 0 }, 'least'],
    [{ atLeast: 3 }, 'least'],
    [{ atMost: 3 }, 'most'],
    [{ atLeast: 0, atMost: 3 }, 'most'],
    [{ atLeast: 2, atMost: 2 }, 'between'],
    [{ atMost: 0 }, 'never'],
  ] as const)('reads %j as %s', (times, how) => {
    expect(howOf(deed(times))).toBe(how);
  });

  it('says what is chosen, soundly, and keeps the event, the days and the numbers that fit', () => {
    const times = fc.nat({ max: 50 });
    const deeds = fc
      .record({ atLeast: fc.option(times), atMost: fc.option(times) })
      .map(({ atLeast, atMost }) =>
        deed({ ...(atLeast !== null && { atLeast }), ...(atMost !== null && { atMost }) }),
      )
      .filter((each) => timesOf(each).atLeast <= timesOf(each).atMost);
    fc.assert(
      fc.property(deeds, fc.constantFrom(...DEED_HOWS.map(([how]) => how)), (before, how) => {
        const after = withHow(before, how);
        expect(howOf(after)).toBe(how);
        expect(after).toMatchObject({ event: 'purchase', withinDays: 7 });
        const none = { flags: [], experiments: [], segments: [], groups: [], environments: [] };
        const segment = { key: 's', did: [after] };
        expect(checkDefinition({ kind: 'segment', definition: segment }, none)).toEqual([]);
        if (how === 'least' && timesOf(before).atLeast > 0)
          expect(timesOf(after).atLeast).toBe(timesOf(before).atLeast);
      }),
    );
  });

  it('tells where who never did it belongs, and within how long', () => {
    expect(isOfAnybody([deed({ atMost: 0 }), deed({ atMost: 2 })])).toBe(true);
    expect(isOfAnybody([deed({ atMost: 0 }), deed({})])).toBe(false);
    expect(isOfAnybody([])).toBe(false);
    expect(longestOf([deed({}), deed({ withinDays: 90 })])).toBe(90);
  });

  it('begins with an event to be named', () => {
    const none = { flags: [], experiments: [], segments: [], groups: [], environments: [] };
    expect(
      checkDefinition({ kind: 'segment', definition: newSegment('s') }, none).map(
        ({ path }) => path,
      ),
    ).toEqual(['did[0].event']);
  });
});
