import { initializeFaro } from '@grafana/faro-web-sdk';
import { start } from './harness.js';

let api;
start({
  init({ base, automatic }) {
    ({ api } = initializeFaro({
      url: `${base}/collect`,
      app: { name: 'bench' },
      ...(!automatic && { instrumentations: [] }),
    }));
  },
  // Its attributes are strings.
  track(name, properties) {
    const attributes = {};
    for (const key in properties) attributes[key] = String(properties[key]);
    api.pushEvent(name, attributes);
  },
});
