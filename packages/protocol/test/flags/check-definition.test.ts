import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  checkDefinition,
  checkRemoval,
  compile,
  FLAG_LIMITS,
  timesOf,
  usesOf,
  type Surroundings,
} from '../../src/flags/definitions.js';
import type { DefinitionKind, RuleDefinition } from '../../src/flags/index.js';
import { experimentOf, flagOf, groups, segments } from './definition-samples.js';

const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  flags: [],
  experiments: [experimentOf()],
  segments,
  groups,
  environments: ['production', 'staging'],
  ...more,
});
const faultsOf = (kind: DefinitionKind, definition: unknown, more: Partial<Surroundings> = {}) =>
  checkDefinition({ kind, definition }, around(more));
const pathsOf = (...asked: Parameters<typeof faultsOf>) =>
  faultsOf(...asked).map(({ path }) => path);
const rule = (more: Partial<RuleDefinition>): RuleDefinition => ({
  id: 'r',
  serve: { variant: 'new' },
  ...more,
});
const serving = (more: object) => flagOf([rule(more)]);
const IN_RULE = 'environments.production.rules[0]';

describe('given a definition that is right', () => {
  it('has no faults', () => {
    const flag = flagOf(
      [
        rule({
          condition: {
            plan: 'pro',
            'company.size': { $gte: 10, $lt: 50 },
            version: { $vgte: '2.1.0' },
            tags: { $elemMatch: { $regexi: '^beta' }, $size: { $gt: 0 } },
            $or: [{ email: { $regex: '@acme\\.com$' } }, { id: { $inGroup: 'staff' } }],
            $not: { $inSegment: 'germans' },
            signed_up: { $after: '-30d', $before: '2026-12-01T00:00:00Z' },
            address: { city: 'Köln' },
            $visits: { $gt: 3 },
            '$session_events.add_to_cart': { $exists: true },
          },
          segments: { all: ['germans'], none: ['buyers'] },
          schedule: { from: '2026-03-01T00:00:00+01:00', to: '2026-04-01T00:00:00Z' },
          requires: [{ flag: 'other', variants: ['new'], gate: true }],
        }),
        { id: 'test', experiment: 'shorter' },
      ],
      { off: 'new', tags: ['page'], description: 'The page.' },
    );
    expect(faultsOf('flag', flag, { flags: [flagOf([], { key: 'other' })] })).toEqual([]);
    expect(faultsOf('experiment', experimentOf())).toEqual([]);
    for (const segment of segments) expect(faultsOf('segment', segment)).toEqual([]);
    for (const group of groups) expect(faultsOf('group', group)).toEqual([]);
  });
});

