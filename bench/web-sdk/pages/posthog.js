import posthog from 'posthog-js';
import { start } from './harness.js';

start({
  init: ({ base, automatic }) =>
    posthog.init('phc_bench', {
      api_host: base,
      // Ten events a second is its default: a bench that tracks more would measure how fast it drops them.
      rate_limiting: { events_per_second: 100_000, events_burst_limit: 100_000 },
      ...(!automatic && {
        autocapture: false,
        capture_pageview: false,
        capture_pageleave: false,
        capture_performance: false,
        capture_heatmaps: false,
        capture_dead_clicks: false,
        disable_session_recording: true,
        disable_surveys: true,
        disable_external_dependency_loading: true,
        advanced_disable_flags: true,
      }),
    }),
  track: (name, properties) => posthog.capture(name, properties),
});
