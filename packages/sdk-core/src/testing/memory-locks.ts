import type { Locks } from '../platform.js';

/** Locks of one process; share them between platforms to play tabs. */
export function createMemoryLocks(): Locks {
  const tails = new Map<string, Promise<void>>();
  return {
    exclusive(name, run) {
      const turn = (tails.get(name) ?? Promise.resolve()).then(() => run(() => true));
      tails.set(
        name,
        turn.catch(() => {}),
      );
      return turn;
    },
  };
}
