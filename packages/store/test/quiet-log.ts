import type { ServerLog } from '../src/server-log.js';

/** For tests that look at what happens, and not at what is said of it. */
export const quietLog: ServerLog = { info() {}, warn() {}, error() {} };