describe('given a bad rule', () => {
  it('is explained by its path', () => {
    const bad = { plan: { $gtt: 3 } };
    const flag = flagOf([rule({}), rule({ id: 's' }), rule({ id: 't', condition: bad })]);
    const [fault] = faultsOf('flag', flag);
    expect(fault?.path).toBe('environments.production.rules[2].condition.plan.$gtt');
    expect(fault?.message).toMatch(/^"\$gtt" is no operator\. There are \$eq, \$ne, /);
  });

  it.each<[string, unknown, string]>([
    ['an operator of nobody', { a: { $foo: 1 } }, 'a.$foo'],
    ['an operator at the top', { $gt: 3 }, '$gt'],
    ['an unknown runtime attribute', { $visit: 3 }, '$visit'],
    ['operators beside plain keys', { a: { $gt: 1, b: 2 } }, 'a.b'],
    ['a combination without a list', { $or: { a: 1 } }, '$or'],
    ['an empty combination', { $and: [] }, '$and'],
    [
      'a fault deep inside',
      { $and: [{ a: 1 }, { $nor: [{ b: { $not: { $x: 1 } } }] }] },
      '$and[1].$nor[0].b.$not.$x',
    ],
    ['no condition in a combination', { $or: ['a'] }, '$or[0]'],
    ['a list that is none', { a: { $in: 'x' } }, 'a.$in'],
    ['equality with an object', { a: { $eq: { b: 1 } } }, 'a.$eq'],
    ['a comparison with true', { a: { $gt: true } }, 'a.$gt'],
    ['a version that is a number', { a: { $veq: 1 } }, 'a.$veq'],
    ['a bad pattern', { a: { $regex: '(' } }, 'a.$regex'],
    ['a pattern without bounds', { a: { $regexi: '(a+)+$' } }, 'a.$regexi'],
    // A tracking plan's bound would let it pass.
    [
      'a pattern that the evaluator passes over',
      { a: { $regex: '\\w{1,20}(\\w)\\d?(\\w)?[a-z]a{1,20}@(a|b)' } },
      'a.$regex',
    ],
    ['a time without its zone', { a: { $before: '2026-01-01T00:00:00' } }, 'a.$before'],
    ['a time that is none', { a: { $after: 'soon' } }, 'a.$after'],
    ['a group that is not there', { a: { $inGroup: 'nobody' } }, 'a.$inGroup'],
    ['a segment that is not there', { $inSegment: 'nobody' }, '$inSegment'],
    ['a type of nobody', { a: { $type: 'float' } }, 'a.$type'],
    ['a size that is a text', { a: { $size: '1' } }, 'a.$size'],
    ['a condition on members that is none', { a: { $elemMatch: 3 } }, 'a.$elemMatch'],
    ['a fault in members', { a: { $elemMatch: { b: { $x: 1 } } } }, 'a.$elemMatch.b.$x'],
  ])('names %s', (_title, condition, path) => {
    expect(pathsOf('flag', serving({ condition }))).toEqual([`${IN_RULE}.condition.${path}`]);
    expect(pathsOf('segment', { key: 's', condition })).toEqual([`condition.${path}`]);
  });

  it.each<[string, object, string]>([
    ['an unknown variant', { serve: { variant: 'newer' } }, '.serve.variant'],
    ['a percentage over 100', { serve: { variant: 'new', percent: 101 } }, '.serve.percent'],
    [
      'a split of an unknown variant',
      {
        serve: undefined,
        split: [
          { variant: 'new', weight: 1 },
          { variant: 'x', weight: 1 },
        ],
      },
      '.split[1].variant',
    ],
    [
      'weights of nothing',
      {
        serve: undefined,
        split: [
          { variant: 'new', weight: 0 },
          { variant: 'old', weight: 0 },
        ],
      },
      '.split',
    ],
    [
      'a negative weight',
      {
        serve: undefined,
        split: [
          { variant: 'new', weight: -1 },
          { variant: 'old', weight: 2 },
        ],
      },
      '.split[0].weight',
    ],
    ['an unknown experiment', { serve: undefined, experiment: 'nobody' }, '.experiment'],
    [
      'a unit beside an experiment',
      { serve: undefined, experiment: 'shorter', unit: 'device' },
      '.unit',
    ],
    ['nothing to serve', { serve: undefined }, ''],
    ['two things to serve', { experiment: 'shorter' }, ''],
    ['an unknown segment', { segments: { any: ['germans', 'x'] } }, '.segments.any[1]'],
    ['an unknown flag', { requires: [{ flag: 'x', variants: ['on'] }] }, '.requires[0].flag'],
    ['itself', { requires: [{ flag: 'checkout', variants: ['new'] }] }, '.requires'],
    ['no variants', { requires: [{ flag: 'x', variants: [] }] }, '.requires[0].variants'],
    ['a time that is none', { schedule: { from: '2026-13-01T00:00:00Z' } }, '.schedule.from'],
    ['a time without its zone', { schedule: { to: '2026-03-01' } }, '.schedule.to'],
    [
      'an end before the beginning',
      { schedule: { from: '2026-03-01T00:00:00Z', to: '2026-02-01T00:00:00Z' } },
      '.schedule.to',
    ],
    ['a member of nobody', { servce: {} }, '.servce'],
  ])('names %s', (_title, more, path) => {
    const definition = JSON.parse(JSON.stringify(serving(more))) as unknown;
    expect(pathsOf('flag', definition)).toEqual([IN_RULE + path]);
  });
});

