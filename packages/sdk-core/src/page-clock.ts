import { combineDisposers, type Disposer } from './disposer.js';
import type { Clock, Lifecycle } from './platform.js';

/** A page's own time of day: never goes back, whatever is done to the clock on the wall. */
export interface PageClock extends Clock {
  /** Epoch milliseconds, whole. */
  now(): number;
  /** Moves the time on to a moment that another page has reached already. */
  catchUpWith(epochMs: number): void;
  readonly dispose: Disposer;
}

/**
 * Creates the clock: the wall is read once, and then time is counted. Counting stops in many browsers
 * while the device sleeps, and nothing tells sleep from a clock set forward, but that the page is out
 * of sight when it happens: only what the wall gained meanwhile is believed.
 */
export function createPageClock({
  clock,
  lifecycle,
}: {
  readonly clock: Clock;
  readonly lifecycle: Pick<Lifecycle, 'onHidden' | 'onVisible'>;
}): PageClock {
  const readOffset = () => clock.now() - clock.elapsed();
  let offset = readOffset();
  let before = offset;
  let isAway = false;

  const settle = () => {
    const gained = isAway ? readOffset() - before : 0;
    if (gained > 0) {
      offset += gained;
      before += gained;
    }
  };

  return {
    elapsed: clock.elapsed,
    now() {
      settle();
      return Math.floor(offset + clock.elapsed());
    },
    catchUpWith(epochMs) {
      offset = Math.max(offset, epochMs - clock.elapsed());
    },
    dispose: combineDisposers([
      lifecycle.onHidden(() => {
        if (!isAway) before = readOffset();
        isAway = true;
      }),
      lifecycle.onVisible(() => {
        settle();
        isAway = false;
      }),
    ]),
  };
}
