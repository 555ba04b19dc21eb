import type { Clock, Timers } from '../platform.js';

/** Time that moves when told to. */
export interface ManualClock extends Clock, Timers {
  /** Moves time on, running due timers in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Sets the clock on the wall and nothing else, as a person or a time server does. */
  setWall(epochMs: number): void;
  /** Timers set and not yet due. */
  timerCount(): number;
}

/** Turns of the microtask queue that any chain of awaits in the engine stays below. */
const TURNS = 2_000;

/** Lets every promise that can settle now do so. */
export async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}

/** Creates a manual clock that starts at the given time. */
export function createManualClock(startMs = 1_760_000_000_000): ManualClock {
  let wallOffset = startMs;
  let elapsed = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();

  const nextDue = (until: number) => {
    let first: { readonly at: number; readonly run: () => void } | undefined;
    for (const timer of timers) {
      if (timer.at <= until && (!first || timer.at < first.at)) first = timer;
    }
    return first;
  };

  return {
    now: () => wallOffset + elapsed,
    elapsed: () => elapsed,
    setTimer(run, delayMs) {
      const timer = { at: elapsed + Math.max(0, delayMs), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settlePromises();
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.at);
        timer.run();
        await settlePromises();
      }
      elapsed = until;
      await settlePromises();
    },
    setWall(epochMs) {
      wallOffset = epochMs - elapsed;
    },
    timerCount: () => timers.size,
  };
}
