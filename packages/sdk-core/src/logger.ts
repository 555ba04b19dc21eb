import type { LogSink } from './platform.js';

/**
 * Messages for the developer of the host page: each kind of problem is said once. The sentences of
 * our own kinds are `explain`'s; any other brings its own, as the first of its values.
 */
export interface Logger {
  error(kind: string, ...values: readonly unknown[]): void;
  warn(kind: string, ...values: readonly unknown[]): void;
  /** Only with the `debug` option, and every time. */
  debug(kind: string, ...values: readonly unknown[]): void;
}

/** Creates a logger that never throws into the page. */
export function createLogger({
  sink,
  debug,
}: {
  readonly sink: LogSink;
  readonly debug: boolean;
}): Logger {
  const said = new Set<string>();
  const write: LogSink['write'] = (level, kind, values) => {
    try {
      sink.write(level, kind, values);
    } catch {
      // A console that throws is the page's affair.
    }
  };
  const once =
    (level: 'error' | 'warn') =>
    (kind: string, ...values: readonly unknown[]) => {
      if (said.has(kind) && !debug) return;
      said.add(kind);
      write(level, kind, values);
    };
  return {
    error: once('error'),
    warn: once('warn'),
    debug(kind, ...values) {
      if (debug) write('debug', kind, values);
    },
  };
}