describe('given a bad flag', () => {
  it.each<[string, object, string]>([
    ['a value of another type', { variants: { old: 'x', new: 1 } }, 'variants.new'],
    ['an unknown default', { default: 'x' }, 'default'],
    ['an unknown off', { off: 'x' }, 'off'],
    [
      'an unknown environment',
      { environments: { moon: { isOn: true, rules: [] } } },
      'environments.moon',
    ],
    [
      'two rules of one id',
      { environments: { staging: { isOn: true, rules: [rule({}), rule({})] } } },
      'environments.staging.rules[1].id',
    ],
    ['a key with a slash', { key: 'a/b' }, 'key'],
    ['a key that is an address of ours', { key: 'evaluate' }, 'key'],
    ['a key of an object’s own', { key: '__proto__' }, 'key'],
    ['no variants', { variants: {} }, 'variants'],
    ['a type of nobody', { type: 'date' }, 'type'],
    ['a list for an object', { environments: [] }, 'environments'],
    ['no switch', { environments: { production: { rules: [] } } }, 'environments.production.isOn'],
  ])('names %s', (_title, more, path) => {
    expect(pathsOf('flag', { ...flagOf(), ...more })).toEqual([path]);
  });

  it('may not require another that requires it in the same environment, by however many steps', () => {
    const requires = (key: string, other: string, environment = 'production') =>
      flagOf([], {
        key,
        environments: {
          [environment]: {
            isOn: true,
            rules: [rule({ requires: [{ flag: other, variants: ['new'] }] })],
          },
        },
      });
    const others = [requires('b', 'c'), requires('c', 'a')];
    const flags = [flagOf([], { key: 'a' }), ...others];
    expect(faultsOf('flag', requires('a', 'b'), { flags })).toEqual([
      { path: `${IN_RULE}.requires`, message: 'goes round in a circle: a → b → c → a' },
    ]);
    expect(faultsOf('flag', requires('a', 'b', 'staging'), { flags })).toEqual([]);
  });

  it('may not lose a variant that others require, or that an experiment deals', () => {
    const other = flagOf([rule({ requires: [{ flag: 'lost', variants: ['new'] }] })]);
    const lost = flagOf([], { key: 'lost', variants: { old: 'x' } });
    expect(faultsOf('flag', lost, { flags: [other] })).toEqual([
      { path: 'variants', message: `lacks "new", which flag checkout requires (${IN_RULE})` },
    ]);
    const runs = flagOf([{ id: 'r', experiment: 'shorter' }], { variants: { old: 'x' } });
    expect(pathsOf('flag', runs)).toEqual([`${IN_RULE}.experiment`]);
    const numbers = flagOf([{ id: 'r', experiment: 'shorter' }], {
      type: 'number',
      variants: { old: 1, new: 2 },
    });
    const texts = experimentOf({
      variants: [
        { key: 'old', range: [0, 0.5] },
        { key: 'x', value: 'x', range: [0.5, 1] },
      ],
    });
    expect(pathsOf('flag', numbers, { experiments: [texts] })).toEqual([`${IN_RULE}.experiment`]);
    expect(pathsOf('experiment', texts, { flags: [numbers] })).toEqual(['variants[1]']);
  });
});

