import { describe, expect, it } from 'vitest';
import { breakingChanges, schemaFaults, type JsonObject } from '../src/index.js';

const of = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...rest,
});

describe('given a schema for a tracking plan', () => {
  it('takes what plans are made of', () => {
    const schema = of(
      {
        plan: { enum: ['free', 'pro'], description: 'what they pay for' },
        total: { type: ['number', 'null'], minimum: 0 },
        tags: { type: 'array', items: { type: 'string', maxLength: 20 }, maxItems: 10 },
        at: { type: 'string', format: 'date-time' },
        address: of(
          { country: { type: 'string', pattern: '^[A-Z]{2}$' } },
          { required: ['country'] },
        ),
      },
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        required: ['plan'],
        additionalProperties: false,
      },
    );
    expect(schemaFaults(schema)).toEqual([]);
    expect(schemaFaults({})).toEqual([]);
  });

  it.each([
    ['a list', [], ''],
    ['nothing', null, ''],
    [
      'a reference elsewhere',
      of({ a: { $ref: 'https://evil.example/x.json' } }),
      '/properties/a/$ref',
    ],
    ['a reference to itself', of({ a: { $ref: '#' } }), '/properties/a/$ref'],
    ['a combination', { anyOf: [{}] }, '/anyOf'],
    ['names by pattern', { patternProperties: { '(a+)+': {} } }, '/patternProperties'],
    ['a keyword that every object has', { constructor: 1 }, '/constructor'],
    ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, '/$schema'],
    ['properties of an event that are a text', { type: 'string' }, '/type'],
    ['an unknown type', of({ a: { type: 'float' } }), '/properties/a/type'],
    ['an unknown format', of({ a: { format: 'regex' } }), '/properties/a/format'],
    ['no values', of({ a: { enum: [] } }), '/properties/a/enum'],
    ['a length below 0', of({ a: { minLength: -1 } }), '/properties/a/minLength'],
    ['a name with a slash', of({ 'a/b': { type: 1 } }), '/properties/a~1b/type'],
    ['a schema that is true', of({ a: true }), '/properties/a'],
  ])('refuses %s, and says where', (_title, schema, path) => {
    expect(schemaFaults(schema).map((fault) => fault.path)).toContain(path);
  });

  it('refuses one that is too large, too deep or too wide, without following it', () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 50_000; level += 1) deep = of({ a: deep });
    expect(schemaFaults(deep)[0]?.message).toMatch(/levels deep/);
    const wide = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`p${n}`, {}]));
    expect(schemaFaults(of(wide))[0]?.message).toMatch(/more than 500 schemas/);
    expect(schemaFaults(of({}, { description: 'x'.repeat(40_000) }))[0]?.message).toMatch(
      /characters/,
    );
    let nested: JsonObject = {};
    for (let level = 0; level < 50_000; level += 1) nested = { a: nested };
    expect(schemaFaults(of({ a: { const: nested } }))).toHaveLength(1);
  });
});

describe('given a pattern', () => {
  const faults = (pattern: string) => schemaFaults(of({ a: { pattern } }));

  it.each([
    '^[A-Z]{2}$',
    '^(red|green|blue)$',
    '^#[0-9a-f]{6}$',
    '^[a-z]+-[a-z]+$',
    String.raw`^v\d{1,5}\.\d{1,5}\.\d{1,5}$`,
    String.raw`^\p{L}+$`,
    '^[ab]*$',
    '^a(?:bc)*$',
    '[0-9]',
    String.raw`^[\])(]{1,3}$`,
  ])('takes %s', (pattern) => expect(faults(pattern)).toEqual([]));

  it.each([
    '(a+)+$',
    '^(a|a)*$',
    '^(a|ab)+$',
    '^(a?){20}$',
    '^([a-z]+)*$',
    '^a*a*a*b$',
    '.*.*=.*',
    'a+b+',
    '^a|b+c+$',
    String.raw`^(\w+\s?)*$`,
    `^${'a?'.repeat(30)}$`,
    `^${'(a|a)'.repeat(30)}$`,
    String.raw`^(.)\1$`,
    '^(?=a)b',
    '^(?<name>a)$',
    '[',
    `^${'a'.repeat(300)}$`,
  ])('refuses %s', (pattern) => expect(faults(pattern)).toHaveLength(1));
});

