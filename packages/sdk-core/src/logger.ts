import type { LogSink } from './platform.js';

/** Messages for the developer of the host page: each kind of problem is said once. */
export interface Logger {
  error(kind: string, message: string, ...details: readonly unknown[]): void;
  warn(kind: string, message: string, ...details: readonly unknown[]): void;
  /** Only with the `debug` option, and every time. */
  debug(message: string, ...details: readonly unknown[]): void;
}

/** Creates a logger that prefixes `px:` and never throws into the page. */
export function createLogger({
  sink,
  debug,
}: {
  readonly sink: LogSink;
  readonly debug: boolean;
}): Logger {
  const said = new Set<string>();
  const write: LogSink['write'] = (level, message, details) => {
    try {
      sink.write(level, `px: ${message}`, details);
    } catch {
      // A console that throws is the page's affair.
    }
  };
  const once =
    (level: 'error' | 'warn') =>
    (kind: string, message: string, ...details: readonly unknown[]) => {
      if (said.has(kind) && !debug) return;
      said.add(kind);
      write(level, message, details);
    };
  return {
    error: once('error'),
    warn: once('warn'),
    debug(message, ...details) {
      if (debug) write('debug', message, details);
    },
  };
}