describe('given a bad experiment', () => {
  const variants = (...ranges: [number, number][]) =>
    ranges.map((range, index) => ({ key: `v${index}`, range }));
  it.each<[string, object, string]>([
    ['ranges over one another', { variants: variants([0, 0.6], [0.5, 1]) }, 'variants[1].range'],
    ['a range outside', { variants: variants([0, 0.5], [0.5, 1.1]) }, 'variants[1].range'],
    [
      'a range the wrong way round',
      { variants: variants([0.5, 0], [0.5, 1]) },
      'variants[0].range',
    ],
    [
      'half a range',
      {
        variants: [
          { key: 'a', range: [0] },
          { key: 'b', range: [0, 1] },
        ],
      },
      'variants[0].range',
    ],
    ['one variant', { variants: variants([0, 1]) }, 'variants'],
    [
      'the same variant twice',
      {
        variants: [
          { key: 'a', range: [0, 0.1] },
          { key: 'a', range: [0.2, 1] },
        ],
      },
      'variants[1].key',
    ],
    ['running without a phase', { phases: [] }, 'phases'],
    [
      'running in a phase that has ended',
      {
        phases: [
          {
            key: '1',
            seed: 's',
            started_at: '2026-01-01T00:00:00Z',
            ended_at: '2026-01-02T00:00:00Z',
          },
        ],
      },
      'phases',
    ],
    ['a winner while it runs', { winner: 'new' }, 'winner'],
    ['an unknown winner', { status: 'stopped', winner: 'x' }, 'winner'],
    ['a bucket version that nobody has', { minBucketVersion: 2 }, 'minBucketVersion'],
    ['an unknown holdout', { holdout: 'x' }, 'holdout'],
    ['itself as its holdout', { holdout: 'shorter' }, 'holdout'],
    [
      'layers over one another',
      {
        layer: {
          name: 'l',
          ranges: [
            [0, 0.5],
            [0.4, 1],
          ],
        },
      },
      'layer.ranges[1]',
    ],
    [
      'a sum of nothing',
      { metrics: { goals: [{ key: 'm', kind: 'sum', event: 'e' }] } },
      'metrics.goals[0].property',
    ],
    [
      'a ratio without a denominator',
      { metrics: { goals: [{ key: 'm', kind: 'ratio', event: 'e' }] } },
      'metrics.goals[0].denominator',
    ],
    [
      'a count of a property',
      { metrics: { goals: [{ key: 'm', kind: 'count', event: 'e', property: 'p' }] } },
      'metrics.goals[0].property',
    ],
    [
      'a metric twice',
      {
        metrics: {
          goals: [{ key: 'm', kind: 'count', event: 'e' }],
          guardrails: [{ key: 'm', kind: 'count', event: 'f' }],
        },
      },
      'metrics.guardrails[0].key',
    ],
  ])('names %s', (_title, more, path) => {
    expect(pathsOf('experiment', { ...experimentOf(), ...more })).toEqual([path]);
  });

  it('may not lie over another that is running in its layer, nor be dealt by another unit there', () => {
    const layer = { name: 'page', ranges: [[0, 0.5]] as const };
    const other = experimentOf({ key: 'other', layer: { name: 'page', ranges: [[0.4, 1]] } });
    const at = (experiments: Surroundings['experiments']) =>
      pathsOf('experiment', experimentOf({ layer }), { experiments });
    expect(at([other])).toEqual(['layer.ranges[0]']);
    expect(at([{ ...other, status: 'stopped' }])).toEqual([]);
    expect(at([{ ...other, layer: { name: 'else', ranges: [[0, 1]] } }])).toEqual([]);
    const apart = { name: 'page', ranges: [[0.5, 1]] as const };
    expect(at([{ ...other, layer: apart }])).toEqual([]);
    expect(at([{ ...other, layer: apart, unit: 'device' }])).toEqual(['unit']);
  });

  it('may not have a holdout that has one', () => {
    const outer = experimentOf({ key: 'outer' });
    const inner = experimentOf({ key: 'inner', holdout: 'outer' });
    const experiments = [outer, inner];
    expect(pathsOf('experiment', experimentOf({ holdout: 'inner' }), { experiments })).toEqual([
      'holdout',
    ]);
    const uses = experimentOf({ key: 'uses', holdout: 'inner' });
    expect(pathsOf('experiment', inner, { experiments: [outer, uses] })).toEqual(['holdout']);
  });
});

describe('given a bad segment or group', () => {
  it.each<[DefinitionKind, unknown, string]>([
    ['segment', { key: 's' }, ''],
    ['segment', { ...segments[2], condition: {} }, 'did'],
    ['segment', { key: 's', did: [{ event: 'e', withinDays: 0 }] }, 'did[0].withinDays'],
    [
      'segment',
      { key: 's', did: [{ event: 'e', withinDays: 1, atLeast: 3, atMost: 2 }] },
      'did[0].atMost',
    ],
    ['segment', { key: 's', did: [{ event: '$identify', withinDays: 1 }] }, 'did[0].event'],
    ['segment', { key: 's', did: [{ event: '', withinDays: 1 }] }, 'did[0].event'],
    ['segment', { key: 'germans', condition: { $inSegment: 'german-staff' } }, 'condition'],
    ['group', { key: 'g', values: [true] }, 'values[0]'],
    ['group', { key: 'g', values: ['x'.repeat(201)] }, 'values[0]'],
    ['group', { key: 'g' }, 'values'],
  ])('names what is wrong with a %s: %j', (kind, definition, path) => {
    expect(pathsOf(kind, definition)).toEqual([path]);
  });
});

