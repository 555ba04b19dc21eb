import type { Definitions } from '@px-platform/protocol/definitions';

/** A small shop's flags, of every kind that the pages have words for. */
export const SAMPLE_DEFINITIONS: Definitions = {
  flags: [
    {
      key: 'new_onboarding',
      type: 'boolean',
      description: 'The guided tour after sign-up',
      tags: ['growth'],
      variants: { on: true, off: false },
      default: 'off',
      environments: {
        staging: { isOn: true, rules: [{ id: 'all', serve: { variant: 'on' } }] },
        production: {
          isOn: true,
          rules: [
            {
              id: 'team',
              description: 'Our own people',
              condition: { user_id: { $inGroup: 'staff' } },
              serve: { variant: 'on' },
            },
            {
              id: 'brazil',
              condition: { country: { $in: ['BR', 'PT'] }, $visits: { $gte: 2 } },
              segments: { none: ['enterprise'] },
              serve: { variant: 'on', percent: 20 },
            },
          ],
        },
      },
    },
    {
      key: 'checkout',
      type: 'string',
      description: 'Which checkout the cart leads to',
      variants: { classic: 'classic', 'one-page': 'one-page' },
      default: 'classic',
      environments: {
        production: { isOn: true, rules: [{ id: 'test', experiment: 'checkout_flow_v2' }] },
      },
    },
    {
      key: 'search_limits',
      type: 'json',
      variants: { small: { results: 20 }, large: { results: 100, suggestions: true } },
      default: 'small',
      environments: {
        production: {
          isOn: true,
          rules: [
            {
              id: 'halves',
              unit: 'account_id',
              split: [
                { variant: 'small', weight: 1 },
                { variant: 'large', weight: 3 },
              ],
            },
          ],
        },
      },
    },
    {
      key: 'winter_banner',
      type: 'string',
      description: 'A line above the shop',
      variants: { none: '', winter: 'Free shipping until the 24th' },
      default: 'none',
      environments: { production: { isOn: false, rules: [] } },
    },
  ],
  experiments: [
    {
      key: 'checkout_flow_v2',
      name: 'One page instead of four steps',
      hypothesis:
        'We believe that a checkout on one page loses fewer people, because every step is a door to leave by.',
      status: 'running',
      variants: [
        { key: 'classic', range: [0, 0.25] },
        { key: 'one-page', range: [0.5, 0.75] },
      ],
      phases: [{ key: '1', seed: 'checkout_flow_v2', started_at: '2026-11-20T09:00:00.000Z' }],
      metrics: {
        goals: [{ key: 'bought', kind: 'conversion', event: 'purchase' }],
        secondary: [{ key: 'revenue', kind: 'sum', event: 'purchase', property: 'value' }],
        guardrails: [{ key: 'errors', kind: 'count', event: 'error', better: 'down' }],
      },
      plannedUnits: 8_000,
    },
    {
      key: 'search_suggestions',
      hypothesis: 'We believe that suggestions find things sooner.',
      status: 'draft',
      variants: [
        { key: 'small', range: [0, 0.5] },
        { key: 'large', range: [0.5, 1] },
      ],
      phases: [],
      metrics: { goals: [{ key: 'found', kind: 'conversion', event: 'search_result_opened' }] },
    },
  ],
  segments: [
    { key: 'enterprise', description: 'Paying by contract', condition: { plan: 'enterprise' } },
    { key: 'newcomers', description: 'First two visits', condition: { $visits: { $lte: 2 } } },
    {
      key: 'regulars',
      description: 'Who buys again and again',
      did: [{ event: 'checkout_completed', atLeast: 2, withinDays: 30 }],
    },
    {
      key: 'lapsing',
      description: 'Came, and came no more',
      did: [
        { event: 'page_view', atLeast: 3, withinDays: 60 },
        { event: 'page_view', atMost: 0, withinDays: 14 },
      ],
    },
  ],
  groups: [
    { key: 'staff', description: 'Who works here', values: ['u-1', 'u-2', 'u-3'] },
    { key: 'launch_countries', values: ['BR', 'PT', 'DE', 'AT', 'CH', 'JP'] },
    { key: 'old_accounts', description: 'From before the move', values: [17, 42, 108, 'ext-9'] },
  ],
};

/** How many are in the segments that say what people did. */
export const SAMPLE_MEMBERS: Readonly<Record<string, number>> = { regulars: 1_204, lapsing: 318 };
