import type { JsonValue } from '../../src/index.js';
import type {
  BucketRange,
  Condition,
  Feature,
  FeatureRule,
  FlagDocument,
  ParentCondition,
  StandaloneExperiment,
} from '../../src/flags/index.js';
import type { Random } from './random.js';

/** A document and somebody who asks, of everything that GrowthBook's SDK knows. */
export interface Situation {
  readonly document: FlagDocument;
  readonly experiment: StandaloneExperiment;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly attributeOverrides: Readonly<Record<string, JsonValue>>;
  readonly url: string;
  readonly forcedValues: Readonly<Record<string, JsonValue>>;
  readonly forcedVariations: Readonly<Record<string, number>>;
  /** Null: nothing is sticky. */
  readonly sticky: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
  readonly isQa: boolean;
}

/** The key of the experiment without a flag. */
export const ALONE = 'e3';
export const FLAGS = ['f0', 'f1', 'f2', 'flag-ü', 'f.4'] as const;

const IDS: readonly JsonValue[] = [
  '',
  0,
  false,
  null,
  true,
  5,
  1.5,
  'a',
  'b',
  'user-17',
  'ü',
  '日本',
  '😀',
  '\ud800',
  'naïve|x',
  '0',
  'null',
];
const SEEDS = ['', 'seed', 'ß', '😀', 'f0', 'a'];
const ATTRIBUTES = ['id', 'user_id', 'anonymous_id', 'company'];
const PATHS = [
  'id',
  'country',
  'n',
  'tags',
  'version',
  'deep.a',
  'deep.list',
  'deep.list.1',
  'tags.0',
  'none',
  'deep.none.x',
  'flag',
  'items',
];
const VALUES: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  1,
  2,
  -1,
  1.5,
  '',
  '0',
  '1',
  '2',
  'a',
  'A',
  'b',
  'de',
  'DE',
  'ü',
  'Ü',
  'İ',
  '10',
  '1.2.3',
  'true',
  'null',
  ' ',
  '2 ',
];
const VERSIONS: readonly JsonValue[] = [
  '1.2.3',
  'v1.2.3',
  '1.2.3-rc.1',
  '1.2.3+build.5',
  '1.2',
  '1',
  1,
  1.2,
  '10.0.0',
  '9.9.9',
  '1.2.3-alpha',
  '',
  null,
  '1.100000.1',
  '1.99999.1',
  '1.2.3.4',
  'v2-beta',
  '1234567.1.1',
];
const LISTS: readonly JsonValue[] = [
  [],
  ['a'],
  ['a', 'b'],
  ['A', 1],
  [0, null, false, ''],
  [{ a: 1, b: 2 }, { a: 2 }],
  [['a']],
  [1, 2, 3],
  [0],
  ['ü', 'DE'],
];
const OBJECTS: readonly JsonValue[] = [
  {},
  { a: 1 },
  { a: 1, b: 2 },
  { b: 2, a: 1 },
  { a: { b: [1] } },
];
const TYPES = ['string', 'number', 'boolean', 'array', 'object', 'null', 'undefined', 'x'];
const PATTERNS = ['^a', 'b$', '.', '^$', 'null', '[0-9]+', 'ü', '(a|b)c?', '^\\d+\\.\\d+', '😀|日'];
/** What is not in the language. */
const MALFORMED: readonly Condition[] = [
  { id: { $regex: '[' } },
  { n: { $near: 1 } },
  { country: { $in: 'de' } },
  { tags: { $all: 'a' } },
  { $or: 'x' },
  { $and: { a: 1 } },
];
const URLS = [
  'https://www.example.com/',
  'https://www.example.com/a/b?x=1&y=ü#top',
  'http://localhost:3000/a/?e0=1',
  'https://example.com/a?e1=2&e1=0#e0=1',
  'https://example.com/?f0=1&f1=9',
  'https://example.com/A/B/?X=1&e0=01',
  'https://example.com?flag-ü=1',
  'https://example.com/#?e0=1',
  'https://example.com/a?e2=-1&e0=x',
  '',
  'https://example.com/x?f.4=0',
  'https://example.com/a%20b/?q=a%20b+c',
  'https://sub.example.com:8443/a.b/c?e0',
  'https://example.com/?a?e0=1',
  'https://example.com/a?e3=1',
];
const URL_PATTERNS = [
  '/a',
  '/a/*',
  '*',
  'example.com',
  '*.example.com/*',
  'www.example.com/a/b',
  'https://example.com/a',
  'example.com/a?x=1',
  '/a/b?y=*',
  '/#top',
  'localhost:3000/*',
  '*example*',
  '/a.b/c',
  'a',
  '/a b/?q=a b*',
  '*/a',
];
const URL_EXPRESSIONS = ['^/a', 'example\\.com', '^https://', '/a/b\\?x=1', '#top$', '^/$', 'a/?$'];