describe('given segments of what people did', () => {
  const did = [{ event: 'bought', withinDays: 7 }];
  it('takes fifty of them, and new versions of those', () => {
    const fifty = Array.from({ length: 50 }, (_, index) => ({ key: `s${index}`, did }));
    expect(pathsOf('segment', { key: 's', did }, { segments: fifty })).toEqual(['did']);
    expect(pathsOf('segment', { key: 's', did }, { segments: fifty.slice(1) })).toEqual([]);
    expect(pathsOf('segment', { key: 's7', did }, { segments: fifty })).toEqual([]);
    expect(
      pathsOf('segment', { key: 's', condition: { plan: 'pro' } }, { segments: fifty }),
    ).toEqual([]);
  });

  it('takes whoever did it at most so often for people who need not have done it', () => {
    expect(timesOf({ event: 'e', withinDays: 1 })).toEqual({ atLeast: 1, atMost: Infinity });
    expect(timesOf({ event: 'e', withinDays: 1, atMost: 0 })).toEqual({ atLeast: 0, atMost: 0 });
    expect(pathsOf('segment', { key: 's', did: [{ ...did[0], atMost: 0 }] })).toEqual([]);
  });
});

describe('given anything at all', () => {
  it.each([null, 1, 'x', [], {}, undefined, () => 1])('says that %s is none', (definition) => {
    for (const kind of ['flag', 'experiment', 'segment', 'group'] as const)
      expect(faultsOf(kind, definition).length).toBeGreaterThan(0);
  });

  it('is bounded in size, depth and width', () => {
    let deep: object = { a: 1 };
    for (let level = 0; level < 3_000; level += 1) {
      deep = { $not: deep };
      if (level !== 20 && level !== 2_999) continue;
      expect(faultsOf('segment', { key: 's', condition: deep })[0]?.message).toMatch(/levels deep/);
    }
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`a${n}`, 1]));
    expect(faultsOf('segment', { key: 's', condition: wide })[0]?.message).toMatch(/1000 members/);
    const long = { key: 's', description: 'x'.repeat(FLAG_LIMITS.definitionLength) };
    expect(faultsOf('segment', long)[0]?.message).toMatch(/characters; the limit is/);
    const many = flagOf(Array.from({ length: 90 }, () => rule({ serve: { variant: 'x' } })));
    expect(faultsOf('flag', many)).toHaveLength(20);
  });
});

describe('given what is to be archived', () => {
  it('says who uses it', () => {
    const definitions = around({
      flags: [
        flagOf([
          rule({
            requires: [{ flag: 'other', variants: ['new'] }],
            segments: { any: ['germans'] },
          }),
          { id: 'test', experiment: 'shorter', condition: { a: { $inGroup: 'staff' } } },
        ]),
      ],
      experiments: [experimentOf(), experimentOf({ key: 'x', holdout: 'held' })],
    });
    const used = (kind: DefinitionKind, key: string) =>
      checkRemoval({ kind, key }, definitions).map(({ message }) => message);
    expect(used('flag', 'other')).toEqual([
      `is required by flag checkout (${IN_RULE}). Change that first`,
    ]);
    expect(used('flag', 'checkout')).toEqual([]);
    expect(used('experiment', 'shorter')).toHaveLength(1);
    expect(used('experiment', 'held')).toEqual([
      'is the holdout of experiment x. Change that first',
    ]);
    expect(used('segment', 'germans')).toHaveLength(2);
    expect(used('segment', 'buyers')).toEqual([]);
    expect(used('group', 'staff')).toHaveLength(2);
    expect(used('group', 'unused')).toEqual([]);
  });

  it('takes nothing of another kind for it that is called the same', () => {
    const namesakes = around({
      flags: [flagOf([], { key: 'germans' })],
      experiments: [experimentOf({ key: 'germans' })],
      segments: [...segments, { key: 'near', condition: { $inSegment: 'germans' } }],
      groups: [...groups, { key: 'germans', values: [] }],
    });
    const users = (kind: DefinitionKind) =>
      usesOf({ kind, key: 'germans' }, namesakes).map(({ key }) => key);
    expect(users('segment')).toContain('near');
    for (const kind of ['flag', 'experiment', 'group'] as const) expect(users(kind)).toEqual([]);
  });

  it('knows each rule that names it, and where that stands', () => {
    const flag = flagOf([
      rule({ id: 'a', segments: { none: ['germans'] } }),
      rule({ id: 'b' }),
      rule({ id: 'c', condition: { $not: { $inSegment: 'germans' } } }),
    ]);
    expect(usesOf({ kind: 'segment', key: 'germans' }, around({ flags: [flag] }))).toMatchObject([
      { kind: 'flag', key: 'checkout', as: 'named', rule: { id: 'a', index: 0, path: IN_RULE } },
      { kind: 'flag', key: 'checkout', as: 'named', rule: { id: 'c', index: 2 } },
      { kind: 'segment', key: 'german-staff', as: 'named' },
    ]);
  });
});

