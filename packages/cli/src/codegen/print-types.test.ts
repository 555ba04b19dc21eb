import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { ExperimentDefinition, FlagDefinition } from '@px-platform/protocol/flags';
import { compareTypes } from './compare-types.js';
import { printTypes } from './print-types.js';
import type { Project } from './read-project.js';

const EMPTY: Project = { project: 'shop', flags: [], experiments: [], events: [] };
const flag = (
  key: string,
  definition: Pick<FlagDefinition, 'type' | 'variants'> & Partial<FlagDefinition>,
  archivedAt: string | null = null,
): Project['flags'][number] => ({
  key,
  archived_at: archivedAt,
  definition: {
    key,
    default: Object.keys(definition.variants)[0] ?? '',
    environments: {},
    ...definition,
  },
});
const runs = (experiment: string): FlagDefinition['environments'] => ({
  production: { isOn: true, rules: [{ id: 'all', experiment }] },
});
const experiment = (
  key: string,
  variants: readonly (readonly [string, JsonValue?])[],
  said: Partial<ExperimentDefinition> = {},
): Project['experiments'][number] => ({
  key,
  archived_at: null,
  definition: {
    key,
    hypothesis: '',
    status: 'draft',
    variants: variants.map(([name, value]) => ({
      key: name,
      range: [0, 1],
      ...(value !== undefined && { value }),
    })),
    phases: [],
    metrics: { goals: [] },
    ...said,
  },
});
const event = (name: string, schema: JsonObject): Project['events'][number] => ({
  event: name,
  version: 1,
  mode: 'warn',
  schema,
});
const print = (project: Partial<Project>, isGlobal = false) =>
  printTypes({ ...EMPTY, ...project }, { isGlobal });

/** What is written of one event's properties, on one line. */
const propertiesOf = (schema: JsonObject) => {
  const text = print({ events: [event('it', schema)] });
  const from = text.indexOf('  it: ') + 6;
  return text.slice(from, text.indexOf(';\n}', from)).replaceAll(/\s+/g, ' ');
};
const typeOf = (schema: JsonObject) =>
  /^\{ it: (.*); \}$/.exec(
    propertiesOf({ properties: { it: schema }, required: ['it'], additionalProperties: false }),
  )?.[1];

