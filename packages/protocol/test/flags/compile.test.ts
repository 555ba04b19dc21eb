import { describe, expect, it } from 'vitest';
import {
  compile,
  forGrowthBook,
  startExperiment,
  stopExperiment,
  type Definitions,
} from '../../src/flags/definitions.js';
import {
  evaluate,
  type ExperimentDefinition,
  type FlagDefinition,
  type StickyAssignments,
} from '../../src/flags/index.js';
import { experimentOf, flagOf, groups, segments } from './definition-samples.js';

const compiled = (definitions: Partial<Definitions>, environment = 'production') =>
  compile({
    flags: [],
    experiments: [],
    segments,
    groups,
    ...definitions,
    environment,
    revision: 3,
  });
const rulesOf = (flag: FlagDefinition, experiments: readonly ExperimentDefinition[] = []) =>
  compiled({ flags: [flag], experiments }).features[flag.key]?.rules;

/** Nothing is remembered, and yet the device stands in for a person who is not known. */
const forgetful: StickyAssignments = { read: () => null, write: () => {} };
const people = Array.from({ length: 2_000 }, (_, number) => `person-${number}`);
const verdictsOf = (flag: FlagDefinition, experiments: readonly ExperimentDefinition[] = []) => {
  const document = compiled({ flags: [flag], experiments });
  return people.map((user_id) =>
    evaluate(document, flag.key, { attributes: { user_id, id: user_id }, sticky: forgetful }),
  );
};

