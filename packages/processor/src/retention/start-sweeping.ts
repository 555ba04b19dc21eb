import type { Disposer } from '@px-platform/store';
import { repeat } from '../repeat.js';
import { createSweeper, type SweeperDeps } from './sweeper.js';

/** How often it is looked whether a project is due, milliseconds. */
const EVERY_MS = 10_000;

/** Deletes what was kept long enough, beside the batches. Several processors share the work. */
export function startSweeping(deps: SweeperDeps): Disposer {
  const sweepNext = createSweeper(deps);
  return repeat(async () => void (await sweepNext()), {
    everyMs: EVERY_MS,
    onError: (error) =>
      deps.log.warn({ err: error }, 'which projects are due cannot be read now; later again'),
  });
}
