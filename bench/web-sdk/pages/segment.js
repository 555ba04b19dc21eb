import { AnalyticsBrowser } from '@segment/analytics-next';
import { start } from './harness.js';

const analytics = new AnalyticsBrowser();
start({
  init: ({ base, batching }) =>
    analytics.load(
      { writeKey: 'k', cdnURL: `${base}/cdn` },
      {
        integrations: {
          'Segment.io': {
            apiHost: `${base.replace('http://', '')}/v1`,
            protocol: 'http',
            // Size 10 and 5 s are its own defaults of batching.
            ...(batching && { deliveryStrategy: { strategy: 'batching' } }),
          },
        },
      },
    ),
  track: (name, properties) => analytics.track(name, properties),
});
