import { onceStopped } from '../signals.js';
import type { ImportConfig } from './config.js';
import { runImport } from './run-import.js';

/** Imports as a person would: Ctrl-C writes down what was answered, a second one leaves at once. */
export function importUntilStopped(config: ImportConfig): Promise<number> {
  const stop = new AbortController();
  void onceStopped().then(() => stop.abort());
  return runImport(config, { signal: stop.signal });
}
