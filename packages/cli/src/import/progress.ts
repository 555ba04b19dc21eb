import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { shown, sum, type Tally } from './tally.js';

/** Tells how far an import is. */
export interface Progress {
  /** Begins with a source of so many bytes; null where nobody knows. */
  start(name: string, totalBytes: number | null): void;
  update(bytes: number, tally: Tally): void;
  /** A line that stays. */
  note(line: string): void;
  /** The source is through, or given up. */
  stop(): void;
}

const EVERY_MS = 5_000;

/** Speed over what was done since the last look, a little smoothed. */
function createSpeed(clock: () => number) {
  let at = clock();
  let before: number | null = null;
  let speed = 0;
  return (done: number): number => {
    const now = clock();
    before ??= done;
    if (now - at >= 500) {
      const latest = ((done - before) * 1_000) / (now - at);
      speed = speed === 0 ? latest : speed * 0.7 + latest * 0.3;
      at = now;
      before = done;
    }
    return speed;
  };
}

const doneOf = ({ accepted, dropped }: Tally) => accepted + sum(dropped);

/** A bar on a terminal; it goes to stderr, as all that is not the result. */
export function barProgress({
  stream = process.stderr,
  clock = Date.now,
}: { readonly stream?: NodeJS.WriteStream; readonly clock?: () => number } = {}): Progress {
  let bars: MultiBar | null = null;
  let bar: SingleBar | null = null;
  let speed = createSpeed(clock);
  return {
    start(name, totalBytes) {
      speed = createSpeed(clock);
      bars = new MultiBar(
        {
          stream,
          format:
            totalBytes === null
              ? '  {name}  {rate}/s · {accepted} stored · {dropped} dropped · {skipped} lines skipped'
              : '  {name} [{bar}] {percentage}%  {rate}/s · {accepted} stored · {dropped} dropped · {skipped} lines skipped',
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          linewrap: false,
          fps: 5,
          // Ctrl-C is ours: what was answered is to be written down first.
          gracefulExit: false,
        },
        Presets.shades_classic,
      );
      bar = bars.create(totalBytes || 1, 0, { name, rate: 0, accepted: 0, dropped: 0, skipped: 0 });
    },
    update(bytes, tally) {
      bar?.update(Math.min(bytes, bar.getTotal()), {
        rate: shown(speed(doneOf(tally))),
        accepted: shown(tally.accepted),
        dropped: shown(sum(tally.dropped)),
        skipped: shown(sum(tally.passed) + sum(tally.bad)),
      });
    },
    note(line) {
      if (bars) bars.log(`${line}\n`);
      else stream.write(`${line}\n`);
    },
    stop() {
      bars?.stop();
      bars = bar = null;
    },
  };
}

/** A line now and then, for logs and pipes. */
export function lineProgress({
  say,
  clock = Date.now,
}: {
  readonly say: (line: string) => void;
  readonly clock?: () => number;
}): Progress {
  let name = '';
  let total: number | null = null;
  let toldAt = 0;
  let speed = createSpeed(clock);
  return {
    start(source, totalBytes) {
      name = source;
      total = totalBytes;
      toldAt = clock();
      speed = createSpeed(clock);
    },
    update(bytes, tally) {
      const rate = speed(doneOf(tally));
      if (clock() - toldAt < EVERY_MS) return;
      toldAt = clock();
      const share = total ? ` ${Math.min(100, Math.floor((bytes / total) * 100))}%` : '';
      say(
        `${name}:${share} ${shown(rate)} events/s, ${shown(tally.accepted)} stored, ` +
          `${shown(sum(tally.dropped))} dropped, ${shown(sum(tally.passed) + sum(tally.bad))} lines skipped`,
      );
    },
    note: say,
    stop() {},
  };
}
