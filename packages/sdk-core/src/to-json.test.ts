import { LIMITS } from '@px-platform/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { toJsonObject } from './to-json.js';

describe('given what pages hand over', () => {
  it('makes JSON of it, in the way a person would expect', () => {
    const shared = { x: 1 };
    const input = {
      date: new Date(0),
      never: new Date(Number.NaN),
      big: 12n,
      nan: Number.NaN,
      infinite: Infinity,
      missing: undefined,
      run: () => 1,
      symbol: Symbol('s'),
      map: new Map<unknown, unknown>([
        ['k', new Set([1, 2])],
        [3, 'three'],
      ]),
      list: [1, undefined, () => 1, null],
      pattern: /a+/,
      error: new TypeError('bad'),
      url: { toJSON: () => 'https://example.com/' },
      twice: [shared, shared],
    };
    expect(toJsonObject(input)).toEqual({
      truncated: false,
      value: {
        date: '1970-01-01T00:00:00.000Z',
        never: null,
        big: '12',
        nan: null,
        infinite: null,
        map: { k: [1, 2], 3: 'three' },
        list: [1, null, null, null],
        pattern: '/a+/',
        error: { name: 'TypeError', message: 'bad' },
        url: 'https://example.com/',
        twice: [{ x: 1 }, { x: 1 }],
      },
    });
  });

  it('cuts cycles and objects that throw, and says so', () => {
    const cyclic: Record<string, unknown> = { name: 'loop' };
    cyclic['self'] = cyclic;
    expect(toJsonObject(cyclic)).toEqual({ value: { name: 'loop' }, truncated: true });
    const trap = {
      get boom() {
        throw new Error('no');
      },
    };
    expect(toJsonObject({ trap, kept: 1 })).toEqual({
      value: { trap: {}, kept: 1 },
      truncated: true,
    });
  });

  it.each<[string, () => object]>([
    ['a getter', () => Object.defineProperty({}, 'bad', { enumerable: true, get: fail })],
    ['a proxy', () => ({ bad: new Proxy({}, { getPrototypeOf: fail, get: fail, ownKeys: fail }) })],
    ['a date that is none', () => ({ bad: Object.create(Date.prototype) as Date })],
    ['an error', () => ({ bad: Object.defineProperty(new Error(), 'message', { get: fail }) })],
    ['a toJSON', () => ({ bad: { toJSON: fail } })],
  ])('leaves out %s that throws, and keeps what stands beside it', (_, make) => {
    const input = Object.defineProperties({ kept: 1 }, Object.getOwnPropertyDescriptors(make()));
    expect(toJsonObject(input)).toEqual({ value: { kept: 1 }, truncated: true });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(toJsonObject(proxy)).toEqual({ value: {}, truncated: true });
  });

  it('does not hold the page up, however much it is handed', () => {
    const item = vi.fn<() => number>(() => 1);
    const million = Array.from({ length: 1_000_000 }, () => ({ toJSON: item }));
    let shared: unknown = million;
    for (let level = 0; level < 5; level++) shared = [shared, shared, shared, shared];
    const { value, truncated } = toJsonObject({ shared });
    expect(truncated).toBe(true);
    expect(item.mock.calls.length).toBeLessThanOrEqual(LIMITS.eventBytes / 2);
    // Cut or not, it was too large to send: nothing arrives that looks whole and is not.
    expect(JSON.stringify(value).length).toBeGreaterThan(LIMITS.eventBytes);
    expect(toJsonObject({ bytes: new Uint8Array(50_000_000), kept: 1 })).toEqual({
      value: { kept: 1 },
      truncated: true,
    });
  });

  it('stays within keys, key length, depth, and forbids __proto__', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`k${index}`, { in: index }]),
    );
    const { value } = toJsonObject(wide);
    expect(countKeys(value)).toBeLessThanOrEqual(LIMITS.propertyKeys);
    expect(countKeys(value)).toBeGreaterThan(LIMITS.propertyKeys - 3);
    expect(toJsonObject({ ['x'.repeat(101)]: 1 }).value).toEqual({});
    const poisoned = JSON.parse('{"__proto__":{"a":1},"ok":{"__proto__":2}}') as object;
    expect(JSON.stringify(toJsonObject(poisoned))).toBe('{"value":{"ok":{}},"truncated":true}');
    let deep: object = {};
    for (let level = 0; level < 100_000; level++) deep = { deep };
    const text = JSON.stringify(toJsonObject(deep).value);
    expect(text.match(/deep/g)!.length).toBeLessThan(LIMITS.depth);
  });

  it.each([undefined, null])('takes %j for no properties', (input) => {
    expect(toJsonObject(input)).toEqual({ value: {}, truncated: false });
  });

  it.each([7, 'text', [1], () => 1])('takes %j for a mistake', (input) => {
    expect(toJsonObject(input)).toEqual({ value: {}, truncated: true });
  });

  it('never throws, and always gives what JSON can carry', () => {
    fc.assert(
      fc.property(
        fc.object({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (input) => {
          const text = JSON.stringify(toJsonObject(input).value);
          expect(JSON.stringify(JSON.parse(text))).toBe(text);
        },
      ),
      { numRuns: 200 },
    );
  });
});

function fail(): never {
  throw new Error('no');
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + countKeys(item), 0);
}