describe('given a project', () => {
  const project: Partial<Project> = {
    flags: [
      flag('new_onboarding', {
        type: 'boolean',
        variants: { on: true, off: false },
        description: 'The tour of 2026.',
      }),
      flag('checkout-copy', {
        type: 'string',
        variants: { short: 'Pay', long: 'Pay now' },
        environments: runs('copy'),
      }),
      flag('limit', { type: 'number', variants: { low: 10, high: 50 } }, '2026-01-01T00:00:00Z'),
      flag('theme', {
        type: 'json',
        variants: {
          none: null,
          plain: { colour: 'red', sizes: [1, 2] },
          rich: { colour: 'blue', sizes: [], more: { depth: 2, note: null } },
        },
      }),
    ],
    experiments: [
      experiment('copy', [['short'], ['shortest', 'Go']], {
        name: 'Shorter words',
        hypothesis: 'Fewer words, more orders.',
      }),
      experiment('unused', [['a'], ['b']]),
    ],
    events: [
      event('plan_chosen', {
        type: 'object',
        title: 'A plan was chosen',
        description: 'On the page of plans.\nNot in the app.',
        properties: {
          plan: { enum: ['free', 'pro'], description: 'Which one' },
          price: { type: 'number', minimum: 0, deprecated: true },
        },
        required: ['plan'],
        additionalProperties: false,
      }),
      event('$identify', {}),
      event('anything', {}),
    ],
  };

  it('writes all there is of it, in order, and with what people say of it', () => {
    expect(print(project, true)).toMatchInlineSnapshot(`
      "/* eslint-disable */
      // Written by px codegen, of project "shop". What is changed by hand is lost the next time.

      /** Flags, and their values. */
      export interface PxFlags {
        "checkout-copy": "Go" | "Pay" | "Pay now";
        /** @deprecated Archived: it has no value any more, and reads as the fallback. */
        limit: number;
        /** The tour of 2026. */
        new_onboarding: boolean;
        theme: {
          colour: string;
          more?: {
            depth: number;
            note: null;
          } | undefined;
          sizes: readonly number[];
        };
      }

      /** Experiments: their variants, and the values of the flags that run them. */
      export interface PxExperiments {
        /**
         * Shorter words
         * Fewer words, more orders.
         */
        copy: {
          variant: "short" | "shortest";
          value: PxFlags["checkout-copy"];
        };
        unused: {
          variant: "a" | "b";
          value: never;
        };
      }

      /** Events of the tracking plan, and their properties. */
      export interface PxEvents {
        anything: { [property: string]: any };
        /**
         * A plan was chosen
         * On the page of plans.
         * Not in the app.
         */
        plan_chosen: {
          /** Which one */
          plan: "free" | "pro";
          /** @deprecated */
          price?: number | undefined;
        };
      }

      /** All of them: what SDKs take as a type argument. */
      export interface ProjectTypes {
        flags: PxFlags;
        experiments: PxExperiments;
        events: PxEvents;
      }

      declare global {
        interface PxFlagTypes extends PxFlags {}
        interface PxExperimentTypes extends PxExperiments {}
        interface PxEventTypes extends PxEvents {}
      }
      "
    `);
  });

  it('writes the same whatever the order it comes in', () => {
    const turned = Object.fromEntries(
      Object.entries(project).map(([part, all]) => [part, [...(all as unknown[])].reverse()]),
    );
    expect(print(turned)).toBe(print(project));
    expect(print(project)).not.toContain('declare global');
  });

  it('says what another has otherwise', () => {
    const before = print(project);
    expect(compareTypes(before, before.replaceAll('\n', '\r\n'))).toEqual([]);
    const after = print({
      ...project,
      flags: [
        ...(project.flags ?? []).slice(1),
        flag('brand "new"', { type: 'boolean', variants: { on: true } }),
      ],
      events: [
        event('anything', { description: 'Now said.' }),
        ...(project.events ?? []).slice(0, 1),
      ],
    });
    expect(compareTypes(before, after)).toEqual([
      '+ flag "brand \\"new\\""',
      '~ event anything',
      '- flag new_onboarding',
    ]);
    expect(compareTypes(before, print(project, true))).toEqual([
      '~ how it is written: another version of px wrote it, or somebody by hand',
    ]);
  });
});

describe('given the schema of a property', () => {
  it.each<[JsonObject, string]>([
    [{}, 'unknown'],
    [{ type: 'string', format: 'email', pattern: '^a' }, 'string'],
    [{ type: 'integer', minimum: 1 }, 'number'],
    [{ type: ['integer', 'number', 'null'] }, 'number | null'],
    [
      { enum: [1, 'a', null, true, [1, 'b'], { b: 1, a: {} }] },
      '1 | "a" | null | true | readonly [1, "b"] | { "a": Record<string, never>; "b": 1 }',
    ],
    [{ enum: ['a', 1, 1.5, null], type: ['string', 'integer'] }, '"a" | 1'],
    [{ enum: ['a', 'b'], const: 'b' }, '"b"'],
    [{ const: -1.5 }, '-1.5'],
    [{ enum: ['a'], const: 'b' }, 'never'],
    [{ type: 'array' }, 'readonly unknown[]'],
    [{ items: { enum: ['a', 'b'] } }, 'readonly ("a" | "b")[]'],
    [
      { type: 'array', items: { type: 'array', items: { type: 'string' } } },
      'readonly (readonly string[])[]',
    ],
    [
      { type: ['array', 'null'], items: { type: 'string' }, minItems: 2, maxItems: 900 },
      'readonly string[] | null',
    ],
    [{ type: 'object' }, '{ [property: string]: any }'],
    [{ type: 'object', additionalProperties: false }, 'Record<string, never>'],
    [
      { properties: { b: { type: 'null' }, a: {} } },
      '{ a?: unknown; b?: null | undefined; [property: string]: any; }',
    ],
    [{ required: ['a'] }, '{ a: unknown; [property: string]: any; }'],
    [{ required: ['a'], additionalProperties: false }, '{ a: never; }'],
    // Plans have none of these: what is not known is anything.
    [{ $ref: '#' }, 'unknown'],
    [{ anyOf: [{ type: 'string' }] }, 'unknown'],
    [{ type: 'bigint' }, 'unknown'],
    [
      { type: 'object', properties: { a: true }, required: 'a' },
      '{ a: unknown; [property: string]: any; }',
    ],
  ])('%j is %s', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });
});