describe('given flags as people write them', () => {
  it('writes each rule with all that its hash depends on', () => {
    const flag = flagOf([
      { id: 'staff', serve: { variant: 'new' }, condition: { email: { $inGroup: 'staff' } } },
      { id: 'some', serve: { variant: 'new', percent: 7 }, unit: 'account_id' },
      {
        id: 'split',
        unit: 'device',
        split: [
          { variant: 'old', weight: 1 },
          { variant: 'new', weight: 2 },
        ],
      },
      { id: 'test', experiment: 'shorter' },
    ]);
    expect(rulesOf(flag, [experimentOf()])).toEqual([
      {
        id: 'staff',
        condition: { email: { $inGroup: 'staff' } },
        force: 'new page',
        px: { variant: 'new' },
      },
      {
        id: 'some',
        force: 'new page',
        hashAttribute: 'account_id',
        hashVersion: 2,
        seed: 'checkout/some',
        range: [0, 0.07],
        px: { variant: 'new' },
      },
      {
        id: 'split',
        key: 'checkout/split',
        hashAttribute: 'anonymous_id',
        hashVersion: 2,
        seed: 'checkout/split',
        variations: ['old page', 'new page'],
        ranges: [
          [0, 0.3333],
          [0.3333, 1],
        ],
        meta: [{ key: 'old' }, { key: 'new' }],
        px: { isRollout: true },
      },
      {
        id: 'test',
        key: 'shorter',
        hashAttribute: 'user_id',
        fallbackAttribute: 'anonymous_id',
        hashVersion: 2,
        seed: 'shorter',
        variations: ['old page', 'new page'],
        ranges: [
          [0, 0.5],
          [0.5, 1],
        ],
        meta: [{ key: 'old' }, { key: 'new' }],
        phase: '1',
      },
    ]);
  });

  it('serves the off variant, and no rule, where the flag is off or the environment is not named', () => {
    const flag = flagOf([{ id: 'all', serve: { variant: 'new' } }], { off: 'new' });
    const off = { defaultValue: 'new page', px: { variant: 'new' } };
    expect(compiled({ flags: [flag] }, 'staging').features).toEqual({ checkout: off });
    const { environments, ...rest } = flag;
    const turnedOff = {
      ...rest,
      environments: { production: { isOn: false, rules: environments['production']!.rules } },
    };
    expect(compiled({ flags: [turnedOff] }).features).toEqual({ checkout: off });
    expect(compiled({ flags: [flag] }).features['checkout']?.rules).toHaveLength(1);
  });

  it('takes along the segments and groups that rules name, also by way of others, and no more', () => {
    const flag = flagOf([
      {
        id: 'r',
        serve: { variant: 'new' },
        segments: { any: ['german-staff', 'buyers'] },
        schedule: { from: '2026-03-01T00:00:00Z' },
      },
    ]);
    const document = compiled({ flags: [flag] });
    expect(document).toEqual({
      features: {
        checkout: {
          defaultValue: 'old page',
          rules: [
            {
              id: 'r',
              force: 'new page',
              px: {
                schedule: { from: '2026-03-01T00:00:00Z' },
                segments: { any: ['german-staff', 'buyers'] },
                variant: 'new',
              },
            },
          ],
          px: { variant: 'old' },
        },
      },
      savedGroups: { staff: ['ada@example.com'] },
      px: {
        revision: 3,
        environment: 'production',
        segments: {
          'german-staff': { $inSegment: 'germans', email: { $inGroup: 'staff' } },
          germans: { country: 'DE' },
        },
        computedSegments: ['buyers'],
      },
    });
    const at = {
      now: Date.parse('2026-03-02T00:00:00Z'),
    };
    const of = (attributes: object) =>
      evaluate(document, 'checkout', { attributes: { ...attributes }, ...at }).value;
    expect(of({ country: 'DE', email: 'ada@example.com' })).toBe('new page');
    expect(of({ country: 'FR', email: 'ada@example.com' })).toBe('old page');
    expect(of({ $segments: ['buyers'] })).toBe('new page');
  });

  it('names the segments that the backend computes where a condition reads the attribute itself', () => {
    const condition = { $segments: { $elemMatch: { $eq: 'buyers' } } };
    const flag = flagOf([{ id: 'r', serve: { variant: 'new' }, condition }]);
    expect(compiled({ flags: [flag] }).px?.computedSegments).toEqual(['buyers']);
    expect(compiled({ flags: [flagOf([])] }).px).not.toHaveProperty('computedSegments');
  });

  it('leaves a rule for those outside of a computed segment alone until it is known who is in it', () => {
    const flag = flagOf([{ id: 'r', serve: { variant: 'new' }, segments: { none: ['buyers'] } }]);
    const document = compiled({ flags: [flag] });
    const of = (attributes: object) =>
      evaluate(document, 'checkout', { attributes: { ...attributes } }).value;
    expect(of({})).toBe('old page');
    expect(of({ $segments: ['buyers'] })).toBe('old page');
    expect(of({ $segments: [] })).toBe('new page');
  });

  it('asks for another flag’s variants by their values, lists and objects too', () => {
    const plain = flagOf([], { key: 'plain' });
    const json = flagOf([], {
      key: 'json',
      type: 'json',
      variants: { old: { a: [1] }, new: [2], none: null },
    });
    const requires = [
      { flag: 'plain', variants: ['old'] },
      { flag: 'json', variants: ['old', 'none'], gate: true },
    ];
    const flag = flagOf([{ id: 'r', serve: { variant: 'new' }, requires }]);
    const document = compiled({ flags: [flag, plain, json] });
    expect(document.features['checkout']?.rules?.[0]?.parentConditions).toEqual([
      { id: 'plain', condition: { value: { $eq: 'old page' } } },
      {
        id: 'json',
        condition: { $or: [{ value: { a: [1] } }, { value: { $eq: null } }] },
        gate: true,
      },
    ]);
    expect(evaluate(document, 'checkout', { attributes: {} }).value).toBe('new page');
    const other = compiled({ flags: [flag, plain, { ...json, default: 'new' }] });
    expect(evaluate(other, 'checkout', { attributes: {} })).toMatchObject({
      value: null,
      reason: 'prerequisite',
    });
    // One that is not there any more lets nobody in.
    expect(rulesOf(flag)).toBeUndefined();
  });

  it('deals a share, a split and an experiment as they say', () => {
    const share = (of: string, flag: FlagDefinition) =>
      verdictsOf(flag, [experimentOf()]).filter(({ value }) => value === of).length / people.length;
    const some = flagOf([{ id: 'r', serve: { variant: 'new', percent: 20 } }]);
    expect(share('new page', some)).toBeCloseTo(0.2, 1);
    const split = flagOf([
      {
        id: 'r',
        split: [
          { variant: 'old', weight: 30 },
          { variant: 'new', weight: 10 },
        ],
      },
    ]);
    expect(share('new page', split)).toBeCloseTo(0.25, 1);
    expect(verdictsOf(split).flatMap(({ exposures }) => exposures)).toEqual([]);
    const whole = flagOf([{ id: 'r', split: [{ variant: 'new', weight: 10 }] }]);
    expect(share('new page', whole)).toBe(1);
    const test = flagOf([{ id: 'r', experiment: 'shorter' }]);
    expect(share('new page', test)).toBeCloseTo(0.5, 1);
    const anonymous = evaluate(
      compiled({ flags: [test], experiments: [experimentOf()] }),
      'checkout',
      {
        attributes: { anonymous_id: 'device' },
        sticky: forgetful,
      },
    );
    expect(anonymous.exposures[0]).toMatchObject({ unitType: 'anonymous_id', phase: '1' });
  });

  it('runs an experiment while it runs, and gives everybody the winner of one that is stopped', () => {
    const flag = flagOf([{ id: 'r', condition: { country: 'DE' }, experiment: 'shorter' }]);
    expect(rulesOf(flag, [experimentOf({ status: 'draft' })])).toBeUndefined();
    expect(rulesOf(flag, [experimentOf({ status: 'stopped' })])).toBeUndefined();
    expect(rulesOf(flag, [experimentOf({ status: 'stopped', winner: 'new' })])).toEqual([
      { id: 'r', condition: { country: 'DE' }, force: 'new page', px: { variant: 'new' } },
    ]);
    const values = experimentOf({
      variants: [
        { key: 'a', value: 'one', range: [0, 0.1] },
        { key: 'b', value: 'two', range: [0.1, 0.2] },
      ],
      sticky: false,
      bucketVersion: 2,
      minBucketVersion: 1,
    });
    expect(rulesOf(flag, [values])?.[0]).toMatchObject({
      variations: ['one', 'two'],
      meta: [{ key: 'a' }, { key: 'b' }],
      disableStickyBucketing: true,
      bucketVersion: 2,
      minBucketVersion: 1,
    });
  });

  it('keeps experiments of one layer apart', () => {
    const layer = (from: number, to: number) => ({ name: 'page', ranges: [[from, to]] as const });
    const experiments = [
      experimentOf({ layer: layer(0, 0.4) }),
      experimentOf({ key: 'longer', layer: layer(0.4, 1) }),
    ];
    const of = (key: string) =>
      verdictsOf(flagOf([{ id: 'r', experiment: key }]), experiments).map(
        ({ inExperiment }) => inExperiment,
      );
    const [first, second] = [of('shorter'), of('longer')];
    expect(first.filter(Boolean).length / people.length).toBeCloseTo(0.4, 1);
    expect(first.every((isIn, person) => isIn !== second[person])).toBe(true);
  });

  it('holds some people out of an experiment and of what came of it, and tells that they were', () => {
    const holdout = experimentOf({
      key: 'held',
      variants: [
        { key: 'held', range: [0, 0.1] },
        { key: 'free', range: [0.1, 1] },
      ],
      phases: [{ key: 'q1', seed: 'held', started_at: '2026-01-01T00:00:00Z' }],
    });
    const flag = flagOf([{ id: 'r', experiment: 'shorter' }]);
    const heldOf = (experiment: ExperimentDefinition) =>
      verdictsOf(flag, [holdout, experiment]).filter(({ experiment: by }) => by === 'held');
    const running = verdictsOf(flag, [holdout, experimentOf({ holdout: 'held' })]);
    const held = running.filter(({ experiment }) => experiment === 'held');
    expect(held.length / people.length).toBeCloseTo(0.1, 1);
    expect(
      held.every(({ value, exposures }) => value === 'old page' && exposures.length === 1),
    ).toBe(true);
    const free = running.filter(({ experiment }) => experiment === 'shorter');
    expect(free.length + held.length).toBe(people.length);
    expect(free[0]?.exposures.map(({ experiment, variant }) => [experiment, variant])).toEqual([
      ['held', 'free'],
      ['shorter', expect.any(String)],
    ]);
    const won = experimentOf({ holdout: 'held', status: 'stopped', winner: 'new' });
    expect(heldOf(won)).toHaveLength(held.length);
    expect(heldOf(experimentOf({ holdout: 'held', status: 'draft' }))).toEqual([]);
  });

  it('makes the same document of the same definitions, in whatever order they come', () => {
    const flags = [flagOf(), flagOf([], { key: 'another' })];
    const one = JSON.stringify(compiled({ flags }));
    expect(JSON.stringify(compiled({ flags: flags.toReversed() }))).toBe(one);
    const constructor = flagOf([], { variants: { old: 1 }, default: 'constructor' });
    expect(compiled({ flags: [constructor] }).features['checkout']?.defaultValue).toBeNull();
  });
});

