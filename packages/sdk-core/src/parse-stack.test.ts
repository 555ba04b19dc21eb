import { describe, expect, it } from 'vitest';
import { parseStack } from './parse-stack.js';

/** Each line as a browser wrote it, and what it says. */
const LINES: Readonly<Record<string, readonly (readonly [string, string | null])[]>> = {
  'Chromium and Edge': [
    ['TypeError: Cannot read properties of undefined (reading "x")', null],
    [
      '    at addToCart (https://shop.example/app.js:10:15)',
      'addToCart@https://shop.example/app.js:10:15',
    ],
    ['    at https://shop.example/app.js:12:3', '@https://shop.example/app.js:12:3'],
    [
      '    at async checkout (https://shop.example/app.js?v=3#x:7:1)',
      'async checkout@https://shop.example/app.js:7:1',
    ],
    [
      '    at new Cart (https://shop.example/app.js:1:1)',
      'new Cart@https://shop.example/app.js:1:1',
    ],
    [
      '    at Cart.add [as push] (https://shop.example/app.js:4:9)',
      'Cart.add [as push]@https://shop.example/app.js:4:9',
    ],
    [
      '    at HTMLButtonElement.<anonymous> (https://shop.example/:5:2)',
      'HTMLButtonElement.<anonymous>@https://shop.example/:5:2',
    ],
    [
      '    at eval (eval at run (https://shop.example/app.js:8:5), <anonymous>:1:1)',
      'eval@https://shop.example/app.js:8:5',
    ],
    ['    at Array.map (<anonymous>)', null],
    ['    at async Promise.all (index 0)', null],
    [
      '    at f (https://unpkg.com/@scope/x@1/index.js:2:2)',
      'f@https://unpkg.com/@scope/x@1/index.js:2:2',
    ],
    ['    at f (blob:https://shop.example/6a1e:2:2)', 'f@blob:https://shop.example/6a1e:2:2'],
    [
      '    at f (chrome-extension://abcdef/inject.js:2:2)',
      'f@chrome-extension://abcdef/inject.js:2:2',
    ],
    ['    at f (webpack-internal:///./src/cart.ts:2:2)', 'f@webpack-internal:///./src/cart.ts:2:2'],
    ['    at f (file:///C:/shop/app.js:2:2)', 'f@file:///C:/shop/app.js:2:2'],
  ],
  Firefox: [
    ['addToCart@https://shop.example/app.js:10:15', 'addToCart@https://shop.example/app.js:10:15'],
    ['@https://shop.example/app.js:12:3', '@https://shop.example/app.js:12:3'],
    [
      'async*checkout@https://shop.example/app.js?v=3:7:1',
      'async*checkout@https://shop.example/app.js:7:1',
    ],
    ['add/<@https://shop.example/app.js:4:9', 'add/<@https://shop.example/app.js:4:9'],
    ['run@https://shop.example/app.js line 8 > eval:1:1', 'run@https://shop.example/app.js:8:1'],
    [
      'setTimeout handler*f@https://shop.example/app.js:2:2',
      'setTimeout handler*f@https://shop.example/app.js:2:2',
    ],
    ['f@https://unpkg.com/@scope/x@1/index.js:2:2', 'f@https://unpkg.com/@scope/x@1/index.js:2:2'],
    ['f@moz-extension://ab-cd/inject.js:2:2', 'f@moz-extension://ab-cd/inject.js:2:2'],
    ['', null],
  ],
  Safari: [
    ['addToCart@https://shop.example/app.js:10:15', 'addToCart@https://shop.example/app.js:10:15'],
    [
      'global code@https://shop.example/app.js:12:3',
      'global code@https://shop.example/app.js:12:3',
    ],
    ['https://shop.example/app.js:12:3', '@https://shop.example/app.js:12:3'],
    ['https://unpkg.com/@scope/x@1/index.js:2:2', '@https://unpkg.com/@scope/x@1/index.js:2:2'],
    ['map@[native code]', null],
    ['[native code]', null],
    [
      'f@safari-web-extension://AB-CD/inject.js:2:2',
      'f@safari-web-extension://AB-CD/inject.js:2:2',
    ],
  ],
};

const say = (stack: string) =>
  parseStack(stack).map(({ name, file, line, column }) => `${name}@${file}:${line}:${column}`);

describe.each(Object.entries(LINES))('given a stack of %s', (_, lines) => {
  it.each(lines)('reads %j', (text, said) => {
    expect(say(text)).toEqual(said === null ? [] : [said]);
  });
  it('reads its lines in order', () => {
    const known = lines.filter(([, said]) => said !== null);
    expect(say(lines.map(([text]) => text).join('\n'))).toEqual(known.map(([, said]) => said));
  });
});

describe('given a stack out of bounds', () => {
  it('reads fifty calls, and no line of over a kilobyte', () => {
    const line = (index: number) => `    at f${index} (https://shop.example/app.js:${index}:1)`;
    const lines = Array.from({ length: 60 }, (_, index) => line(index));
    const long = `    at g (https://shop.example/${'x'.repeat(1_024)}.js:1:1)`;
    expect(say([long, ...lines].join('\n'))).toEqual(say(lines.slice(0, 50).join('\n')));
  });

  it('takes no longer for a line made to be hard to read', () => {
    const began = Date.now();
    for (const text of [
      '    at ' + '('.repeat(1_000),
      '@'.repeat(1_000),
      ':1'.repeat(500),
      `    at ${'a '.repeat(500)}(eval at `,
    ])
      parseStack(Array.from({ length: 50 }, () => text).join('\n'));
    expect(Date.now() - began).toBeLessThan(500);
  });
});
