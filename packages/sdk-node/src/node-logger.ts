import { createLogger, type Logger } from '@px-platform/sdk-core';
import { explain } from '@px-platform/sdk-core/explain';
import type { FlagsLog } from './options.js';

/** A logger that makes sentences of kinds; it begins with what is wrong with options. */
export function createNodeLogger(sink: FlagsLog, problems: readonly string[]): Logger {
  const log = createLogger({
    sink: {
      write: (level, kind, values) =>
        sink[level === 'error' ? 'error' : 'warn'](...explain(kind, values)),
    },
    debug: false,
  });
  for (const problem of problems) log.error(`settings:${problem}`, problem);
  return log;
}