describe('given a document for SDKs that pass over px', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  const plain = (flag: FlagDefinition) => forGrowthBook(compiled({ flags: [flag] }), { now });
  const rule = { id: 'r', serve: { variant: 'new' } } as const;

  it('writes segments into the rules that name them', () => {
    const flag = flagOf([
      {
        ...rule,
        condition: { plan: 'pro', $inSegment: 'germans' },
        segments: { all: ['german-staff'], any: ['germans'], none: ['germans'] },
      },
    ]);
    const staff = {
      $and: [{ country: 'DE' }, { email: { $inGroup: 'staff' } }],
    };
    const { document, leftOut } = plain(flag);
    expect(leftOut).toEqual([]);
    expect(document).toEqual({
      features: {
        checkout: {
          defaultValue: 'old page',
          rules: [
            {
              id: 'r',
              force: 'new page',
              condition: {
                $and: [
                  { $and: [{ country: 'DE' }, { plan: 'pro' }] },
                  staff,
                  { $or: [{ country: 'DE' }] },
                  { $nor: [{ country: 'DE' }] },
                ],
              },
            },
          ],
        },
      },
      savedGroups: { staff: ['ada@example.com'] },
    });
  });

  it.each([
    ['a time in a condition', { condition: { since: { $not: { $after: '-7d' } } } }],
    ['a segment that the backend computes', { segments: { none: ['buyers'] } }],
    ['such a segment in a condition', { condition: { $or: [{ $inSegment: 'buyers' }] } }],
  ])('leaves out a rule with %s, and says so', (_title, audience) => {
    const { document, leftOut } = plain(flagOf([{ ...rule, ...audience }]));
    expect(document.features['checkout']?.rules).toBeUndefined();
    expect(leftOut).toEqual([
      { flag: 'checkout', ruleId: 'r', reason: expect.any(String) as string },
    ]);
  });

  it('resolves schedules for the moment, and says until when that holds', () => {
    const at = (schedule: { from?: string; to?: string }) => {
      const { document, validUntil, leftOut } = plain(flagOf([{ ...rule, schedule }]));
      expect(leftOut).toEqual([]);
      return [document.features['checkout']?.rules?.length ?? 0, validUntil];
    };
    const [june, july] = ['2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'];
    expect(at({ from: june })).toEqual([1, null]);
    expect(at({ to: june })).toEqual([0, null]);
    expect(at({ from: july })).toEqual([0, Date.parse(july)]);
    expect(at({ from: june, to: july })).toEqual([1, Date.parse(july)]);
  });

  it('serves a split as values with ranges, which is no experiment, to the same people', () => {
    const flag = flagOf([
      {
        id: 'r',
        unit: 'account',
        split: [
          { variant: 'old', weight: 1 },
          { variant: 'new', weight: 1 },
        ],
      },
    ]);
    const ours = compiled({ flags: [flag] });
    const { document } = forGrowthBook(ours, { now });
    expect(document.features['checkout']?.rules).toMatchObject([
      { force: 'old page', range: [0, 0.5], seed: 'checkout/r', hashVersion: 2 },
      { force: 'new page', range: [0.5, 1], seed: 'checkout/r', hashVersion: 2 },
    ]);
    for (const account of people) {
      const of = (in_: typeof ours) => evaluate(in_, 'checkout', { attributes: { account } }).value;
      expect(of(document)).toBe(of(ours));
    }
  });
});

