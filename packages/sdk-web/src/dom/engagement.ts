import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { onPage } from './listen.js';

/** The time a person was there: the page in sight, and a sign of life within `idleMs` before. */
export interface Engagement {
  /** Milliseconds so far. */
  read(): number;
  /** Starts over. */
  reset(): void;
  readonly dispose: Disposer;
}

const SIGNS_OF_LIFE = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'touchstart'];

/** Starts counting. No timers: a gap between two signs counts in full, or as `idleMs` where it is longer. */
export function createEngagement({
  elapsed,
  idleMs,
}: {
  readonly elapsed: () => number;
  readonly idleMs: number;
}): Engagement {
  let total = 0;
  /** When somebody was last seen; null while nobody can be. */
  let seenAt: number | null = null;
  const look = () => {
    const now = elapsed();
    if (seenAt !== null) total += Math.min(now - seenAt, idleMs);
    seenAt = document.visibilityState === 'visible' ? now : null;
  };
  look();
  return {
    read() {
      look();
      return Math.round(total);
    },
    reset() {
      look();
      total = 0;
    },
    dispose: combineDisposers(
      [...SIGNS_OF_LIFE, 'visibilitychange'].map((type) => onPage(type, look)),
    ),
  };
}
