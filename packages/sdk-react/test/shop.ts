import type { FlagDocument } from '@px-platform/protocol/flags';
import { documentOf, experimentRule } from '@px-platform/sdk-core/testing';

export const KEY = { apiKey: 'px_key', projectId: 'shop' };

/** A shop's flags as they are published. */
export const shop = (title: string, { revision = 1, beta = true } = {}): FlagDocument =>
  documentOf(
    {
      title: { defaultValue: title },
      banner: { defaultValue: 'sale' },
      beta: {
        defaultValue: false,
        rules: [{ id: 'pros', condition: { plan: 'pro' }, force: beta }],
      },
      checkout: {
        defaultValue: 'old',
        // Everybody is in the treatment.
        rules: [
          experimentRule({
            ranges: [
              [0, 0],
              [0, 1],
            ],
          }),
        ],
      },
    },
    revision,
  );

/** What a page's PX is started with: flags that came with it. */
export const options = (bootstrap = shop('Hello')) => ({
  ...KEY,
  flags: { bootstrap, stream: false },
});
