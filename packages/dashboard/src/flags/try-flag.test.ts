import type { FlagDefinition, RuleDefinition } from '@px-platform/protocol/flags';
import type { Definitions } from '@px-platform/protocol/definitions';
import { describe, expect, it } from 'vitest';
import { tryFlag } from './try-flag.js';

const NONE: Definitions = { flags: [], experiments: [], segments: [], groups: [] };
const NOW = Date.parse('2026-11-29T12:00:00Z');

const flag = (rules: readonly RuleDefinition[], isOn = true): FlagDefinition => ({
  key: 'banner',
  type: 'boolean',
  variants: { on: true, off: false },
  default: 'off',
  environments: { production: { isOn, rules } },
});
const attempt = (
  rules: readonly RuleDefinition[],
  attributes = {},
  definitions: Partial<Definitions> = {},
) =>
  tryFlag(flag(rules), {
    definitions: { ...NONE, ...definitions },
    environment: 'production',
    attributes,
    now: NOW,
  });
const serve = { variant: 'on' };

describe('given a flag that is tried', () => {
  it('names the rule that decides, those before it, and those nobody comes to', () => {
    const { verdict, rules } = attempt(
      [
        { id: 'pro', condition: { plan: 'pro' }, serve },
        { id: 'br', condition: { country: 'BR' }, serve },
        { id: 'all', serve },
      ],
      { country: 'BR' },
    );
    expect(verdict).toMatchObject({ value: true, variant: 'on', reason: 'forced', ruleId: 'br' });
    expect(rules.map(({ outcome }) => outcome)).toEqual(['passed', 'decides', 'unreached']);
    expect(rules[0]?.why).toBe('not so: plan is pro');
  });

  it.each<[string, RuleDefinition, string]>([
    [
      'a row of many',
      { id: 'r', condition: { country: 'BR', $visits: { $gte: 2 } }, serve },
      'not so: $visits is at least 2',
    ],
    [
      'a condition without words',
      { id: 'r', condition: { $nor: [{ country: 'BR' }] }, serve },
      'the condition does not hold',
    ],
    ['a segment', { id: 'r', segments: { any: ['pros'] }, serve }, 'not in the segments'],
    [
      'its time',
      { id: 'r', schedule: { from: '2027-01-01T00:00:00Z' }, serve },
      'not at this time',
    ],
    [
      'a flag that it requires',
      { id: 'r', requires: [{ flag: 'other', variants: ['on'] }], serve },
      'another flag is not as required',
    ],
    [
      'a share that is too small',
      { id: 'r', serve: { variant: 'on', percent: 0 } },
      'at 0.56 %, not among the first 0 %',
    ],
    [
      'an attribute to deal by',
      { id: 'r', unit: 'account_id', serve: { variant: 'on', percent: 99 } },
      'account_id is not known',
    ],
    ['a draft', { id: 'r', experiment: 'x' }, 'the experiment is draft'],
  ])('says that it failed for %s', (_, rule, why) => {
    const { verdict, rules } = attempt(
      [rule],
      { user_id: 'u-1', country: 'BR' },
      {
        flags: [{ ...flag([]), key: 'other' }],
        segments: [{ key: 'pros', condition: { plan: 'pro' } }],
        experiments: [
          {
            key: 'x',
            hypothesis: '',
            status: 'draft',
            variants: [
              { key: 'off', range: [0, 0.5] },
              { key: 'on', range: [0.5, 1] },
            ],
            phases: [],
            metrics: { goals: [] },
          },
        ],
      },
    );
    expect(verdict).toMatchObject({ value: false, reason: 'default' });
    expect(rules).toEqual([{ id: 'r', outcome: 'passed', why }]);
  });

  it('deals to a device before anybody is known', () => {
    const rules = [{ id: 'r', serve: { variant: 'on', percent: 100 } }];
    expect(attempt(rules, { anonymous_id: 'd-1' }).verdict.value).toBe(true);
    const half = [{ id: 'r', serve: { variant: 'on', percent: 50 } }];
    const values = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
      (id) => attempt(half, { anonymous_id: id }).verdict.value,
    );
    expect(new Set(values)).toEqual(new Set([true, false]));
  });

  it('comes to no rule where the flag is off', () => {
    const { verdict, rules } = tryFlag(flag([{ id: 'all', serve }], false), {
      definitions: NONE,
      environment: 'production',
      attributes: {},
      now: NOW,
    });
    expect(verdict.value).toBe(false);
    expect(rules).toEqual([]);
  });
});
