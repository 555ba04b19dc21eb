import type { Disposer } from './disposer.js';
import type { Clock, Timers } from './platform.js';

/** Lets the first of a flood through and counts the rest: the counts of what was let through sum up to all there were. */
export interface Gate<T> {
  /** One more of its kind. */
  readonly pass: (kind: string, item: T) => void;
  /** Lets out what is counted and not yet told. */
  readonly flush: Disposer;
}

/** What is only counted waits this long at most. */
const SUMMARY_MS = 60_000;
/** Kinds beyond it share one measure, or a page could make up kinds for ever. */
const MOST_KINDS = 50;

/** Creates a gate: of each kind `burst` at once, then one each `refillMs`. */
export function createGate<T>({
  burst,
  refillMs,
  elapsed,
  setTimer,
  emit,
}: {
  readonly burst: number;
  readonly refillMs: number;
  readonly elapsed: Clock['elapsed'];
  readonly setTimer: Timers['setTimer'];
  /** Told of the item, and of how many it stands for. */
  readonly emit: (item: T, count: number) => void;
}): Gate<T> {
  /** `full`: when the whole burst is there again. */
  const kinds = new Map<string, { full: number; count: number; item: T }>();
  let stopTimer: Disposer | undefined;

  const flush = () => {
    stopTimer?.();
    stopTimer = undefined;
    for (const kind of kinds.values()) tell(kind);
  };
  const tell = (kind: { count: number; readonly item: T }) => {
    const { count } = kind;
    kind.count = 0;
    if (count > 0) emit(kind.item, count);
  };

  return {
    pass(name, item) {
      const now = elapsed();
      const key = kinds.has(name) || kinds.size < MOST_KINDS ? name : '';
      const { full, count } = kinds.get(key) ?? { full: 0, count: 0 };
      const wait = Math.max(full - now, 0);
      const isDue = wait <= (burst - 1) * refillMs;
      const kind = { full: isDue ? now + wait + refillMs : full, count: count + 1, item };
      kinds.set(key, kind);
      if (isDue) tell(kind);
      else stopTimer ??= setTimer(flush, SUMMARY_MS);
    },
    flush,
  };
}
