import { newTracker, trackSelfDescribingEvent } from '@snowplow/browser-tracker';
import { start } from './harness.js';

start({
  init({ base, batching }) {
    const { origin, pathname } = new URL(base);
    newTracker('sp', origin, {
      appId: 'bench',
      postPath: `${pathname}/tp2`,
      // One event a request is its default in browsers; ten is its default elsewhere.
      ...(batching && { bufferSize: 10 }),
    });
  },
  track: (name, data) =>
    trackSelfDescribingEvent({
      event: { schema: `iglu:com.example/${name}/jsonschema/1-0-0`, data },
    }),
});
