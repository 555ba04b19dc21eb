import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.js';

/** An error with a stack as a browser would write it. */
const withStack = (stack: string, message = 'Cannot add', name = 'TypeError') =>
  Object.assign(new Error(message), { name, stack });
const groupOf = (stack: string, message?: string, name?: string) =>
  describeError(withStack(stack, message, name)).group;

describe('given what was thrown', () => {
  it('names an error, its message and its calls', () => {
    const stack =
      'TypeError: Cannot add\n    at add (https://shop.example/app.js?v=1:10:15)\n    at https://shop.example/app.js:2:1';
    expect(describeError(withStack(stack))).toEqual({
      type: 'TypeError',
      message: 'Cannot add',
      frames: ['add@https://shop.example/app.js:10:15', '@https://shop.example/app.js:2:1'],
      group: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
  });

  it.each([
    ['a text', 'String', 'a text'],
    [42, 'Number', '42'],
    [null, 'Null', 'null'],
    [undefined, 'Undefined', 'undefined'],
    [Symbol('s'), 'Symbol', 'Symbol(s)'],
    [{ code: 1, secret: 'never said' }, 'Object', 'code,secret'],
    [{ message: 'from afar' }, 'Object', 'from afar'],
    [{ name: 'Refused', message: 'from afar' }, 'Refused', 'from afar'],
    [[1, 2], 'Array', '0,1'],
    [new Map(), 'Map', ''],
    [Object.assign(new Error('gone'), { name: 'AbortError' }), 'AbortError', 'gone'],
  ])('says what %o is, which is no error', (thrown, type, message) => {
    expect(describeError(thrown, '@https://shop.example/:1:2')).toMatchObject({ type, message });
  });

  it('tells where it was thrown if it does not know itself', () => {
    expect(describeError('a text', '@https://shop.example/app.js:1:2').frames).toEqual([
      '@https://shop.example/app.js:1:2',
    ]);
  });

  it('follows its causes, and the errors of an AggregateError, to five', () => {
    const chain = (depth: number): Error =>
      new Error(`level ${depth}`, depth > 8 ? {} : { cause: chain(depth + 1) });
    const messages = (error: unknown) => describeError(error).causes?.map(({ message }) => message);
    expect(messages(chain(0))).toEqual([1, 2, 3, 4, 5].map((depth) => `level ${depth}`));
    expect(
      messages(
        new AggregateError([new Error('one'), 'two', new Error('three', { cause: 'four' })], 'all'),
      ),
    ).toEqual(['one', 'two', 'three', 'four']);
    expect(messages(new Error('alone'))).toBeUndefined();
    const loop = new Error('loop');
    loop.cause = loop;
    expect(messages(loop)).toHaveLength(5);
  });

  it('stays small enough for one event, whatever is thrown', () => {
    const line = `    at ${'f'.repeat(400)} (https://shop.example/${'x'.repeat(500)}.js:1:1)\n`;
    const make = (depth: number): Error =>
      Object.assign(new Error('m'.repeat(5_000)), {
        stack: line.repeat(60),
        cause: depth > 6 ? undefined : make(depth + 1),
      });
    expect(JSON.stringify(describeError(make(0))).length).toBeLessThan(40_000);
  });

  it('marks extensions, and what another origin keeps to itself', () => {
    const stack = 'Error: x\n    at f (chrome-extension://abc/inject.js:1:1)';
    expect(describeError(withStack(stack))).toMatchObject({ extension: true });
    expect(describeError({ name: 'Error', message: 'Script error.' })).toMatchObject({
      cross_origin: true,
    });
    expect(
      describeError(withStack('    at f (https://a.b/c.js:1:1)', 'Script error.')),
    ).not.toHaveProperty('cross_origin');
  });
});

describe('given the group of an error', () => {
  const BUILDS = {
    first: `TypeError: t.map is not a function
    at t.renderItems (https://shop.example/assets/index-DiwrgTda.js:1:23045)
    at Qt (https://shop.example/assets/vendor.a1b2c3d4e5.js:9:100)
    at o.e (https://shop.example/assets/index-DiwrgTda.js:1:9)`,
    second: `TypeError: e.map is not a function
    at n.renderItems (https://cdn.example/v2/index-Bx0_9zQw.js?cache=7:1:19999)
    at Xn (https://cdn.example/v2/vendor.0f9e8d7c6b.js:9:2)
    at r.t (https://cdn.example/v2/index-Bx0_9zQw.js:3:4)`,
    firefox: `renderItems@https://shop.example/assets/index-DiwrgTda.js:1:23045
Qt@https://shop.example/assets/vendor.a1b2c3d4e5.js:9:100
o/<@https://shop.example/assets/index-DiwrgTda.js:1:9`,
  };

  it('is the same in two minified builds, and in two browsers that say the same', () => {
    const first = groupOf(BUILDS.first, 't.map is not a function');
    expect(groupOf(BUILDS.second, 'e.map is not a function')).toBe(first);
    expect(groupOf(BUILDS.firefox, 'u.map is not a function')).toBe(first);
  });

  it('differs by type, place and words', () => {
    const groups = [
      groupOf(BUILDS.first),
      groupOf(BUILDS.first, 'Cannot remove'),
      groupOf(BUILDS.first, 'Cannot add', 'RangeError'),
      groupOf(BUILDS.first.replace('renderItems', 'renderPrices')),
      groupOf(BUILDS.first.replaceAll('index-', 'checkout-')),
    ];
    expect(new Set(groups).size).toBe(groups.length);
  });

  it('does not heed numbers, ids, addresses and quoted words', () => {
    const stack = '    at load (https://shop.example/app.js:1:1)';
    const messages = [
      'User 42 has no order 8f14e45f-ceea-467f-a0e6-1b2c3d4e5f60 at https://api.example/u/42?x=1 for "ana"',
      'User 7 has no order c9f0f895-fb98-4b91-9d1e-7a8b9c0d1e2f at https://api.example/u/7 for "bob"',
    ];
    expect(new Set(messages.map((message) => groupOf(stack, message))).size).toBe(1);
  });

  it('does not heed what of Node itself is in the stack', () => {
    const stack = (version: string) =>
      `Error: x\n    at load (file:///srv/app.js:1:1)\n    at ${version} (node:internal/process/task_queues:95:5)`;
    expect(groupOf(stack('runNextTicks'))).toBe(groupOf(stack('processTicksAndRejections')));
  });

  it('depends on nothing that a build, a host or a deployment changes', () => {
    const hash = fc.stringMatching(/^[A-Za-z0-9_-]{8}$/);
    const short = fc.stringMatching(/^[a-z$_]{1,2}$/);
    const build = fc.record({
      hash,
      short,
      host: fc.domain(),
      line: fc.nat(),
      column: fc.nat(),
      query: fc.nat(),
    });
    const stackOf = ({
      hash,
      short,
      host,
      line,
      column,
      query,
    }: {
      hash: string;
      short: string;
      host: string;
      line: number;
      column: number;
      query: number;
    }) =>
      `Error: x\n    at ${short}.placeOrder (https://${host}/${query}/main-${hash}.js?v=${query}:${line}:${column})\n    at ${short} (https://${host}/main-${hash}.js:${line}:${column})`;
    fc.assert(fc.property(build, build, (x, y) => groupOf(stackOf(x)) === groupOf(stackOf(y))));
  });

  it('is made of anything without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (thrown, place) => {
        expect(describeError(thrown, place).group).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });
});
