import { start } from './harness.js';

// The page without a library: what is left over is taken off the others.
start({ init() {}, track() {} });
