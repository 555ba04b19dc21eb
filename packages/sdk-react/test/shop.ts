import type { FlagDocument } from '@px-platform/protocol/flags';

export const KEY = { apiKey: 'px_key', projectId: 'shop' };

/** A shop's flags as they are published. */
export const shop = (title: string, { revision = 1, beta = true } = {}): FlagDocument => ({
  px: { revision, environment: 'production' },
  features: {
    title: { defaultValue: title },
    banner: { defaultValue: 'sale' },
    beta: {
      defaultValue: false,
      rules: [{ id: 'pros', condition: { plan: 'pro' }, force: beta }],
    },
    checkout: {
      defaultValue: 'old',
      rules: [
        {
          id: 'half',
          key: 'checkout_flow_v2',
          variations: ['old', 'new'],
          meta: [{ key: 'control' }, { key: 'treatment' }],
          ranges: [
            [0, 0],
            [0, 1],
          ],
          hashVersion: 2,
          seed: 'b',
          phase: '0',
          hashAttribute: 'user_id',
          fallbackAttribute: 'anonymous_id',
        },
      ],
    },
  },
});

/** What a page's PX is started with: flags that came with it. */
export const options = (bootstrap = shop('Hello')) => ({
  ...KEY,
  flags: { bootstrap, stream: false },
});
