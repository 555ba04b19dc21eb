import type { Disposer } from './disposer.js';
import type { Clock, Timers } from './platform.js';

/** The one timer of delivery: the earliest wish, but never before what the server asked. */
export interface FlushTimer {
  /** Wishes for a run in so many milliseconds; an earlier wish already made stays. */
  wish(inMs: number): void;
  /** No run before so many milliseconds from now. `isFirm`: the server's word, outlasts `relent`. */
  hold(forMs: number, isFirm?: boolean): void;
  /** Lifts what was not firm: something has changed for the better. */
  relent(): void;
  /** Milliseconds until a run is allowed; `firm` counts the server's word alone. */
  remaining(kind?: 'any' | 'firm'): number;
  dispose: Disposer;
}

/** Creates the timer. Waits count on the monotonic clock, for people set the one on the wall. */
export function createFlushTimer({
  timers,
  clock,
  run,
}: {
  readonly timers: Timers;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly run: () => void;
}): FlushTimer {
  let pending: { readonly at: number; readonly cancel: Disposer } | null = null;
  let softUntil = 0;
  let firmUntil = 0;

  const remaining = (kind: 'any' | 'firm' = 'any') =>
    Math.max(0, (kind === 'firm' ? firmUntil : Math.max(softUntil, firmUntil)) - clock.elapsed());

  const schedule = (inMs: number) => {
    const at = clock.elapsed() + Math.max(inMs, remaining());
    if (pending && pending.at <= at && pending.at >= Math.max(softUntil, firmUntil)) return;
    pending?.cancel();
    const cancel = timers.setTimer(() => {
      pending = null;
      run();
    }, at - clock.elapsed());
    pending = { at, cancel };
  };

  return {
    wish: schedule,
    hold(forMs, isFirm = false) {
      const until = clock.elapsed() + forMs;
      if (isFirm) firmUntil = Math.max(firmUntil, until);
      else softUntil = until;
      if (pending) schedule(0);
    },
    relent() {
      softUntil = 0;
    },
    remaining,
    dispose() {
      pending?.cancel();
      pending = null;
    },
  };
}
