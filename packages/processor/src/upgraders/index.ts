import type { Upgrader } from './upgrader.js';

/** THE list of upgraders, a file each, from the oldest version on. There has been one version so far, so it is empty. */
export const upgraders: readonly Upgrader[] = [];
