import type { Timers } from '@px-platform/sdk-core';

/** The browser's timers. */
export const browserTimers: Timers = {
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
