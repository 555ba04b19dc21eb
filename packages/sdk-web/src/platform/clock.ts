import type { Clock } from '@px-platform/sdk-core';

/** The browser's clocks. */
export const browserClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};
