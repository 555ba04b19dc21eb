import mixpanel from 'mixpanel-browser';
import { start } from './harness.js';

start({
  init: ({ base }) => mixpanel.init('k', { api_host: base }),
  track: (name, properties) => mixpanel.track(name, properties),
});
