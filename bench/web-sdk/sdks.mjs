/**
 * Who is measured. `snippet` is what a customer writes to import it, start it and track one event; `pages/<id>.js`
 * is how the harness drives it. A `variant` is the same library with another documented option: batching, where
 * it is off by default.
 */
export const SDKS = [
  {
    id: 'px',
    name: 'PX',
    package: '@px-platform/sdk',
    snippet: `import PX from '@px-platform/sdk';
PX.init({ apiKey: 'k', projectId: 'shop' });
PX.track('signup', { plan: 'pro' });`,
    variants: [{ id: 'px', name: 'PX', batching: false }],
  },
  {
    id: 'posthog',
    name: 'posthog-js',
    package: 'posthog-js',
    snippet: `import posthog from 'posthog-js';
posthog.init('k', { api_host: 'https://example.com' });
posthog.capture('signup', { plan: 'pro' });`,
    variants: [{ id: 'posthog', name: 'posthog', batching: false }],
  },
  {
    id: 'amplitude',
    name: 'Amplitude',
    package: '@amplitude/analytics-browser',
    snippet: `import { init, track } from '@amplitude/analytics-browser';
init('k');
track('signup', { plan: 'pro' });`,
    variants: [{ id: 'amplitude', name: 'amplitude', batching: false }],
  },
  {
    id: 'segment',
    name: 'Segment',
    package: '@segment/analytics-next',
    snippet: `import { AnalyticsBrowser } from '@segment/analytics-next';
const analytics = AnalyticsBrowser.load({ writeKey: 'k' });
analytics.track('signup', { plan: 'pro' });`,
    variants: [
      { id: 'segment', name: 'segment', batching: false },
      { id: 'segment-batching', name: 'segment, batching', batching: true },
    ],
  },
  {
    id: 'snowplow',
    name: 'Snowplow',
    package: '@snowplow/browser-tracker',
    snippet: `import { newTracker, trackSelfDescribingEvent } from '@snowplow/browser-tracker';
newTracker('sp', 'https://example.com', { appId: 'shop' });
trackSelfDescribingEvent({
  event: { schema: 'iglu:com.example/signup/jsonschema/1-0-0', data: { plan: 'pro' } },
});`,
    variants: [
      { id: 'snowplow', name: 'snowplow', batching: false },
      { id: 'snowplow-batching', name: 'snowplow, batching', batching: true },
    ],
  },
  {
    id: 'mixpanel',
    name: 'Mixpanel',
    package: 'mixpanel-browser',
    snippet: `import mixpanel from 'mixpanel-browser';
mixpanel.init('k');
mixpanel.track('signup', { plan: 'pro' });`,
    variants: [{ id: 'mixpanel', name: 'mixpanel', batching: false }],
  },
  {
    id: 'faro',
    name: 'Faro',
    package: '@grafana/faro-web-sdk',
    snippet: `import { initializeFaro } from '@grafana/faro-web-sdk';
const faro = initializeFaro({ url: 'https://example.com/collect', app: { name: 'shop' } });
faro.api.pushEvent('signup', { plan: 'pro' });`,
    variants: [{ id: 'faro', name: 'faro', batching: false }],
  },
];

/** Every column of the tables, in order; the first is the one the others are compared with. */
export const VARIANTS = SDKS.flatMap(({ id, variants }) =>
  variants.map((variant) => ({ ...variant, sdk: id })),
);
