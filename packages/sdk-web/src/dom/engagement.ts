import type { Disposer } from '@px-platform/sdk-core';
import { onPage } from './listen.js';

/** Signs of life, and what turns somebody's attention to the page or away. */
const SIGNS = 'pointerdown pointermove keydown scroll focus blur visibilitychange';

/**
 * Counts the milliseconds a person was there: the page in sight and in focus, and a sign of life within
 * `idleMs` before. No timers: it counts when there is a sign, and when it is asked.
 */
export function countEngagement({
  elapsed,
  idleMs,
  onDispose,
}: {
  readonly elapsed: () => number;
  readonly idleMs: number;
  readonly onDispose: (disposer: Disposer) => void;
}): () => number {
  let total = 0;
  let seenAt = elapsed();
  /** Until when time has been counted; Infinity while nobody can be there. */
  let from = Infinity;
  const count = () => {
    const now = elapsed();
    total += Math.max(0, Math.min(now, seenAt + idleMs) - from);
    from = document.visibilityState === 'visible' && document.hasFocus() ? now : Infinity;
    return total;
  };
  count();
  onDispose(
    onPage(SIGNS, () => {
      count();
      seenAt = elapsed();
    }),
  );
  return count;
}
