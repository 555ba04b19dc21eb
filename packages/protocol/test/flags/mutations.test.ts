import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import * as flags from '../../src/flags/index.js';
import { answers } from './vectors.js';

type Fault = readonly [file: string, from: string, to: string];

/**
 * Faults that an evaluator could have, made in ours: `from` becomes `to` in one file, and vectors that name the fault
 * must fail. All but `$elemMatch over null` are faults that the public cases of GrowthBook's specification let through.
 */
const FAULTS: Readonly<Record<string, Fault>> = {
  'UTF-8 hashing': [
    'bucket.ts',
    'hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);',
    'for (const byte of [...new TextEncoder().encode(text[at])]) hash = Math.imul(hash ^ byte, 0x01000193);',
  ],
  'bare-value equality made strict': [
    'condition.ts',
    "if (typeof wanted === 'string') return String(value) === wanted;",
    "if (typeof wanted !== 'object') return value === wanted;",
  ],
  'rollout n<coverage': ['rollout.ts', 'bucket <= (coverage ?? 1)', 'bucket < (coverage ?? 1)'],
  '$elemMatch over falsy elements': ['condition.ts', 'item !== null &&', 'item &&'],
  '$elemMatch over null': ['condition.ts', 'item !== null &&', 'true &&'],
  'version padding wider than 5': ['compare-versions.ts', 'padStart(5)', 'padStart(9)'],
  'JSON equality insensitive to key order': [
    'condition.ts',
    'JSON.stringify(value) === JSON.stringify(wanted)',
    'JSON.stringify(Object.entries(value ?? {}).sort()) === JSON.stringify(Object.entries(wanted).sort())',
  ],
  'dotted path into arrays': [
    'condition.ts',
    'value = own(value, name);',
    'value = Array.isArray(value) ? null : own(value, name);',
  ],
  'empty $nor': [
    'condition.ts',
    'return !hasOne(part, true, attributes, evaluation)',
    'return !listOf(part).some((each) => holds(each, attributes, evaluation))',
  ],
  'weight tolerance .999': [
    'bucket.ts',
    'sum >= 0.99 && sum <= 1.01',
    'sum >= 0.999 && sum <= 1.001',
  ],
  'id 0 counted as present': ['unit.ts', 'value && typeof', '(value || value === 0) && typeof'],
  'fallbackAttribute used while sticky is off': [
    'unit.ts',
    'rule.fallbackAttribute !== undefined && stickyOf(rule, evaluation)',
    'rule.fallbackAttribute !== undefined',
  ],
  'rollout seed taken from rule.key': ['rollout.ts', 'seed || flag', 'seed || rule.key || flag'],
  'range together with coverage 0': [
    'rollout.ts',
    'if (coverage === 0) return undefined;\n  }',
    '}\n  if (coverage === 0) return undefined;',
  ],
  'sticky hit still checking conditions': ['experiment.ts', 'if (!isKept) {', 'if (true) {'],
  'forcedVariations before querystring': [
    'experiment.ts',
    'if (asked !== null)',
    'if (asked !== null && own(context.forcedVariations, key) === undefined)',
  ],
  'attributeOverrides ignored': ['evaluation.ts', 'attributeOverrides ?', 'false ?'],
  'draft/stopped ignored': [
    'evaluate-experiment.ts',
    'status, active } = rule;',
    '} = rule; const { status, active } = {} as Partial<StandaloneExperiment>;',
  ],
};

const folder = fileURLToPath(new URL('../../src/flags/', import.meta.url));

/** The evaluator with a fault in it. */
const faulty = async ([file, from, to]: Fault): Promise<typeof flags> => {
  let isMade = false;
  const bundle = await rolldown({
    input: path.join(folder, 'index.ts'),
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    plugins: [
      {
        name: 'fault',
        transform: (code, id) => {
          if (id !== path.join(folder, file)) return null;
          const parts = code.split(from);
          if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
          isMade = true;
          return parts.join(to);
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  if (!isMade) throw new Error(`${file} is no part of the evaluator`);
  const url = `data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`;
  return (await import(/* @vite-ignore */ url)) as typeof flags;
};

const failed = (evaluator: typeof flags) =>
  answers(evaluator).filter(
    ({ received, expected }) =>
      JSON.stringify(sorted(received)) !== JSON.stringify(sorted(expected)),
  );

/** The same with names in one order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
};

describe('given an evaluator with a fault', () => {
  it.each(Object.entries(FAULTS))('finds it: %s', async (name, fault) => {
    const titles = failed(await faulty(fault)).filter(({ kills }) => kills === name);
    expect(titles.map(({ title }) => title)).not.toEqual([]);
  });

  it('knows each that a vector names', () => {
    const named = answers(flags).flatMap(({ kills }) => kills ?? []);
    expect([...new Set(named)].sort()).toEqual(Object.keys(FAULTS).sort());
  });

  it('finds none in the same one without', async () => {
    expect(failed(await faulty(['unit.ts', 'value && typeof', 'value && typeof']))).toEqual([]);
  });
});
