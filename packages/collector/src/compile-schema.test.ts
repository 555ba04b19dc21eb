import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@px-platform/protocol';
import { createCompileSchema } from './compile-schema.js';

const compile = createCompileSchema();
const of = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...rest,
});
const said = (schema: JsonObject, properties: object) => compile(schema)(properties);

describe('given properties and a schema', () => {
  it.each<[JsonObject, object]>([
    [of({ plan: { enum: ['free', 'pro'] } }, { required: ['plan'] }), { plan: 'pro', more: 1 }],
    [of({ at: { format: 'date-time' } }), { at: '2026-03-01T12:00:00Z' }],
    [of({ at: { format: 'date-time' } }), {}],
    [{}, { anything: [1, { b: null }] }],
    [of({ code: { pattern: '^[a-z]+$' } }), { code: 'a'.repeat(256) }],
  ])('finds nothing in what fits %j', (schema, properties) => {
    expect(said(schema, properties)).toBeNull();
  });

  it.each<[string, JsonObject, object, string]>([
    [
      'missing',
      of({}, { required: ['plan'] }),
      {},
      'properties.plan is missing; the plan wants it',
    ],
    [
      'inherited only',
      of({}, { required: ['toString'] }),
      {},
      'properties.toString is missing; the plan wants it',
    ],
    [
      'unnamed',
      of({}, { additionalProperties: false }),
      { x: 1 },
      'properties.x is not in the plan, which takes no others',
    ],
    [
      'of another type',
      of({ n: { type: ['number', 'null'] } }),
      { n: '19' },
      'properties.n is "19"; the plan wants number or null',
    ],
    [
      'none of the values',
      of({ plan: { enum: ['free', 'pro'] } }),
      { plan: 'gold' },
      'properties.plan is "gold"; the plan wants "free", "pro"',
    ],
    [
      'deep inside',
      of({ 'a/b': of({ list: { items: { type: 'integer' } } }) }),
      { 'a/b': { list: [1, 2.5] } },
      'properties.a/b.list.1 is 2.5; the plan wants integer',
    ],
    [
      'too small',
      of({ n: { minimum: 1 } }),
      { n: 0 },
      'properties.n is 0; the plan wants that it be >= 1',
    ],
    [
      'of another form',
      of({ c: { pattern: '^[A-Z]{2}$' } }),
      { c: 'br' },
      'properties.c is "br"; the plan wants what matches ^[A-Z]{2}$',
    ],
    [
      'no such date',
      of({ at: { format: 'date' } }),
      { at: 'soon' },
      'properties.at is "soon"; the plan wants a date',
    ],
    [
      'too long for a pattern',
      of({ c: { pattern: '^[a-z]+$' } }),
      { c: 'a'.repeat(257) },
      'properties.c has 257 characters; patterns are tried on 256 at most',
    ],
    [
      'an object',
      of({ a: { type: 'string' } }),
      { a: { b: 1 } },
      'properties.a is an object; the plan wants string',
    ],
  ])('says where, what came, and what is wanted: %s', (_title, schema, properties, sentence) => {
    expect(said(schema, properties)).toBe(sentence);
  });

  it('shows no more of a long value than its beginning', () => {
    const sentence = said(of({ a: { type: 'number' } }), { a: 'x'.repeat(60_000) });
    expect(sentence?.length).toBeLessThan(200);
  });
});

describe('given a schema that was never let into a plan', () => {
  it('does not compile it', () => {
    expect(() => compile({ $ref: 'https://evil.example/x.json' })).toThrow(/\$ref is a keyword/);
    expect(() => compile(of({ a: { pattern: '(a+)+$' } }))).toThrow(/pattern/);
  });
});

describe('given the worst that may be in a plan', () => {
  it('checks the worst patterns on the worst texts without tracing them back for ever', () => {
    const patterns = ['^[a-z]*[a-z]*$', '[a-z]+b$', `^${'[a-z]?'.repeat(11)}[a-z]*b$`];
    for (const pattern of patterns) {
      const check = compile(of({ a: { pattern } }));
      const startedAt = performance.now();
      expect(check({ a: `${'a'.repeat(255)}!` })).not.toBeNull();
      // Milliseconds; where each way to match were tried it would be years.
      expect(performance.now() - startedAt, pattern).toBeLessThan(2_000);
    }
  });

  it('compiles the widest', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 490 }, (_, n) => [`p${n}`, { type: 'string', maxLength: n }]),
    );
    const check = compile(of(wide));
    expect(check({ p3: 'abcd' })).toContain('properties.p3');
  });
});