export const situation = (random: Random): Situation => {
  const { chance, pick, below, list } = random;
  const value = (): JsonValue => (chance(0.8) ? pick(VALUES) : pick([...LISTS, ...OBJECTS]));
  const some = <T>(share: number, make: () => T): T | undefined =>
    chance(share) ? make() : undefined;
  const range = (): BucketRange => {
    const from = below(10) / 10;
    return [from, from + below(8) / 10];
  };

  const operators: Readonly<Record<string, (depth: number) => JsonValue>> = {
    $eq: value,
    $ne: value,
    $lt: value,
    $lte: value,
    $gt: value,
    $gte: value,
    $veq: () => pick(VERSIONS),
    $vne: () => pick(VERSIONS),
    $vlt: () => pick(VERSIONS),
    $vlte: () => pick(VERSIONS),
    $vgt: () => pick(VERSIONS),
    $vgte: () => pick(VERSIONS),
    $exists: () => pick([true, false, 1, 0]),
    $in: () => pick([...LISTS, list(3, value)]),
    $nin: () => pick([...LISTS, list(3, value)]),
    $ini: () => pick([...LISTS, list(3, value)]),
    $nini: () => pick([...LISTS, list(3, value)]),
    $inGroup: () => pick(['g0', 'g1', 'unknown']),
    $notInGroup: () => pick(['g0', 'g1', 'unknown']),
    $all: () => list(below(3), value),
    $alli: () => list(below(3), value),
    $size: (depth) => (chance(0.5) || depth > 2 ? below(4) : operatorPart(depth + 1)),
    $elemMatch: (depth) => (chance(0.5) ? operatorPart(depth + 1) : condition(depth + 1)),
    $not: (depth) => (chance(0.5) ? operatorPart(depth + 1) : value()),
    $regex: () => pick(PATTERNS),
    $regexi: () => pick(PATTERNS),
    $type: () => pick(TYPES),
  };
  const names = Object.keys(operators);
  const operatorPart = (depth: number): Condition =>
    Object.fromEntries(
      list(chance(0.8) ? 1 : 2, () => pick(names)).map((name) => [name, operators[name]!(depth)]),
    );
  const condition = (depth = 0): Condition => {
    if (chance(0.01)) return pick(MALFORMED);
    return Object.fromEntries(
      list(chance(0.7) ? 1 : below(3), () => {
        if (depth < 3 && chance(0.2)) {
          const name = pick(['$or', '$and', '$nor', '$not']);
          return [
            name,
            name === '$not' ? condition(depth + 1) : list(below(4), () => condition(depth + 1)),
          ];
        }
        return [pick(PATHS), chance(0.4) ? value() : operatorPart(depth)];
      }),
    );
  };

  const parent = (): ParentCondition => ({
    id: pick([...FLAGS, 'unknown']),
    condition: chance(0.5)
      ? {
          value: pick<Condition[string]>([
            true,
            null,
            'a',
            1,
            { $exists: true },
            { $ne: null },
            { $inGroup: 'g0' },
          ]),
        }
      : chance(0.5)
        ? {}
        : { value: { $in: ['a', 'b', 'c', 0, 1, 2, true] } },
    ...(chance(0.3) && { gate: true }),
  });
  const parents = () => list(chance(0.8) ? 1 : 2, parent);
  const filter = () => ({
    seed: pick(SEEDS),
    ranges: list(1 + below(2), range),
    ...(chance(0.5) && { hashVersion: pick([1, 2, 2, 2, 3]) }),
    ...(chance(0.4) && { attribute: pick(ATTRIBUTES) }),
  });
  const shared = (): FeatureRule => ({
    ...(chance(0.8) && { id: `r${below(100)}` }),
    ...(chance(0.4) && { condition: condition() }),
    ...(chance(0.15) && { parentConditions: parents() }),
    ...(chance(0.15) && { filters: list(below(3), filter) }),
    ...(chance(0.5) && { hashAttribute: pick(ATTRIBUTES) }),
    ...(chance(0.4) && { fallbackAttribute: pick(ATTRIBUTES) }),
    ...(chance(0.7) && { hashVersion: pick([1, 2, 2, 2, 3]) }),
    ...(chance(0.4) && { seed: pick(SEEDS) }),
    ...(chance(0.2) && { disableStickyBucketing: chance(0.7) }),
  });
  const forced = (): FeatureRule => ({
    ...shared(),
    force: value(),
    ...(chance(0.4) && { coverage: pick([0, 0.1, 0.5, 0.9, 1, 0.416, 2, -1]) }),
    ...(chance(0.2) && { range: range() }),
    ...(chance(0.1) && { key: 'e0' }),
  });
  const experiment = (): FeatureRule => {
    const count = chance(0.05) ? 1 : 2 + below(2);
    const isPassing = chance(0.2);
    return {
      ...shared(),
      variations: list(count, (index) => (chance(0.3) ? value() : 'abc'[index]!)),
      ...(chance(0.6) && { key: pick(['e0', 'e1', 'e2']) }),
      ...(chance(0.4) && { coverage: pick([0, 0.1, 0.5, 0.9, 1, 2, -1]) }),
      ...(chance(0.4) && {
        weights: pick([
          [0.5, 0.5],
          [0.9, 0.1],
          [0.2, 0.3, 0.5],
          [0.5, 0.4],
          [0.33, 0.33, 0.33],
          [0.5, 0.495],
          [0.5, 0.485],
          [1, 0],
          [],
        ]),
      }),
      ...(chance(0.3) && { ranges: list(chance(0.8) ? count : 1, range) }),
      ...(chance(0.2) && { namespace: [pick(['ns', 'ü']), ...range()] as const }),
      ...(chance(0.7) && {
        meta: list(count, (index) => ({
          ...(chance(0.9) && { key: `v${index}` }),
          ...(isPassing && chance(0.7) && { passthrough: true }),
        })),
      }),
      ...(chance(0.3) && { bucketVersion: below(4) }),
      ...(chance(0.2) && { minBucketVersion: below(4) }),
      ...(chance(0.3) && { phase: '1', name: 'n' }),
    };
  };
  const feature = (): Feature => ({
    ...(chance(0.9) && { defaultValue: value() }),
    ...(chance(0.95) && {
      rules: list(below(4), () =>
        chance(0.03) ? { id: 'empty' } : chance(0.5) ? forced() : experiment(),
      ),
    }),
  });
  const attributes = (): Record<string, JsonValue> => ({
    ...(chance(0.9) && { id: chance(0.5) ? `user-${below(1e6)}` : pick(IDS) }),
    ...(chance(0.6) && { user_id: chance(0.5) ? `ü${below(1e6)}` : pick(IDS) }),
    ...(chance(0.6) && { anonymous_id: pick(IDS) }),
    ...(chance(0.3) && { company: pick(IDS) }),
    ...(chance(0.8) && { country: pick<JsonValue>(['de', 'DE', 'ü', 'a', null]) }),
    ...(chance(0.8) && { n: value() }),
    ...(chance(0.8) && { tags: pick([...LISTS, 'a']) }),
    ...(chance(0.8) && { version: pick(VERSIONS) }),
    ...(chance(0.7) && { deep: { a: value(), list: pick(LISTS) } }),
    ...(chance(0.3) && { flag: chance(0.5) }),
    ...(chance(0.5) && { items: list(below(3), () => pick([...OBJECTS, 0, '', null, false])) }),
  });
  const patterns = () =>
    list(below(4), () => ({
      include: chance(0.7),
      ...(chance(0.6)
        ? { type: 'simple' as const, pattern: pick(URL_PATTERNS) }
        : { type: 'regex' as const, pattern: pick(URL_EXPRESSIONS) }),
    }));
  const variation = () => below(4) - 1;
  const record = <T>(keys: readonly string[], make: () => T): Record<string, T> =>
    Object.fromEntries(keys.filter(() => chance(0.3)).map((key) => [key, make()]));
  const keysOfExperiments = [ALONE, 'e0', 'e1', 'e2', ...FLAGS];
  const given = attributes();
  const units = ATTRIBUTES.flatMap((name) => {
    const value = given[name];
    return value && typeof value !== 'object' ? [`${name}||${value}`] : [];
  });
  const { force: _, ...alone } = experiment();

  return {
    document: {
      features: Object.fromEntries(FLAGS.map((key) => [key, feature()])),
      savedGroups: { g0: ['a', 'de', 1, 'user-17', 'ü'], g1: list(3, value) },
    },
    experiment: {
      ...alone,
      key: ALONE,
      variations: alone.variations ?? [],
      ...(chance(0.2) && { status: pick(['draft', 'running', 'stopped'] as const) }),
      ...(chance(0.1) && { active: chance(0.5) }),
      ...(chance(0.1) && { force: variation() }),
      ...(chance(0.5) && { urlPatterns: patterns() }),
    },
    attributes: given,
    attributeOverrides: some(0.15, attributes) ?? {},
    url: pick(URLS),
    forcedValues: some(0.1, () => record([...FLAGS, 'unknown'], value)) ?? {},
    forcedVariations: some(0.1, () => record(keysOfExperiments, variation)) ?? {},
    sticky:
      some(0.5, () =>
        record(units, () =>
          record(
            keysOfExperiments.flatMap((key) => [0, 1, 2, 3].map((version) => `${key}__${version}`)),
            () => pick(['v0', 'v1', 'v2', 'v9', '0', '1']),
          ),
        ),
      ) ?? null,
    isQa: chance(0.05),
  };
};
