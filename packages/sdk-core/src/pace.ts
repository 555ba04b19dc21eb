import type { Disposer } from './disposer.js';
import type { Platform } from './platform.js';

/**
 * When to ask the collector: the one timer of delivery, and the waits after failures. Waits belong to
 * the origin: they are put down where every page and the next visit finds them, so that ten tabs, or a
 * page reloaded ten times, ask a collector in trouble no more often than one.
 */
export interface Pace {
  /** Wishes for a run in so many milliseconds. An earlier wish stays, and no run comes before a wait is over. */
  wish(inMs: number): void;
  /** A request failed: the wait grows. */
  fail(failure: Failure): void;
  /** A request was answered well. True if there were failures before it. */
  succeed(): boolean;
  /** What another page has just put down: the browser may show it here only later. */
  hear(record: string): void;
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
  /** Time will not mend it soon: the wait is as long as can be at once. */
  readonly isLong?: boolean;
  /** It is this page's trouble: another may have none. */
  readonly isOwn?: boolean;
}

const KEY = 'pace';
const BASE_MS = 1_000;
const CAP_MS = 300_000;
/**
 * So many silences in a row, and the host is taken for blocked: one probe for the whole origin, after this
 * long, then twice as long, up to the cap. A collector that restarts is found again within the minute.
 */
const SILENCES = 3;
const PROBE_MS = 15_000;
/** Nothing here waits longer: what says so was written under another clock. */
const LONGEST_MS = 3_600_000;

/**
 * Creates the pace: 1 s × 2ⁿ with full jitter, capped at 5 minutes. The waits' ends are times of day, for
 * only those outlive a page; within one, `clock` does not go back.
 */
export function createPace(
  {
    timers,
    clock,
    storage,
    channel,
    randomBytes,
  }: Pick<Platform, 'timers' | 'clock' | 'storage' | 'channel' | 'randomBytes'>,
  run: () => void,
): Pace {
  let cancel: Disposer | null = null;
  let dueAt = 0;
  let failures = 0;
  let silences = 0;
  let softUntil = 0;
  let firmUntil = 0;
  let record: string | null = null;
  /** What the store still showed when newer was heard. */
  let outdated: string | null = null;

  const random = () => (randomBytes(1)[0] ?? 0) / 255;
  const read = (found: string | null) => {
    record = found;
    [failures = 0, silences = 0, softUntil = 0, firmUntil = 0] = (found ?? '')
      .split(' ')
      .map((text) => Number(text) || 0);
  };
  const load = () => {
    const found = storage.get(KEY);
    if (found !== record && found !== outdated) read(found);
  };
  const save = () => {
    record = [failures, silences, softUntil, firmUntil].join(' ');
    storage.set(KEY, record);
    channel.post(record);
  };
  const left = (until: number) => {
    // Nearly always there is none: the clock is not asked for nothing at each event.
    const ms = until && until - clock.now();
    return ms > 0 && ms <= LONGEST_MS ? ms : 0;
  };
  const wish = (inMs: number) => {
    load();
    const delayMs = Math.max(inMs, left(softUntil), left(firmUntil));
    const at = clock.now() + delayMs;
    if (cancel && dueAt <= at) return;
    cancel?.();
    dueAt = at;
    cancel = timers.setTimer(() => {
      cancel = null;
      run();
    }, delayMs);
  };

  return {
    wish,
    fail({ waitAtLeastMs = 0, isSilent = false, isLong = false, isOwn = false }) {
      load();
      silences = isSilent ? silences + 1 : 0;
      const now = clock.now();
      const grown = (base: number, times: number) => Math.min(CAP_MS, base * 2 ** times);
      const waitMs =
        isLong || silences >= SILENCES
          ? // More than that, by a little: clients return neither in step nor too often.
            (isLong ? CAP_MS : grown(PROBE_MS, silences - SILENCES)) * (1 + random() / 4)
          : random() * grown(BASE_MS, failures);
      failures += 1;
      softUntil = Math.round(now + waitMs);
      firmUntil = Math.max(firmUntil, now + waitAtLeastMs);
      if (!isOwn) save();
      wish(0);
    },
    succeed() {
      load();
      const hadFailed = failures > 0;
      failures = silences = softUntil = 0;
      if (hadFailed) save();
      return hadFailed;
    },
    hear(text) {
      outdated = storage.get(KEY);
      read(text);
    },
    relent() {
      softUntil = 0;
    },
    remaining(isFirm) {
      load();
      return Math.max(left(firmUntil), isFirm ? 0 : left(softUntil));
    },
    dispose: () => cancel?.(),
  };
}
