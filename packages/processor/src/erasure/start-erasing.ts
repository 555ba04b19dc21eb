import type { Disposer } from '@px-platform/store';
import { repeat } from '../repeat.js';
import { createEraser, type EraserDeps } from './eraser.js';

/** How often it is looked whether somebody is to be forgotten, milliseconds. */
const EVERY_MS = 2_000;

/** Forgets people whenever somebody asked for it, beside the batches. Several processors share the work. */
export function startErasing(deps: EraserDeps): Disposer {
  const eraseNext = createEraser(deps);
  return repeat(async () => void (await eraseNext()), {
    everyMs: EVERY_MS,
    onError: (error) => deps.log.warn({ err: error }, 'requests cannot be read now; later again'),
  });
}
