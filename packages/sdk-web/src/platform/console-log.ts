import type { LogSink } from '@px-platform/sdk-core';
import { loadExplain, type Explain } from './load-explain.js';

/** Says as much where the sentences cannot be had, such as offline. */
const withoutSentences: Explain = (kind, values) => [`px: ${kind}`, ...values];

/** The developer's console. A page pays for the sentences once there is something to say. */
export const consoleLog: LogSink = {
  write(level, kind, values) {
    void loadExplain()
      .catch(() => withoutSentences)
      // Browsers hide `console.debug` unless asked; who sets the option has asked.
      .then((explain) => console[level === 'debug' ? 'info' : level](...explain(kind, values)))
      // A console that throws is the page's affair.
      .catch(() => {});
  },
};
