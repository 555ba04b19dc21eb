import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  evaluate,
  evaluateExperiment,
  experimentsOf,
  type FeatureRule,
  type FlagContext,
  type FlagDocument,
} from '../../src/flags/index.js';

const SEED = 20261129;
fc.configureGlobal({ seed: SEED });

const only = (rule: FeatureRule): FlagDocument => ({
  features: { f: { defaultValue: 'out', rules: [rule] } },
});
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom('__proto__', 'constructor', 'ü', '\ud800'),
);

/** Sticky assignments in memory. */
const memory = (): NonNullable<FlagContext['sticky']> => {
  const units = new Map<string, Record<string, string>>();
  return {
    read: (attribute, value) => units.get(`${attribute}=${value}`),
    write: (attribute, value, assignment, variant) => {
      const id = `${attribute}=${value}`;
      units.set(id, { ...units.get(id), [assignment]: variant });
    },
  };
};

describe('given any ids and seeds', () => {
  it('hashes evenly: chi-squared of a hundred parts', () => {
    const ids = 50_000;
    const parts = 100;
    for (const seed of ['', 'exp-1', 'exp-2', '日本', '😀']) {
      for (const idOf of [
        (n: number) => `user-${n}`,
        (n: number) => String(n),
        (n: number) => `ü${n}😀`,
      ]) {
        const counts = Array.from({ length: parts }, () => 0);
        for (let n = 0; n < ids; n++) counts[Math.floor(bucketOf(seed, idOf(n), 2)! * parts)]! += 1;
        const chiSquared = counts.reduce(
          (sum, count) => sum + (count - ids / parts) ** 2 / (ids / parts),
          0,
        );
        // 99 degrees of freedom: one in a hundred thousand is above 169.
        expect(chiSquared, `${seed} ${idOf(1)}`).toBeLessThan(169);
      }
    }
  });

  it('hashes alike with two seeds no more often than chance has it', () => {
    let both = 0;
    const ids = 50_000;
    for (let n = 0; n < ids; n++)
      if (bucketOf('exp-1', `user-${n}`, 2)! < 0.5 && bucketOf('exp-2', `user-${n}`, 2)! < 0.5)
        both++;
    expect(both / ids).toBeGreaterThan(0.24);
    expect(both / ids).toBeLessThan(0.26);
  });

  it('takes nobody out when the percentage of a rollout is raised', () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (id, seed, a, b) => {
          const isIn = (coverage: number) =>
            evaluate(only({ force: 'in', coverage, seed, hashVersion: 2 }), 'f', {
              attributes: { id },
            }).value === 'in';
          return !isIn(Math.min(a, b)) || isIn(Math.max(a, b));
        },
      ),
    );
  });

  it('takes nobody out when the range of a rollout is widened', () => {
    fc.assert(
      fc.property(
        text,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (id, a, b) => {
          const isIn = (to: number) =>
            evaluate(only({ force: 'in', range: [0, to], hashVersion: 2 }), 'f', {
              attributes: { id },
            }).value === 'in';
          return !isIn(Math.min(a, b)) || isIn(Math.max(a, b));
        },
      ),
    );
  });

  it('keeps whoever was assigned, whatever becomes of weights, coverage and seed', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(text, share, share, text, (id, weight, coverage, seed) => {
        const sticky = memory();
        const meta = [{ key: 'a' }, { key: 'b' }];
        const rule: FeatureRule = { variations: ['a', 'b'], key: 'exp', meta, hashVersion: 2 };
        const first = evaluate(only(rule), 'f', { attributes: { id }, sticky });
        const changed = only({
          ...rule,
          weights: [weight, 1 - weight],
          coverage,
          seed,
          condition: { never: 1 },
        });
        const second = evaluate(changed, 'f', { attributes: { id }, sticky });
        return first.value === second.value && second.exposures[0]?.isSticky === true;
      }),
    );
  });

  it('keeps whoever was assigned before they were known', () => {
    fc.assert(
      fc.property(text, text, (anonymous, user) => {
        const sticky = memory();
        const document = only({
          variations: ['a', 'b'],
          meta: [{ key: 'a' }, { key: 'b' }],
          key: 'exp',
          hashVersion: 2,
          hashAttribute: 'user_id',
          fallbackAttribute: 'anonymous_id',
        });
        const ask = (attributes: FlagContext['attributes']) =>
          evaluate(document, 'f', { attributes, sticky }).value;
        const first = ask({ anonymous_id: anonymous });
        return (
          first === ask({ anonymous_id: anonymous, user_id: user }) &&
          // By now it is known of the user alone, on another device.
          first === ask({ user_id: user })
        );
      }),
    );
  });

  it('says the same of the same: a verdict depends on nothing else', () => {
    fc.assert(
      fc.property(fc.json(), fc.dictionary(text, fc.jsonValue()), (json, attributes) => {
        const document = only({ condition: JSON.parse(json) as never, force: 1 });
        expect(evaluate(document, 'f', { attributes })).toEqual(
          evaluate(structuredClone(document), 'f', { attributes: structuredClone(attributes) }),
        );
      }),
    );
  });
});

