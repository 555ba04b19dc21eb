import { init, track } from '@amplitude/analytics-browser';
import { start } from './harness.js';

start({
  init: ({ base, automatic }) =>
    init('k', {
      serverUrl: `${base}/2/httpapi`,
      remoteConfig: { fetchRemoteConfig: true, serverUrl: `${base}/config` },
      // Its diagnostics have a fixed host.
      enableDiagnostics: false,
      ...(!automatic && { autocapture: false }),
    }),
  track: (name, properties) => track(name, properties),
});