describe('given what people should not write', () => {
  const NAMES = [
    '__proto__',
    'constructor',
    'toString',
    'new',
    'readonly',
    '42',
    '1e3',
    '-1',
    '',
    ' ',
    'a b',
    "it's",
    '"quoted"',
    'back\\slash',
    'line\nbreak',
    '\u2028\u2029',
    '`${x}`',
    '*/ export const x = 1; /*',
    '// no',
    '{',
    '}',
    ';',
    ': ',
    'ação',
    '日本語',
    '🛒',
    '👩‍👩‍👧',
    '\u202Eleft',
    '\uD800',
    '\u0000',
    '[key: string]',
    'get',
    'default',
    '?',
    'x?',
  ];
  const SAID = 'ends */ here\r\n@deprecated\n\u202E*/ /* `${x}` \\ \u0000 // <b> {@link x}\u2028*/';
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'px-codegen-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the compiler says of it. */
  const compile = async (types: string, program = '') => {
    await writeFile(join(folder, 'px-types.d.ts'), types);
    await writeFile(
      join(folder, 'program.ts'),
      `import type * as Px from './px-types.js';\n${program}`,
    );
    const require = createRequire(import.meta.url);
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
    const options = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noEmit',
      '--skipLibCheck',
      'false',
      '--lib',
      'es2022',
    ];
    return new Promise<string>((done) => {
      const args = [tsc, ...options, '--module', 'nodenext', '--target', 'es2022', 'program.ts'];
      execFile(process.execPath, args, { cwd: folder }, (error, out) =>
        done(error ? out || error.message : ''),
      );
    });
  };

  it('writes types that compile, and that know each name', async () => {
    const schema = (depth: number): JsonObject => ({
      type: 'object',
      description: SAID,
      properties: Object.fromEntries([
        ...NAMES.map((name) => [name, { enum: NAMES, title: SAID, description: SAID }] as const),
        ...(depth > 0 ? [['deeper', schema(depth - 1)] as const] : []),
      ]),
      required: NAMES,
      additionalProperties: depth % 2 === 0,
    });
    const types = print(
      {
        project: SAID,
        flags: NAMES.flatMap((name, at) => [
          flag(name, { type: 'string', variants: { a: name, b: SAID }, description: SAID }),
          flag(`json ${at}`, {
            type: 'json',
            variants: {
              a: JSON.parse(`{"__proto__": {"a": []}}`) as JsonValue,
              b: { [name]: NAMES },
            },
            environments: runs(name),
          }),
        ]),
        experiments: NAMES.map((name) =>
          experiment(
            name,
            NAMES.map((variant) => [variant, { [name]: 1 }]),
            { name: SAID, hypothesis: SAID },
          ),
        ),
        events: NAMES.map((name) => event(name, schema(2))),
      },
      true,
    );
    const known = `
      type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      declare function holds<T extends true>(): T;
      holds<Is<keyof Px.PxEvents, ${NAMES.map((name) => JSON.stringify(name)).join(' | ')}>>();
      holds<Is<Px.PxExperiments[${JSON.stringify(NAMES[17])}]['variant'], ${NAMES.map((name) => JSON.stringify(name)).join(' | ')}>>();`;
    expect(await compile(types, known)).toBe('');
    // What is not seen, and the line breaks that others than `\n` are.
    expect(types.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E\u2028\u2029]/u);
    expect(types).not.toMatch(/^[\s*/]*@deprecated/m);
    // A compiler that finds nothing wrong with anything would say the same.
    expect(await compile(`${types}\nexport const x: string = 3`)).toMatch(/TS\d+/);
  });

  it('writes JSON as deep as flags may have it, and cuts it', async () => {
    const deep = (levels: number): JsonValue => (levels === 0 ? 1 : { a: [deep(levels - 1)] });
    const types = print({
      flags: [flag('deep', { type: 'json', variants: { a: deep(24), b: [] } })],
    });
    expect(types).toContain('export type Json =');
    expect(await compile(types)).toBe('');
  });

  it('writes as many events as a plan may have', async () => {
    const types = print(
      {
        events: Array.from({ length: 1_000 }, (_, nth) =>
          event(`event_${nth}`, { properties: { nth: { const: nth } }, required: ['nth'] }),
        ),
      },
      true,
    );
    expect(await compile(types, "export const nth: Px.PxEvents['event_999']['nth'] = 999;")).toBe(
      '',
    );
  });
});