/** Documents of the right names with anything in them. */
const OPERATORS = [
  '$eq',
  '$ne',
  '$lt',
  '$gt',
  '$veq',
  '$vlt',
  '$in',
  '$nin',
  '$ini',
  '$inGroup',
  '$all',
  '$alli',
  '$elemMatch',
  '$size',
  '$not',
  '$and',
  '$or',
  '$nor',
  '$regex',
  '$regexi',
  '$type',
  '$exists',
  '$before',
  '$after',
  '$inSegment',
];
const names = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...OPERATORS) },
  fc.constantFrom('a', 'id', 'a.b', '__proto__', 'constructor', 'toString', 'length'),
);
const { tree: anything } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(names, tie('tree'), { maxKeys: 3 }),
  ),
}));
const RULE = [
  'id',
  'condition',
  'parentConditions',
  'force',
  'variations',
  'weights',
  'key',
  'hashAttribute',
  'fallbackAttribute',
  'hashVersion',
  'bucketVersion',
  'minBucketVersion',
  'range',
  'coverage',
  'namespace',
  'ranges',
  'meta',
  'filters',
  'seed',
  'phase',
  'px',
  'status',
  'force',
  'urlPatterns',
];
const rule = fc.oneof(
  { weight: 5, arbitrary: fc.dictionary(fc.constantFrom(...RULE), anything, { maxKeys: 8 }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.dictionary(fc.constantFrom(...RULE), anything, { maxKeys: 4 }), anything)
      .map(([rest, condition]) => ({ variations: [1, 2], ...rest, condition })),
  },
  anything,
);
const feature = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ defaultValue: anything, rules: fc.array(rule, { maxLength: 3 }) }),
  },
  anything,
);
const hostile = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        features: fc.dictionary(fc.constantFrom('f', 'g', '__proto__', 'constructor'), feature),
        savedGroups: anything,
        experiments: fc.array(rule, { maxLength: 3 }),
        px: fc.oneof(
          fc.record({ segments: fc.dictionary(fc.constantFrom('a', 'b'), anything) }),
          anything,
        ),
      },
      { requiredKeys: ['features'] },
    ),
  },
  anything,
);

describe('given anything for a document and for attributes', () => {
  it('never throws, and always gives a whole verdict', () => {
    let problems = 0;
    fc.assert(
      fc.property(
        hostile,
        fc.oneof(fc.dictionary(names, anything), anything),
        fc.constantFrom('f', 'g', '__proto__', 'constructor'),
        (json, attributes, key) => {
          // As it comes off the wire: what JSON.parse makes of __proto__ is a name like others.
          const document = JSON.parse(JSON.stringify(json)) as FlagDocument;
          const context = {
            attributes: attributes as FlagContext['attributes'],
            url: 'https://example.com/?a=1',
            now: 0,
            sticky: memory(),
            onProblem: () => (problems += 1),
          };
          const asked = [...experimentsOf(document).keys(), 'f'];
          for (const verdict of [
            evaluate(document, key, context),
            ...asked.map((each) => evaluateExperiment(document, each, context)),
          ]) {
            expect(Object.keys(verdict).sort()).toEqual([
              'bucket',
              'experiment',
              'exposures',
              'inExperiment',
              'reason',
              'ruleId',
              'value',
              'variant',
            ]);
            expect(verdict.value).not.toBe(undefined);
          }
          expect(Object.prototype).not.toHaveProperty('a');
        },
      ),
      { numRuns: 600 },
    );
    // Else nothing hostile was made.
    expect(problems).toBeGreaterThan(60);
  });

  it('never throws where attributes throw', () => {
    const thrown = {
      get a(): never {
        throw new Error('from a getter');
      },
      b: { toString: 1, valueOf: 2 },
    };
    const problems: string[] = [];
    for (const condition of [{ a: 1 }, { b: 'x' }, { b: { $gt: 1 } }, { b: { $regex: 'x' } }])
      evaluate(only({ condition, force: 1 }), 'f', {
        attributes: thrown,
        onProblem: ({ problem }) => problems.push(problem),
      });
    expect(problems).toHaveLength(4);
  });

  it('skips what is nested too deep, and asks shared prerequisites once', () => {
    const depth = 20_000;
    const nested = JSON.parse(`${'{"$not":'.repeat(depth)}{}${'}'.repeat(depth)}`) as never;
    const problems: string[] = [];
    const onProblem = ({ problem }: { problem: string }) => problems.push(problem);
    expect(
      evaluate(only({ condition: nested, force: 1 }), 'f', { attributes: {}, onProblem }).value,
    ).toBe('out');
    expect(problems).toEqual(['nested too deep']);
    // Each flag asks the next twice: 2^90 ways, if each were gone.
    const features = Object.fromEntries(
      Array.from({ length: 90 }, (_, index) => [
        `f${index}`,
        {
          defaultValue: 1,
          rules: [
            { parentConditions: [{ id: `f${index + 1}` }, { id: `f${index + 1}` }], force: 2 },
          ],
        },
      ]),
    );
    expect(evaluate({ features }, 'f0', { attributes: {} }).value).toBe(2);
  });

  it('bounds what a pattern may take, whatever the text', () => {
    const atoms = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '\\w',
      '(a)',
      '(a|b)',
      '(a|a)',
      'a?',
      '(?:a)',
    );
    const quantifiers = fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,}', '{0,9}');
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: 'small' },
        fc.tuple(atoms, quantifiers).map((parts) => parts.join('')),
        fc.array(tie('pattern'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
        fc.tuple(tie('pattern'), quantifiers).map(([inner, many]) => `(${inner})${many}`),
      ),
    }));
    fc.assert(
      fc.property(
        pattern,
        fc.constantFrom('', '^'),
        fc.constantFrom(20, 40, 300, 1000),
        (source, anchor, length) => {
          const document = only({ condition: { id: { $regex: `${anchor}${source}$` } }, force: 1 });
          // A test that hangs is what would tell.
          evaluate(document, 'f', { attributes: { id: `${'a'.repeat(length)}!` } });
        },
      ),
      { numRuns: 300 },
    );
  });
});