describe('given two versions of a schema', () => {
  const paths = (before: JsonObject, after: JsonObject) =>
    breakingChanges(before, after).map(({ path }) => path);
  const a = (schema: JsonObject) => of({ a: schema });

  it.each<[string, JsonObject, JsonObject]>([
    ['the same', a({ type: 'string' }), a({ type: 'string' })],
    [
      'a new property, in a closed schema',
      of({}, { additionalProperties: false }),
      { ...a({ type: 'string' }), additionalProperties: false },
    ],
    ['more types', a({ type: 'string' }), a({ type: ['string', 'null'] })],
    ['integer to number', a({ type: 'integer' }), a({ type: 'number' })],
    ['a type for values that were of it', a({ enum: ['x'] }), a({ type: 'string' })],
    ['a type let go', a({ type: 'integer' }), a({})],
    ['more values', a({ enum: ['x'] }), a({ enum: ['x', 'y'] })],
    ['a constant made a list', a({ const: 'x' }), a({ enum: ['y', 'x'] })],
    [
      'values in another order of members',
      a({ enum: [{ p: 1, q: 2 }] }),
      a({ enum: [{ q: 2, p: 1 }] }),
    ],
    ['wider bounds', a({ minimum: 1, maxLength: 5 }), a({ minimum: 0, maxLength: 9 })],
    ['required no more', of({}, { required: ['a'] }), of({})],
    ['opened', of({}, { additionalProperties: false }), of({})],
    ['a property taken out of an open schema', a({ type: 'string' }), of({})],
    ['another description', a({ description: 'x' }), a({ description: 'y', title: 'z' })],
    ['a pattern let go', a({ pattern: '^a$' }), a({})],
  ])('lets through %s', (_title, before, after) => expect(paths(before, after)).toEqual([]));

  it.each<[string, JsonObject, JsonObject, string]>([
    ['newly required', of({}), of({}, { required: ['a'] }), '/required'],
    [
      'a type narrowed',
      a({ type: ['string', 'null'] }),
      a({ type: 'string' }),
      '/properties/a/type',
    ],
    ['number to integer', a({ type: 'number' }), a({ type: 'integer' }), '/properties/a/type'],
    ['a type where there was none', a({}), a({ type: 'string' }), '/properties/a/type'],
    ['a value removed', a({ enum: ['x', 'y'] }), a({ enum: ['x'] }), '/properties/a/enum'],
    ['values where any were right', a({}), a({ enum: ['x'] }), '/properties/a/enum'],
    ['a list made a constant', a({ enum: ['x', 'y'] }), a({ const: 'x' }), '/properties/a/const'],
    ['closed', of({}), of({}, { additionalProperties: false }), '/additionalProperties'],
    [
      'a property taken out of a closed schema',
      { ...a({}), additionalProperties: false },
      of({}, { additionalProperties: false }),
      '/properties/a',
    ],
    ['a tighter bound', a({ maximum: 9 }), a({ maximum: 8 }), '/properties/a/maximum'],
    ['a bound where there was none', a({}), a({ minLength: 1 }), '/properties/a/minLength'],
    ['another pattern', a({ pattern: '^a$' }), a({ pattern: '^[ab]$' }), '/properties/a/pattern'],
    [
      'a type for what was unnamed but allowed',
      of({}),
      a({ type: 'string' }),
      '/properties/a/type',
    ],
    [
      'tighter items',
      a({ items: { type: ['string', 'number'] } }),
      a({ items: { type: 'string' } }),
      '/properties/a/items/type',
    ],
    [
      'tighter deep inside',
      a(of({ b: { type: 'number' } })),
      a(of({ b: { type: 'boolean' } })),
      '/properties/a/properties/b/type',
    ],
  ])('names what breaks: %s', (_title, before, after, path) => {
    expect(paths(before, after)).toEqual([path]);
    expect(breakingChanges(before, after)[0]?.message.length).toBeGreaterThan(10);
  });
});
