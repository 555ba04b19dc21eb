import fc from 'fast-check';
import type { JsonObject } from '@px-platform/protocol';
import { describe, expect, it } from 'vitest';
import {
  type ConditionRow,
  readCondition,
  ROW_OPERATORS,
  type RowOperator,
  writeCondition,
} from './condition-rows.js';

describe('given a condition', () => {
  it.each([
    [{}, [[]]],
    [{ plan: 'pro' }, [[{ attribute: 'plan', operator: 'is', values: ['pro'] }]]],
    [{ beta: true }, [[{ attribute: 'beta', operator: 'isTrue', values: [] }]]],
    [
      { age: { $gte: 18, $lt: 65 }, $session_events: { $gt: 3 } },
      [
        [
          { attribute: 'age', operator: 'least', values: ['18'] },
          { attribute: 'age', operator: 'below', values: ['65'] },
          { attribute: '$session_events', operator: 'above', values: ['3'] },
        ],
      ],
    ],
    [
      { id: { $in: ['7', 7, 'u-1'] } },
      [[{ attribute: 'id', operator: 'in', values: ['7', 'u-1'] }]],
    ],
    [
      { $or: [{ country: 'BR' }, { country: 'PT', plan: { $not: 'free' } }] },
      [
        [{ attribute: 'country', operator: 'is', values: ['BR'] }],
        [
          { attribute: 'country', operator: 'is', values: ['PT'] },
          { attribute: 'plan', operator: 'isNot', values: ['free'] },
        ],
      ],
    ],
    [
      { $and: [{ tags: { $elemMatch: { $eq: 'a' } } }, { tags: { $elemMatch: { $eq: 'b' } } }] },
      [
        [
          { attribute: 'tags', operator: 'has', values: ['a'] },
          { attribute: 'tags', operator: 'has', values: ['b'] },
        ],
      ],
    ],
  ])('has rows for %j', (condition, groups) => {
    expect(readCondition(condition)).toEqual(groups);
    expect(writeCondition(groups as ConditionRow[][])).toEqual(condition);
  });

  it.each([
    { $nor: [{ a: 'b' }] },
    { $not: { a: 'b' } },
    { $or: [{ a: 'b' }], c: 'd' },
    { $or: [] },
    { $or: [{ a: 'b' }, { $or: [{ c: 'd' }, { e: 'f' }] }] },
    { a: null },
    { a: ['b'] },
    { a: { b: 'c' } },
    { a: { $ne: 'b' } },
    { a: { $all: ['b'] } },
    { a: { $in: ['b', 7] } },
    { a: '42' },
    { a: { $gt: '42' } },
    { a: { $size: { $gt: 1 } } },
  ])('has no words for %j, and does not make another of it', (condition) => {
    expect(readCondition(condition)).toBeNull();
  });
});

const operators = fc.constantFrom(...(Object.keys(ROW_OPERATORS) as RowOperator[]));
const text = fc.oneof(
  fc.constantFrom('pro', 'true', '42', '-0.5', '007', '1e3', '1.2.3', '-7d', 'Ação', ''),
  fc.string({ maxLength: 6 }),
);
const row = operators.chain((operator): fc.Arbitrary<ConditionRow> => {
  const { takes } = ROW_OPERATORS[operator];
  const [minLength, maxLength] = takes === 'none' ? [0, 0] : takes === 'one' ? [1, 1] : [0, 4];
  return fc.record({
    attribute: fc.constantFrom('plan', 'age', '$visits', 'a.b', 'constructor'),
    operator: fc.constant(operator),
    values: fc.uniqueArray(text, { minLength, maxLength }),
  });
});
const group = fc.array(row, { minLength: 1, maxLength: 5 });

describe('given rows that somebody put together', () => {
  it('reads what was written, and writes it alike again', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), (groups) => {
        const condition = writeCondition(groups);
        const read = readCondition(JSON.parse(JSON.stringify(condition)) as JsonObject);
        expect(read).not.toBeNull();
        expect(writeCondition(read!)).toEqual(condition);
        // An attribute's tests come together; nothing else changes place.
        const sorted = (rows: readonly ConditionRow[]) =>
          rows.map((each) => JSON.stringify(each)).sort();
        expect(read!.map(sorted)).toEqual(groups.map(sorted));
      }),
    );
  });
});
