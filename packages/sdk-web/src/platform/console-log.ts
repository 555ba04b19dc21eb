import type { LogSink } from '@px-platform/sdk-core';

/** The developer's console. */
export const consoleLog: LogSink = {
  write(level, message, details) {
    // Browsers hide `console.debug` unless asked; who sets the option has asked.
    console[level === 'debug' ? 'info' : level](message, ...details);
  },
};
