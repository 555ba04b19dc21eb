import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, or fails with what was awaited. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not so after ${withinMs} ms: ${String(isSo)}`);
    await sleep(20);
  }
}
