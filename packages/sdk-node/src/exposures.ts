import { digest } from '@px-platform/sdk-core';
import type { Exposure } from '@px-platform/protocol/flags';

/** That a unit is in an experiment, and which publication of flags said so. */
export interface FlagExposure extends Exposure {
  readonly revision: number;
}

/** Tells whether an exposure is news. */
export type IsNews = (exposure: Exposure) => boolean;

/**
 * Creates the memory of exposures: unit × experiment × variant × phase, by digests. Of two halves the older is forgotten
 * as the newer is full, so that it holds the last `capacity` at least, and twice as many at most.
 */
export function createExposureMemory(capacity: number): IsNews {
  let newer = new Set<string>();
  let older = new Set<string>();
  return ({ experiment, variant, unitType, unitId, phase }) => {
    const name = digest(JSON.stringify([experiment, variant, unitType, unitId, phase]));
    const isNews = !newer.has(name) && !older.has(name);
    if (newer.size >= capacity) {
      older = newer;
      newer = new Set();
    }
    newer.add(name);
    return isNews;
  };
}
