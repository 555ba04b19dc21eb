import PX from '@px-platform/sdk';
import { start } from './harness.js';

start({
  init: ({ base, automatic }) =>
    PX.init({ apiKey: 'k', projectId: 'bench', endpoint: base, autocapture: automatic }),
  track: PX.track,
});
globalThis.PX = PX;
