import { isUuid } from '@px-platform/protocol';
import { digest, type FlagAttributes } from '@px-platform/sdk-core';
import type { Exposure } from '@px-platform/protocol/flags';

/** That a unit is in an experiment, and which publication of flags said so. */
export interface FlagExposure extends Exposure {
  readonly revision: number;
}

/** Tells whether an exposure is news within its period. */
export type IsNews = (exposure: Exposure, period: string) => boolean;

const DAY_MS = 86_400_000;

/** Within what an exposure counts once: the visit that the context names, or else the day in UTC that begins then. */
export function periodOf(
  context: FlagAttributes,
  now: number,
): { readonly session: string | null; readonly dayMs: number } {
  const said = context['session_id'];
  return { session: isUuid(said) ? said : null, dayMs: now - (now % DAY_MS) };
}

/**
 * Creates the memory of exposures: unit × experiment × variant × phase × period, by digests. Of two halves the older is forgotten
 * as the newer is full, so that it holds the last `capacity` at least, and twice as many at most.
 */
export function createExposureMemory(capacity: number): IsNews {
  let newer = new Set<string>();
  let older = new Set<string>();
  return ({ experiment, variant, unitType, unitId, phase }, period) => {
    const name = digest(JSON.stringify([experiment, variant, unitType, unitId, phase, period]));
    const isNews = !newer.has(name) && !older.has(name);
    if (newer.size >= capacity) {
      older = newer;
      newer = new Set();
    }
    newer.add(name);
    return isNews;
  };
}
