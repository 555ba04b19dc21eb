import type { Disposer } from './disposer.js';
import type { Clock, KeyValueStorage, Timers } from './platform.js';

/**
 * When to ask the collector: the one timer of delivery, and the waits after failures. Waits belong to
 * the origin: they are put down where every page and the next visit finds them, so that ten tabs, or a
 * page reloaded ten times, ask a collector in trouble no more often than one.
 */
export interface Pace {
  /** Wishes for a run in so many milliseconds. An earlier wish stays, and no run comes before a wait is over. */
  wish(inMs: number): void;
  /** A request failed. The wait grows; `isLong`: it is as long as can be at once. */
  fail(failure: Failure): void;
  /** The key is refused: this page waits long, for another may have the right one. */
  rest(): void;
  /** A request was answered well. True if there were failures before it. */
  succeed(): boolean;
  /** Lifts what is not the collector's own word: something has changed for the better. */
  relent(): void;
  /** Milliseconds until a request is allowed; `isFirm`: by the collector's word alone. */
  remaining(isFirm?: boolean): number;
  dispose: Disposer;
}

export interface Failure {
  /** What the collector asks for: a minimum, whatever happens. */
  readonly waitAtLeastMs?: number;
  /** There was no answer at all, though the device has a network: blocked, or the host is gone. */
  readonly isSilent?: boolean;
  readonly isLong?: boolean;
  /** It is this page's trouble: another may have none. */
  readonly isOwn?: boolean;
}

const KEY = 'pace';
const BASE_MS = 1_000;
const CAP_MS = 300_000;
/** So many silences in a row, and the host is taken for blocked: one probe each `CAP_MS`. */
const SILENCES = 3;
/** Nothing here waits longer: what says so was written under another clock. */
const LONGEST_MS = 3_600_000;

/** Creates the pace: 1 s × 2ⁿ with full jitter, capped at 5 minutes. */
export function createPace({
  timers,
  clock,
  storage,
  random,
  run,
}: {
  readonly timers: Timers;
  readonly clock: Pick<Clock, 'elapsed' | 'now'>;
  readonly storage: KeyValueStorage;
  readonly random: () => number;
  readonly run: () => void;
}): Pace {
  const { elapsed } = clock;
  let cancel: Disposer | null = null;
  let dueAt = 0;
  let failures = 0;
  let silences = 0;
  /** Both on the clock that never goes back, for people set the one on the wall. */
  let softUntil = 0;
  let firmUntil = 0;
  let record: string | null = null;

  const load = () => {
    const found = storage.get(KEY);
    if (found === record) return;
    record = found;
    const [failed = 0, silent = 0, ...untils] = (found ?? '').split(' ').map(Number);
    failures = failed || 0;
    silences = silent || 0;
    [softUntil = 0, firmUntil = 0] = untils.map((until) => {
      const leftMs = until - clock.now();
      return leftMs > 0 && leftMs <= LONGEST_MS ? elapsed() + leftMs : 0;
    });
  };
  const save = () => {
    const wall = Math.round(clock.now() - elapsed());
    record = [failures, silences, softUntil + wall, firmUntil + wall].map(Math.round).join(' ');
    storage.set(KEY, record);
  };
  const remaining = (isFirm = false) => {
    load();
    return Math.max(0, firmUntil - elapsed(), isFirm ? 0 : softUntil - elapsed());
  };
  const wish = (inMs: number) => {
    const at = Math.max(elapsed() + inMs, softUntil, firmUntil);
    if (cancel && dueAt <= at) return;
    cancel?.();
    dueAt = at;
    cancel = timers.setTimer(() => {
      cancel = null;
      run();
    }, at - elapsed());
  };
  // More than the cap, by a little: clients must not return in step, nor more often than promised.
  const longest = () => CAP_MS * (1 + random() / 4);

  return {
    wish,
    fail({ waitAtLeastMs = 0, isSilent = false, isLong = false, isOwn = false }) {
      load();
      failures += 1;
      silences = isSilent ? silences + 1 : 0;
      softUntil =
        elapsed() +
        (isLong || silences >= SILENCES
          ? longest()
          : random() * Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1)));
      firmUntil = Math.max(firmUntil, elapsed() + waitAtLeastMs);
      if (!isOwn) save();
      wish(0);
    },
    rest() {
      softUntil = elapsed() + longest();
      wish(0);
    },
    succeed() {
      load();
      const hadFailed = failures > 0;
      failures = silences = softUntil = 0;
      if (remaining(true) > 0) save();
      else if (hadFailed) storage.remove(KEY);
      return hadFailed;
    },
    relent() {
      softUntil = 0;
    },
    remaining,
    dispose: () => cancel?.(),
  };
}
