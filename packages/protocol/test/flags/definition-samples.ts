import type {
  ExperimentDefinition,
  FlagDefinition,
  GroupDefinition,
  RuleDefinition,
  SegmentDefinition,
} from '../../src/flags/index.js';

/** A flag with two variants, on in production with these rules. */
export const flagOf = (
  rules: readonly RuleDefinition[] = [],
  more: Partial<FlagDefinition> = {},
): FlagDefinition => ({
  key: 'checkout',
  type: 'string',
  variants: { old: 'old page', new: 'new page' },
  default: 'old',
  environments: { production: { isOn: true, rules } },
  ...more,
});

export const experimentOf = (more: Partial<ExperimentDefinition> = {}): ExperimentDefinition => ({
  key: 'shorter',
  hypothesis: 'Fewer fields, more orders.',
  status: 'running',
  variants: [
    { key: 'old', range: [0, 0.5] },
    { key: 'new', range: [0.5, 1] },
  ],
  phases: [{ key: '1', seed: 'shorter', started_at: '2026-01-01T00:00:00Z' }],
  metrics: { goals: [{ key: 'orders', kind: 'conversion', event: 'order_completed' }] },
  ...more,
});

export const segments: readonly SegmentDefinition[] = [
  { key: 'germans', condition: { country: 'DE' } },
  { key: 'german-staff', condition: { $inSegment: 'germans', email: { $inGroup: 'staff' } } },
  { key: 'buyers', did: [{ event: 'order_completed', withinDays: 30 }] },
];

export const groups: readonly GroupDefinition[] = [
  { key: 'staff', values: ['ada@example.com'] },
  { key: 'unused', values: [1] },
];