describe('given an experiment that is started and stopped', () => {
  const now = Date.parse('2026-02-01T00:00:00Z');
  const later = Date.parse('2026-03-01T00:00:00Z');

  it('runs in a new phase each time, dealt as before unless it is shuffled', () => {
    const draft = experimentOf({ status: 'draft', phases: [] });
    const first = startExperiment(draft, { now });
    expect(first).toMatchObject({
      status: 'running',
      phases: [{ key: '1', seed: 'shorter', started_at: '2026-02-01T00:00:00.000Z' }],
    });
    expect(first).not.toHaveProperty('bucketVersion');
    const stopped = stopExperiment(first, { now: later, winner: 'new' });
    expect(stopped).toMatchObject({
      status: 'stopped',
      winner: 'new',
      phases: [{ key: '1', ended_at: '2026-03-01T00:00:00.000Z' }],
    });
    const again = startExperiment(stopped, { now: later });
    expect(again).not.toHaveProperty('winner');
    expect(again.phases).toMatchObject([{ key: '1' }, { key: '2', seed: 'shorter' }]);
    const shuffled = startExperiment(again, { now: later, reshuffle: true });
    expect(shuffled).toMatchObject({ bucketVersion: 1, phases: [{}, {}, { seed: 'shorter/3' }] });
    expect(shuffled.phases[1]).toHaveProperty('ended_at');
  });

  it('begins the phase that a draft has prepared', () => {
    const draft = experimentOf({ status: 'draft', phases: [{ key: 'pilot', seed: 'own' }] });
    expect(startExperiment(draft, { now, reshuffle: true }).phases).toEqual([
      { key: 'pilot', seed: 'own', started_at: '2026-02-01T00:00:00.000Z' },
    ]);
    expect(stopExperiment(draft, { now }).phases).toEqual(draft.phases);
  });
});
