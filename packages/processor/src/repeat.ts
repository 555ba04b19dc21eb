import type { Disposer } from '@px-platform/store';

/** What a chore may take of the time: it waits nineteen times as long as it took. */
const PAUSES = 19;
/** Most that it waits after it failed. */
const LONGEST_MS = 30_000;

/**
 * Does a chore again and again, `everyMs` apart, and further apart where it takes long or fails: whatever it costs, it is
 * a twentieth of the time at most. The disposer waits for the one under way.
 */
export function repeat(
  chore: () => Promise<void>,
  { everyMs, onError }: { readonly everyMs: number; readonly onError: (error: unknown) => void },
): Disposer {
  let isOver = false;
  let failures = 0;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, everyMs);
  timer.unref();

  function run(): void {
    const startedAt = performance.now();
    running = chore()
      .then(
        () => void (failures = 0),
        (error: unknown) => {
          failures += 1;
          onError(error);
        },
      )
      .then(() => {
        if (isOver) return;
        const took = performance.now() - startedAt;
        const backoff = failures === 0 ? 0 : Math.min(LONGEST_MS, everyMs * 2 ** failures);
        timer = setTimeout(run, Math.max(everyMs, backoff, took * PAUSES));
        timer.unref();
      });
  }

  return async () => {
    isOver = true;
    clearTimeout(timer);
    await running;
  };
}
