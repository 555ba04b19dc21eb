/**
 * A project's flags: each with nine rules of the kinds that people write, none of which applies to the usual person, and an
 * experiment that does. Whoever decides one goes through all ten.
 */
export const documentOf = (flags) => ({
  features: Object.fromEntries(
    Array.from({ length: flags }, (_, flag) => [
      `flag-${flag}`,
      {
        defaultValue: 'off',
        rules: [...Array.from({ length: 9 }, (_, rule) => ruleOf(rule)), experimentOf(flag)],
      },
    ]),
  ),
  savedGroups: { staff: Array.from({ length: 20 }, (_, person) => `staff-${person}`) },
});

const CONDITIONS = [
  { country: { $in: ['FR', 'IT', 'ES'] }, plan: 'pro' },
  { app_version: { $vgte: '9.0.0' } },
  { $or: [{ email: { $regex: '@example\\.com$' } }, { age: { $gt: 90 } }] },
  { id: { $inGroup: 'staff' } },
  { plan: 'enterprise', 'account.seats': { $gte: 50 } },
  { tags: { $all: ['beta', 'early'] } },
  { country: 'BR', $not: { plan: 'free' } },
  { device: { $in: ['tablet', 'tv'] } },
];

const ruleOf = (rule) =>
  rule < CONDITIONS.length
    ? { id: `rule-${rule}`, condition: CONDITIONS[rule], force: `value-${rule}` }
    : { id: 'canary', force: 'canary', coverage: 0.01, hashVersion: 2, seed: 'canary' };

const experimentOf = (flag) => ({
  id: 'experiment',
  key: `experiment-${flag}`,
  variations: ['control', 'treatment'],
  meta: [{ key: 'control' }, { key: 'treatment' }],
  ranges: [
    [0, 0.5],
    [0.5, 1],
  ],
  hashVersion: 2,
  seed: `seed-${flag}`,
  phase: '1',
});

export const personOf = (person) => ({
  id: `user-${person}`,
  country: ['DE', 'US', 'BR', 'JP'][person % 4],
  plan: 'free',
  app_version: `${person % 8}.${person % 13}.${person % 5}`,
  email: `user-${person}@mail.example`,
  age: 20 + (person % 50),
  account: { seats: person % 40 },
  tags: ['beta'],
  device: 'phone',
});