describe('given the published schemas', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  const read = (name: string): object =>
    JSON.parse(
      readFileSync(new URL(`../../schemas/${name}.json`, import.meta.url), 'utf8'),
    ) as object;
  const validators = Object.fromEntries(
    (['flag', 'experiment', 'segment', 'group'] as const).map((kind) => [
      kind,
      ajv.compile(read(`${kind}-definition`)),
    ]),
  );
  const full = {
    flag: flagOf(
      [
        rule({
          description: 'd',
          condition: {},
          segments: { all: ['germans'], any: ['germans'], none: ['buyers'] },
          schedule: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
          requires: [{ flag: 'other', variants: ['new'], gate: true }],
          serve: { variant: 'new', percent: 5 },
          unit: 'device',
        }),
        {
          id: 's',
          split: [
            { variant: 'old', weight: 1 },
            { variant: 'new', weight: 1 },
          ],
        },
        { id: 'e', experiment: 'shorter' },
      ],
      { off: 'old', tags: ['t'], description: 'd' },
    ),
    experiment: experimentOf({
      name: 'n',
      unit: 'device',
      sticky: true,
      bucketVersion: 1,
      minBucketVersion: 1,
      layer: { name: 'l', ranges: [[0, 1]] },
      holdout: 'held',
      plannedUnits: 10,
      metrics: {
        goals: [
          {
            key: 'm',
            kind: 'ratio',
            event: 'e',
            property: 'p',
            denominator: { event: 'f', property: 'q' },
            windowHours: 24,
            better: 'down',
          },
        ],
        secondary: [],
        guardrails: [],
      },
    }),
    segment: segments[2],
    group: { key: 'g', description: 'd', values: ['a', 1] },
  };
  const more: Partial<Surroundings> = {
    flags: [flagOf([], { key: 'other' })],
    experiments: [experimentOf(), experimentOf({ key: 'held' })],
  };

  it('take what the check takes', () => {
    for (const [kind, definition] of Object.entries(full)) {
      expect(faultsOf(kind as DefinitionKind, definition, more)).toEqual([]);
      validators[kind]?.(definition);
      expect(validators[kind]?.errors ?? []).toEqual([]);
    }
  });

  it('refuse, as the check does, whatever has a member too many, too few or of another kind', () => {
    let tried = 0;
    for (const [kind, definition] of Object.entries(full)) {
      for (const broken of brokenFormsOf(definition)) {
        tried += 1;
        const faults = faultsOf(kind as DefinitionKind, broken, more);
        if (validators[kind]?.(broken) === false)
          expect(faults, JSON.stringify(broken)).not.toEqual([]);
      }
    }
    expect(tried).toBeGreaterThan(300);
  });

  it('describe the document that is made of them', () => {
    const { flag, experiment } = full;
    const document = compile({
      flags: [flag, ...(more.flags ?? [])],
      experiments: [experiment, ...(more.experiments ?? [])],
      segments,
      groups,
      environment: 'production',
      revision: 1,
      now: 0,
    });
    const validate = ajv.compile(read('flag-document'));
    validate(JSON.parse(JSON.stringify(document)));
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ features: [] })).toBe(false);
  });

  /** The value with, at each place, nothing, another kind of value, and one member more. */
  function* brokenFormsOf(value: unknown): Generator {
    yield* [7, 'text', null, [], {}, true].filter((each) => typeof each !== typeof value);
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const [index, each] of value.entries())
        for (const broken of brokenFormsOf(each)) yield value.with(index, broken);
      return;
    }
    yield { ...value, unheard_of: 1 };
    for (const [key, each] of Object.entries(value)) {
      const { [key]: _left, ...rest } = value as Record<string, unknown>;
      yield rest;
      for (const broken of brokenFormsOf(each)) yield { ...value, [key]: broken };
    }
  }
});
